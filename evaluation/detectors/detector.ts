import type { TraceEvent } from '../trace.ts';

/**
 * A rule with one tunable limit. It reads the events of a trace in time order, each once, and tells a statistic for
 * the correlation id of each: an id is flagged at limit L at its first event whose statistic is L or more.
 */
export interface Detector {
  name: string;
  /** Title of what describes the rule, and where it stands. */
  source: string;
  /** The limit as its system ships it. */
  shipped: number;
  /** Whose events are counted together. */
  by: 'id' | 'device';
  start(): DetectorRun;
}

export interface DetectorRun {
  /**
   * The statistic of the event's correlation id after this event, or of its device where the rule counts by device.
   * Higher is more abusive; 0 where the event is no ground to judge anyone.
   */
  see(event: TraceEvent): number;
}

import type { Log } from '../../shared/application/ports.ts';

export interface MemoryLog extends Log {
  /** Names of events, in order. */
  readonly events: string[];
}

export const memoryLog = (): MemoryLog => {
  const events: string[] = [];
  const note = (event: string): void => {
    events.push(event);
  };
  return { events, info: note, warn: note, error: note };
};

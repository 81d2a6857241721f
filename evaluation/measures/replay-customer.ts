import type { IncidentLine } from '../../shared/application/replay/replay-line.ts';
import type { IncidentPattern } from '../../shared/domain/incidents/incident.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { HonestOptions } from '../population/honest-block.ts';
import { honestTraces } from '../population/honest-traces.ts';
import type { TraceEvent } from '../trace.ts';
import { inReplayOrder, isVerdict, replayEvents } from './replay-traces.ts';
import { type VerdictsOfId, verdictsOfIds } from './verdicts-of-ids.ts';

/** All honest people of one customer, replayed together, for incidents are the customer's. */
export interface ReplayedCustomer {
  events: readonly TraceEvent[];
  ids: readonly string[];
  verdicts: ReadonlyMap<string, VerdictsOfId>;
  /** In the order in which they opened. */
  incidents: readonly IncidentLine[];
}

/** Some 500 bytes and 15 µs an event; 20,000 people who check now and then make 200,000 events. */
export const replayCustomer = (options: HonestOptions, people: number, policy: Policy): ReplayedCustomer => {
  const events = inReplayOrder([...honestTraces(options, people)].flatMap((trace) => trace.events));
  const lines = replayEvents(events, policy);
  return {
    events,
    ids: [...new Set(events.map(({ correlationId }) => correlationId))],
    verdicts: verdictsOfIds(lines),
    incidents: lines.filter((line): line is IncidentLine => !isVerdict(line)),
  };
};

export const incidentsOf = ({ incidents }: ReplayedCustomer, wanted: IncidentPattern): readonly IncidentLine[] =>
  incidents.filter(({ pattern }) => pattern === wanted);

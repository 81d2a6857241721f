import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { MS_PER_HOUR } from '../../shared/domain/time.ts';
import { PERIOD_START_MS } from '../period.ts';
import type { TraceEvent } from '../trace.ts';
import { type HonestRates, HonestTally } from './honest-tally.ts';
import { incidentsOf, replayCustomer } from './replay-customer.ts';

export interface IdentifierMistakesOptions {
  seed: number;
  /** Of one customer. */
  people: number;
  policy?: Policy;
}

/** Infinity where the incident never opened. */
export interface PerSessionIds {
  sessionsToIncident: number;
  hoursToIncident: number;
  incidents: number;
  ids: HonestRates;
}

/**
 * An integration gives each session an identifier of its own, from its first day on. Devices come back the next day at
 * the earliest, so no incident can open before. About 3 s for 20,000 people.
 */
export const perSessionIds = ({ seed, people, policy = defaultPolicy }: IdentifierMistakesOptions): PerSessionIds => {
  const customer = replayCustomer({ seed, identifiers: 'per-session' }, people, policy);
  const incidents = incidentsOf(customer, 'incident-correlation-id-per-session');
  const tally = new HonestTally();
  for (const id of customer.ids) tally.add(customer.verdicts.get(id));
  const [first] = incidents;
  const openedAtMs = first === undefined ? Infinity : Date.parse(first.at);
  return {
    sessionsToIncident: first === undefined ? Infinity : issuedUntil(customer.events, openedAtMs).length,
    hoursToIncident: (openedAtMs - PERIOD_START_MS) / MS_PER_HOUR,
    incidents: incidents.length,
    ids: tally.rates(),
  };
};

/** Infinity where the incident never opened. */
export interface SharedId {
  devicesToIncident: number;
  sessionsToIncident: number;
  hoursToIncident: number;
  incidents: number;
}

/** An integration gives one identifier to 500 people at once. Under a second for 500 people. */
export const sharedId = ({ seed, people, policy = defaultPolicy }: IdentifierMistakesOptions): SharedId => {
  const customer = replayCustomer({ seed, identifiers: 'shared' }, people, policy);
  const incidents = incidentsOf(customer, 'incident-correlation-id-shared');
  const [first] = incidents;
  const openedAtMs = first === undefined ? Infinity : Date.parse(first.at);
  const issued = issuedUntil(customer.events, openedAtMs);
  return {
    devicesToIncident: first === undefined ? Infinity : new Set(issued.map(({ deviceKey }) => deviceKey)).size,
    sessionsToIncident: first === undefined ? Infinity : issued.length,
    hoursToIncident: (openedAtMs - PERIOD_START_MS) / MS_PER_HOUR,
    incidents: incidents.length,
  };
};

const issuedUntil = (events: readonly TraceEvent[], untilMs: number): TraceEvent[] =>
  events.filter(({ type, atMs }) => type === 'session.issued' && atMs <= untilMs);

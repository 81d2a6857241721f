// What went wrong at customers on a day, and whom it met.

import { FAILING_VERSION } from './app-versions.ts';
import type { IncidentEvent } from './stored.ts';
import type { Scenario } from './scenario.ts';

export type Incident = IncidentEvent['data'] & { customerId: string };

/** Those that opened since, and those that were open then. */
export const incidentsSince = (events: readonly IncidentEvent[], sinceMs: number): Incident[] => {
  const closedBefore = new Set(
    events.flatMap(({ data }) => ((data.closedAt?.getTime() ?? Infinity) < sinceMs ? [data.incidentId] : [])),
  );
  return events
    .filter(({ type, data }) => type === 'incident.opened' && !closedBefore.has(data.incidentId))
    .map(({ customerId, data }) => ({ ...data, customerId }))
    .toSorted((a, b) => a.openedAt.getTime() - b.openedAt.getTime());
};

const broughtAboutBy: Readonly<Record<string, Scenario>> = {
  'incident-failure-drift': 'failing-version',
  'incident-breadth-first': 'breadth-first',
  'incident-correlation-id-per-session': 'per-session-ids',
};

/** `unknown` when nobody of the day brings that about there. */
export const scenarioOfIncident = (
  { pattern, customerId, appVersion = FAILING_VERSION }: Incident,
  people: readonly { scenario: string; customerId: string }[],
): string => {
  const scenario = broughtAboutBy[pattern];
  const isPlayed = people.some((person) => person.scenario === scenario && person.customerId === customerId);
  return scenario !== undefined && isPlayed && appVersion === FAILING_VERSION ? scenario : 'unknown';
};

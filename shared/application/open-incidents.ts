import { openIncidents } from '../domain/incidents/customer-watch.ts';
import type { Incident } from '../domain/incidents/incident.ts';
import type { Clock, CustomerWatches, OpenIncidents } from './ports.ts';
import type { OpenIncidentIds } from './watch-records.ts';

interface Ports {
  watches: Pick<CustomerWatches, 'find'>;
  clock: Clock;
}

const CACHE_SECONDS = 30;

/** Every token request asks; whoever asks while an answer is on its way shares it. */
export const makeOpenIncidents = ({ watches, clock }: Ports): OpenIncidents => {
  const kept = new Map<string, { untilMs: number; answer: Promise<OpenIncidentIds> }>();

  return {
    of: (customerId) => {
      const nowMs = clock.now().getTime();
      const known = kept.get(customerId);
      if (known !== undefined && nowMs < known.untilMs) return known.answer;
      const asked = { untilMs: nowMs + CACHE_SECONDS * 1000, answer: read(customerId) };
      kept.set(customerId, asked);
      // A failure is forgotten, so that the next one asks again.
      asked.answer.catch(() => {
        if (kept.get(customerId) === asked) kept.delete(customerId);
      });
      return asked.answer;
    },
  };

  async function read(customerId: string): Promise<OpenIncidentIds> {
    const found = await watches.find(customerId);
    return idsOf(found === undefined ? [] : openIncidents(found.record.watch));
  }
};

const idsOf = (incidents: readonly Incident[]): OpenIncidentIds => {
  const first = (...patterns: Incident['pattern'][]) =>
    incidents.find(({ pattern }) => patterns.includes(pattern))?.incidentId;
  const breadthFirst = first('incident-breadth-first');
  const identifier = first('incident-correlation-id-per-session', 'incident-correlation-id-shared');
  return {
    ...(breadthFirst !== undefined && { breadthFirst }),
    ...(identifier !== undefined && { identifier }),
    drift: incidents.flatMap(({ appVersion, incidentId }) =>
      appVersion === undefined ? [] : [{ appVersion, incidentId }],
    ),
  };
};

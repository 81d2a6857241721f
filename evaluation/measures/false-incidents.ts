import type { IncidentPattern } from '../../shared/domain/incidents/incident.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import type { Population } from '../population/groups.ts';
import { replayCustomer } from './replay-customer.ts';

export interface FalseIncidentsOptions {
  seed: number;
  population: Population;
  customers: number;
  /** Of each customer. */
  people: number;
  policy?: Policy;
}

export interface FalseIncidents {
  population: Population;
  customers: number;
  ids: number;
  /** Of all customers together, within 30 days. */
  incidents: Readonly<Record<IncidentPattern, number>>;
}

/**
 * Incidents that open at customers where nothing is wrong: no version fails, nobody attacks, identifiers are as they
 * should be. About 3 s for a customer of 20,000 people who check now and then.
 */
export const falseIncidents = (options: FalseIncidentsOptions): FalseIncidents => {
  const { seed, population, customers, people, policy = defaultPolicy } = options;
  const incidents: Record<IncidentPattern, number> = {
    'incident-failure-drift': 0,
    'incident-breadth-first': 0,
    'incident-correlation-id-per-session': 0,
    'incident-correlation-id-shared': 0,
  };
  let ids = 0;
  for (let index = 0; index < customers; index += 1) {
    const customer = replayCustomer({ seed: seed + index, population }, people, policy);
    ids += customer.ids.length;
    for (const { pattern } of customer.incidents) incidents[pattern] += 1;
  }
  return { population, customers, ids, incidents };
};

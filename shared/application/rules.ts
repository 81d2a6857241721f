// By what rules somebody is judged now: the customer's policy, whether it blocks at present, and which incidents are open.

import type { Policy } from '../domain/policy.ts';
import type { Circumstances } from '../domain/judge.ts';
import { isEnforced } from './is-enforced.ts';
import type { Clock, OpenIncidents, Policies } from './ports.ts';
import type { OpenIncidentIds } from './watch-records.ts';

export interface Rules {
  policy: Policy;
  circumstances: Required<Circumstances>;
  incidents: OpenIncidentIds;
}

export type RulesFor = (customerId: string, appVersion?: string) => Promise<Rules>;

interface Ports {
  policies: Policies;
  openIncidents: OpenIncidents;
  clock: Clock;
}

export const makeRulesFor =
  ({ policies, openIncidents, clock }: Ports): RulesFor =>
  async (customerId, appVersion) => {
    const [effective, incidents] = await Promise.all([policies.effective(customerId), openIncidents.of(customerId)]);
    return {
      policy: effective.policy,
      circumstances: {
        audit: !isEnforced(effective, appVersion, clock.now()),
        identifierIncident: incidents.identifier !== undefined,
      },
      incidents,
    };
  };

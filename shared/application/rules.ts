// By what rules somebody is judged now: the customer's policy, and whether it blocks at present.

import type { Policy } from '../domain/policy.ts';
import type { Circumstances } from '../domain/verdict.ts';
import { isEnforced } from './is-enforced.ts';
import type { Clock, Policies } from './ports.ts';

export interface Rules {
  policy: Policy;
  circumstances: Circumstances;
}

export type RulesFor = (customerId: string, appVersion?: string) => Promise<Rules>;

export const makeRulesFor =
  ({ policies, clock }: { policies: Policies; clock: Clock }): RulesFor =>
  async (customerId, appVersion) => {
    const effective = await policies.effective(customerId);
    return {
      policy: effective.policy,
      circumstances: { audit: !isEnforced(effective, appVersion, clock.now()) },
    };
  };

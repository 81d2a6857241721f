// What operators and reviewers do in a run, and the customer's own trouble.

import type { Database } from '@azure/cosmos';
import type { Random } from '../../evaluation/random.ts';
import { budgetOf, defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { pseudonyms } from '../world/product.ts';
import type { Person } from './client-app.ts';
import type { Stage } from './stage.ts';

const PATIENCE_MS = 30_000;
const who = { decidedBy: 'operator', reason: 'It is part of the run.' };

export const makeOperators = (stage: Stage, database: Database) => {
  const { host, policies, say, time } = stage;

  const reset = async (person: Person): Promise<void> => {
    const endUserKey = pseudonyms.endUserKey(person.customerId, person.ref);
    const { resource } = await database
      .container('end-users')
      .item('end-user', endUserKey)
      .read<{ correlationId: string }>();
    if (resource === undefined) return;
    const { correlationId } = resource;
    const answer = await host.call(
      `reset of ${person.ref}`,
      (product) => product.resetCorrelation({ correlationId, ...who }),
      {
        patienceMs: PATIENCE_MS,
      },
    );
    say(`reset of ${person.ref}: ${answer.kind === 'answered' ? answer.value.kind : answer.kind}`);
  };

  const withBudget = (random: Random): { document: object; policy: Policy } => {
    const gate = {
      budget: { breach: random.oneOf([0.03, 0.05, 0.08, 0.12, 0.2]) },
      maxAliveTokens: random.oneOf([2, 2, 4, 6]),
    };
    const policy: Policy = {
      ...defaultPolicy,
      gate: { ...defaultPolicy.gate, ...gate, budget: { ...defaultPolicy.gate.budget, ...gate.budget } },
    };
    return { document: { gate }, policy };
  };

  const publishPolicy = async (random: Random): Promise<void> => {
    const { document, policy } = withBudget(random);
    const published = policies.change(policy);
    const answer = await host.call(
      'publication of a policy',
      (product) => product.publishPolicy({ document, publishedBy: who.decidedBy, reason: who.reason }),
      { patienceMs: PATIENCE_MS },
    );
    const result = answer.kind === 'answered' ? answer.value.kind : answer.kind;
    if (result === 'published') published();
    say(`policy with a budget of ${budgetOf(policy)}: ${result}`);
  };

  const setCustomerPolicy = async (random: Random, customerId: string): Promise<void> => {
    const { document, policy } = withBudget(random);
    policies.change(policy, customerId);
    const answer = await host.call(
      `policy of ${customerId}`,
      (product) => product.setCustomerPolicy({ customerId, document, ...who }),
      { patienceMs: PATIENCE_MS },
    );
    say(
      `policy of ${customerId} with a budget of ${budgetOf(policy)}: ${answer.kind === 'answered' ? answer.value.kind : answer.kind}`,
    );
  };

  const turnEnforcementOff = async (customerId: string, forMinutes: number): Promise<void> => {
    policies.auditFor(customerId, forMinutes);
    const answer = await host.call(
      `enforcement of ${customerId}`,
      (product) => product.setEnforcement({ customerId, enforced: false, forMinutes, ...who }),
      { patienceMs: PATIENCE_MS },
    );
    say(
      `enforcement of ${customerId} off for ${forMinutes} min: ${answer.kind === 'answered' ? answer.value.kind : answer.kind}`,
    );
  };

  /** Written straight into the store, as the product has no call for it yet. */
  const suspend = async (customerId: string, seconds: number): Promise<void> => {
    const item = database.container('customers').item('customer', customerId);
    for (const eligibility of ['suspended', 'eligible']) {
      const { resource } = await item.read<Record<string, unknown>>();
      await item.replace({ ...resource, eligibility });
      say(`${customerId} is ${eligibility}`);
      if (eligibility === 'suspended') await time.sleep(seconds * 1000);
    }
  };

  return { reset, publishPolicy, setCustomerPolicy, turnEnforcementOff, suspend };
};

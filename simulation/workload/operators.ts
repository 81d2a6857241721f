// What operators and reviewers decide in a run, and the customer's own trouble.

import type { Database } from '@azure/cosmos';
import { budgetOf, defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import type { Answer } from '../world/functions-host.ts';
import { pseudonyms } from '../world/product.ts';
import { makeClientApp, type Person } from './client-app.ts';
import type { Stage } from './stage.ts';

interface Gate {
  breach: number;
  maxAliveTokens: number;
}

export type Decision = { atSecond?: number } & (
  | { kind: 'reset'; person: Person; times: number; seconds: number }
  | ({ kind: 'publish-policy' } & Gate)
  /** Taken back after some seconds, if at all. */
  | ({ kind: 'set-customer-policy'; customerId: string; takenBackAfterSeconds?: number } & Gate)
  /** Turned on again by a person after some seconds, or else by itself. */
  | { kind: 'turn-enforcement-off'; customerId: string; forMinutes: number; onAgainAfterSeconds?: number }
  | { kind: 'suspend'; customerId: string; seconds: number; forSeconds: number }
);

const options = { patienceMs: 30_000 };
const who = { decidedBy: 'operator', reason: 'It is part of the run.' };

export const makeOperators = (stage: Stage, database: Database) => {
  const { host, policies, say, time } = stage;
  const app = makeClientApp(stage);

  return async (decision: Decision): Promise<void> => {
    switch (decision.kind) {
      case 'reset':
        return resetSometimes(decision);
      case 'publish-policy':
        return publishPolicy(decision);
      case 'set-customer-policy':
        return setCustomerPolicy(decision);
      case 'turn-enforcement-off':
        return turnEnforcementOff(decision);
      case 'suspend':
        return suspend(decision);
    }
  };

  /** While the person asks for tokens, so that requests meet the reset at every stage of both. */
  async function resetSometimes({ person, times, seconds }: Decision & { kind: 'reset' }): Promise<void> {
    for (let number = 0; number < times; number += 1) {
      const asked = askOften(person);
      // Of two, one comes while tokens are under way, the other where none is.
      if (number % 2 === 1) await time.sleep(60 * number);
      await Promise.all([asked, reset(person)]);
      await time.sleep(seconds * 1000);
    }
  }

  async function askOften(person: Person): Promise<void> {
    for (let asked = 0; asked < 12; asked += 1) {
      await time.sleep(45);
      void app.askForToken(person);
    }
  }

  async function reset({ customerId, ref }: Person): Promise<void> {
    const endUserKey = pseudonyms.endUserKey(customerId, ref);
    const item = database.container('end-users').item('end-user', endUserKey);
    const { resource } = await item.read<{ correlationId: string }>();
    if (resource === undefined) return;
    const { correlationId } = resource;
    const answer = await host.call(
      `reset of ${ref}`,
      (product) => product.resetCorrelation({ correlationId, ...who }),
      options,
    );
    say(`reset of ${ref}: ${resultOf(answer)}`);
  }

  async function publishPolicy(gate: Gate): Promise<void> {
    const { document, policy } = policyWith(gate);
    const published = policies.change(policy);
    const publication = { document, publishedBy: who.decidedBy, reason: who.reason };
    const answer = await host.call('a policy', (product) => product.publishPolicy(publication), options);
    if (answer.kind === 'answered' && answer.value.kind === 'published') published();
    say(`policy with a budget of ${budgetOf(policy)}: ${resultOf(answer)}`);
  }

  async function setCustomerPolicy(decision: Decision & { kind: 'set-customer-policy' }): Promise<void> {
    const { customerId, takenBackAfterSeconds } = decision;
    const { document, policy } = policyWith(decision);
    policies.change(policy, customerId);
    const set = (newDocument: object | null) =>
      host.call(
        'a policy',
        (product) => product.setCustomerPolicy({ customerId, document: newDocument, ...who }),
        options,
      );
    say(`policy of ${customerId} with a budget of ${budgetOf(policy)}: ${resultOf(await set(document))}`);
    if (takenBackAfterSeconds === undefined) return;
    await time.sleep(1000 * takenBackAfterSeconds);
    say(`policy of ${customerId} taken back: ${resultOf(await set(null))}`);
  }

  async function turnEnforcementOff(decision: Decision & { kind: 'turn-enforcement-off' }): Promise<void> {
    const { customerId, forMinutes, onAgainAfterSeconds } = decision;
    const set = (setting: { enforced: true } | { enforced: false; forMinutes: number }) =>
      host.call('enforcement', (product) => product.setEnforcement({ customerId, ...setting, ...who }), options);
    const endsEarly = policies.auditFor(customerId, forMinutes);
    const off = await set({ enforced: false, forMinutes });
    say(`enforcement of ${customerId} off for ${forMinutes} min: ${resultOf(off)}`);
    if (onAgainAfterSeconds === undefined) return;
    await time.sleep(1000 * onAgainAfterSeconds);
    const on = await set({ enforced: true });
    if (resultOf(off) === 'changed' && resultOf(on) === 'changed') endsEarly();
    say(`enforcement of ${customerId} on again: ${resultOf(on)}`);
  }

  /**
   * Back and forth, so that some requests begin before it and end after it. Written straight into the store, as the
   * product has no call for it yet.
   */
  async function suspend({ customerId, seconds, forSeconds }: Decision & { kind: 'suspend' }): Promise<void> {
    const item = database.container('customers').item('customer', customerId);
    const become = async (eligibility: string): Promise<void> => {
      const { resource } = await item.read<Record<string, unknown>>();
      await item.replace({ ...resource, eligibility });
      say(`${customerId} is ${eligibility}`);
      await time.sleep(seconds * 1000);
    };
    for (let passed = 0; passed < forSeconds; passed += 2 * seconds) {
      await become('suspended');
      await become('eligible');
    }
  }
};

const resultOf = (answer: Answer<{ kind: string }>): string =>
  answer.kind === 'answered' ? answer.value.kind : answer.kind;

const policyWith = ({ breach, maxAliveTokens }: Gate): { document: object; policy: Policy } => ({
  document: { gate: { budget: { breach }, maxAliveTokens } },
  policy: {
    ...defaultPolicy,
    gate: { ...defaultPolicy.gate, maxAliveTokens, budget: { ...defaultPolicy.gate.budget, breach } },
  },
});

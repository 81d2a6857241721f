import { customerId } from '../../../support/builders.ts';
import { judgeBy } from './doings.ts';
import { by, told, turnOff } from './enforcement.ts';
import type { Story } from './tell-story.ts';
import { inTrouble } from './world.ts';

export const storiesOfPolicies: readonly Story[] = [
  {
    name: 'the publication of a policy',
    given: (world) => judgeBy(world, { gate: { maxAliveTokens: 3 } }),
    when: (process) =>
      process.publishPolicy({ document: { extends: 'strict' }, publishedBy: by.decidedBy, reason: by.reason }),
    then: async ({ process }) => {
      const { changes } = await process.readActivePolicy();
      expect(changes).toMatchObject([{ change: { kind: 'policy-published' } }]);
    },
  },
  {
    name: 'a policy in the place of another',
    given: ({ process }) =>
      process.publishPolicy({ document: { name: 'ours' }, publishedBy: by.decidedBy, reason: by.reason }),
    when: async (process) => {
      const { policyHash } = await process.readActivePolicy();
      await process.publishPolicy({
        document: { name: 'ours', score: { alpha: 0.01 } },
        publishedBy: by.decidedBy,
        reason: by.reason,
        previousHash: policyHash,
      });
    },
    then: async ({ process }) => {
      const view = await process.readActivePolicy();
      expect(view.policy.score.alpha).toBe(0.01);
      expect(view.changes).toHaveLength(2);
    },
  },
  {
    name: 'the policy of a customer',
    when: (process) => process.setCustomerPolicy({ customerId, document: { extends: 'strict' }, ...by }),
    then: async ({ process }) => {
      expect(await process.readCustomerPolicy({ customerId })).toMatchObject({ budget: 5, changes: [{}] });
    },
  },
  {
    name: 'the end of the policy of a customer',
    given: (world) => judgeBy(world, { extends: 'strict' }),
    when: (process) => process.setCustomerPolicy({ customerId, document: null, ...by }),
    then: async ({ process }) => {
      expect(await process.readCustomerPolicy({ customerId })).toMatchObject({ budget: 22, changes: [{}, {}] });
    },
  },
  {
    name: 'enforcement that is turned off',
    when: (process) => process.setEnforcement({ customerId, enforced: false, forMinutes: 600, ...by }),
    then: async ({ process }) => {
      expect(await process.readEnforcement({ customerId })).toMatchObject({ enforced: false });
    },
  },
  {
    name: 'enforcement that is turned on again',
    given: (world) => turnOff(world, 600),
    when: (process) => process.setEnforcement({ customerId, enforced: true, ...by }),
    then: told('customer.enforcement-changed', 'customer.enforcement-changed'),
  },
  {
    name: 'enforcement that is on again by itself, first for one version and then for all',
    given: async (world) => {
      await turnOff(world, 5, '2.1');
      await turnOff(world, 10);
      world.app.clock.advanceSeconds(600);
    },
    when: (process) => inTrouble(() => process.runSweep('complete-decisions')),
    then: told(...Array<string>(4).fill('customer.enforcement-changed')),
  },
];

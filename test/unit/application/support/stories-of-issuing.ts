import type { SessionRequest } from '../../../../shared/application/issue-liveness-session.ts';
import { aCustomer } from '../../../support/builders.ts';
import { instead } from '../../../support/instead.ts';
import { pass, spoof } from './attempts.ts';
import { complete, HOUR_SECONDS, judgeBy, report, tryWith } from './doings.ts';
import { everybodyKnows, observeAttack } from './incidents.ts';
import { whenCreated, whenRead } from './meanwhile.ts';
import type { Story } from './tell-story.ts';
import { ask, getToken, inTrouble, type World } from './world.ts';

const idempotency = { key: 'a key', bodyHash: 'a hash' };
const verifyImage = new Uint8Array([1, 2, 3]);

/** In the end another token can be had, and every try that was not made is there again. */
const canAskAgain =
  (remainingAttempts: number, request: Partial<SessionRequest> = {}) =>
  async (world: World): Promise<void> => {
    expect(await getToken(world, request)).toMatchObject({ remainingAttempts });
  };

export const storiesOfIssuing: readonly Story[] = [
  {
    name: 'the first token of a new end user',
    when: (process, world) => ask(world, process),
    then: canAskAgain(19),
  },
  {
    name: 'a token for somebody who has passed before',
    given: async (world) => {
      await complete(world, {}, pass);
      world.app.clock.advanceSeconds(25 * HOUR_SECONDS);
    },
    when: (process, world) => ask(world, process),
    then: canAskAgain(19),
  },
  {
    name: 'a token on a new device, with the version of its app',
    given: (world) => getToken(world, { endUserRef: 'bob' }),
    when: (process, world) => ask(world, process, { deviceId: 'tablet', appVersion: '2.1' }),
    then: canAskAgain(19),
  },
  {
    name: 'a token with a verify image',
    when: (process, world) => ask(world, process, { kind: 'liveness-with-verify', verifyImage }),
    then: canAskAgain(19),
  },
  {
    name: 'a token with an Idempotency-Key',
    when: (process, world) => ask(world, process, { idempotency }),
    then: canAskAgain(19, { idempotency }),
  },
  {
    name: 'a repeated request with an Idempotency-Key',
    given: (world) => getToken(world, { idempotency }),
    when: (process, world) => ask(world, process, { idempotency }),
    then: async (world) => {
      expect(await getToken(world, { idempotency })).toMatchObject({ remainingAttempts: 19, replayed: true });
    },
  },
  {
    name: 'a repeated request with an Idempotency-Key whose token is in use',
    given: (world) => tryWith(world, { idempotency }, spoof),
    when: (process, world) => ask(world, process, { idempotency }),
    then: async (world) => {
      expect(world.tokens).toHaveLength(1);
      expect(await ask(world, world.process, { idempotency })).toEqual({ kind: 'session-in-progress' });
    },
  },
  {
    name: 'a token in the place of one of the same device',
    given: async (world) => {
      await getToken(world);
      await getToken(world);
      world.app.clock.advanceSeconds(20);
    },
    when: (process, world) => ask(world, process),
    then: canAskAgain(19),
  },
  {
    name: 'two tokens of a new end user at once',
    when: async (process, world) => {
      await Promise.all([
        inTrouble(() => ask(world, process)),
        inTrouble(() => ask(world, process, { deviceId: 'tablet' })),
      ]);
    },
    then: canAskAgain(19),
  },
  {
    name: 'a token that another process issues meanwhile, with budget for one',
    given: (world) => judgeBy(world, { extends: 'strict' }),
    when: async (process, world) => {
      const restore = whenRead(world, () => inTrouble(() => ask(world, world.process)));
      await inTrouble(() => ask(world, process));
      restore();
    },
    then: canAskAgain(2),
  },
  {
    name: 'a token with an Idempotency-Key that Face has no time for',
    when: async (process, world) => {
      const busy = { kind: 'busy', retryAfterSeconds: 5 } as const;
      const restore = instead(world.app.face, 'create', () => Promise.resolve(busy));
      await inTrouble(() => ask(world, process, { idempotency }));
      restore();
    },
    then: canAskAgain(19, { idempotency }),
  },
  {
    name: 'a token over the quota of the customer',
    given: ({ app }) => {
      app.customers.put(aCustomer({ dailySessionQuota: 0 }));
      return Promise.resolve();
    },
    when: (process, world) => ask(world, process),
  },
  {
    name: 'a token while somebody else flags the id',
    given: async (world) => {
      await complete(world, {}, spoof, spoof, spoof);
      await report(world, {}, spoof);
    },
    when: async (process, world) => {
      const restore = whenCreated(world, () => world.process.deliverResults());
      await inTrouble(() => ask(world, process));
      restore();
    },
    then: async (world) => {
      expect(world.tokens).toHaveLength(2);
      expect(await ask(world, world.process)).toMatchObject({ because: 'correlation-flagged' });
    },
  },
  {
    name: 'a token while the customer is suspended',
    when: async (process, world) => {
      const restore = whenCreated(world, () => {
        world.app.customers.put(aCustomer({ eligibility: 'suspended' }));
        return Promise.resolve();
      });
      await inTrouble(() => ask(world, process));
      restore();
    },
    then: async (world) => {
      expect(world.tokens).toEqual([]);
      expect(await ask(world, world.process)).toMatchObject({ because: 'customer-not-eligible' });
    },
  },
  {
    name: 'a token on a new device while many fresh ids try once each',
    given: async (world) => {
      await complete(world, {}, spoof);
      await observeAttack(world);
      await everybodyKnows(world);
    },
    when: (process, world) => ask(world, process, { endUserRef: 'somebody new', deviceId: 'phone' }),
    then: canAskAgain(19, { endUserRef: 'somebody new' }),
  },
  {
    name: 'a token after the sweeps have stopped',
    given: async ({ app, process }) => {
      await process.runSweep('publish-events');
      await process.runSweep('watch-customers');
      app.clock.advanceSeconds(HOUR_SECONDS);
    },
    when: (process, world) => ask(world, process),
    then: ({ app }) => {
      expect(app.nudges.nudged).toEqual(expect.arrayContaining(['publish-events', 'watch-customers']));
      return Promise.resolve();
    },
  },
];

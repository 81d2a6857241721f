import { Unavailable } from '../../../../shared/application/errors.ts';
import { customerId } from '../../../support/builders.ts';
import { instead } from '../../../support/instead.ts';
import type { Process } from '../../../support/memory-app.ts';
import { pass, spoof, technical, uncertain } from './attempts.ts';
import { complete, tryWith } from './doings.ts';
import type { Story } from './tell-story.ts';
import { ask, getToken, inTrouble, newestToken, recordOf, untilItEnds, type World } from './world.ts';

/** The client reports, the queue is counted, and what follows is published. */
const completeIt = async (process: Process, world: World): Promise<void> => {
  const { sessionId } = newestToken(world);
  await inTrouble(() => process.completeLivenessSession({ customerId, sessionId, report: {} }));
  await inTrouble(() => process.deliverResults());
  await inTrouble(() => process.runSweep('publish-events'));
};

const deleteIt = async (process: Process, world: World): Promise<void> => {
  const { sessionId } = newestToken(world);
  await inTrouble(() => process.deleteLivenessSession({ customerId, sessionId }));
  await inTrouble(() => process.deliverResults());
};

const collect = async (process: Process): Promise<void> => {
  await inTrouble(() => process.runSweep('collect-unreported-results'));
  await inTrouble(() => process.deliverResults());
};

export const storiesOfClosing: readonly Story[] = [
  {
    name: 'a completed session with two attempts',
    given: (world) => tryWith(world, {}, spoof, uncertain),
    when: completeIt,
    then: async (world) => {
      const { sessionId } = newestToken(world);
      expect(await world.process.completeLivenessSession({ customerId, sessionId, report: {} })).toMatchObject({
        decision: 'not-passed',
        reason: 'not-certain',
        attempts: [{ outcome: 'spoof' }, { outcome: 'uncertain' }],
      });
    },
  },
  {
    name: 'a completed session that passed on a known device',
    given: async (world) => {
      await complete(world, {}, technical);
      await tryWith(world, {}, pass);
    },
    when: completeIt,
  },
  {
    name: 'a completed session with a result that the client has forged',
    given: (world) => tryWith(world, {}, { ...pass, digest: 'AB12' }),
    when: async (process, world) => {
      const { sessionId } = newestToken(world);
      const report = { digest: 'FF00' };
      await inTrouble(() => process.completeLivenessSession({ customerId, sessionId, report }));
      await inTrouble(() => process.deliverResults());
    },
  },
  {
    name: 'a completed session of which Face has no result yet',
    given: (world) => getToken(world),
    when: completeIt,
  },
  {
    name: 'a session whose device reports that it has no camera',
    given: (world) => getToken(world),
    when: async (process, world) => {
      const { sessionId } = newestToken(world);
      const report = { error: 'CameraPermissionDenied' };
      await inTrouble(() => process.completeLivenessSession({ customerId, sessionId, report }));
      await inTrouble(() => process.deliverResults());
    },
    then: async (world) => {
      expect((await recordOf(world, newestToken(world).correlationId)).history.unused).toEqual([]);
    },
  },
  {
    name: 'a completed session that Face has lost',
    given: async (world) => {
      await getToken(world);
      world.app.face.lose('face-session-1');
    },
    when: completeIt,
    then: async (world) => {
      expect((await recordOf(world, newestToken(world).correlationId)).outstanding).toHaveLength(1);
    },
  },
  {
    name: 'a deleted session with an attempt',
    given: (world) => tryWith(world, {}, spoof),
    when: deleteIt,
    then: ({ app }) => {
      expect(app.face.deleted).toEqual(['face-session-1']);
      return Promise.resolve();
    },
  },
  {
    name: 'a deleted session that was never used',
    given: (world) => getToken(world),
    when: deleteIt,
    then: async (world) => {
      expect((await recordOf(world, newestToken(world).correlationId)).history.unused).toHaveLength(1);
    },
  },
  {
    name: 'a session that nobody reported',
    given: async (world) => {
      await tryWith(world, {}, uncertain);
      world.app.clock.advanceSeconds(700);
    },
    when: collect,
  },
  {
    name: 'a session that nobody reported, while Face cannot be read',
    given: async (world) => {
      await tryWith(world, {}, spoof);
      world.app.clock.advanceSeconds(700);
    },
    when: async (process, { app }) => {
      const restore = instead(app.face, 'read', () => Promise.reject(new Unavailable('no answer')));
      await collect(process);
      restore();
    },
  },
  {
    name: 'two sessions that nobody reported, one of them used up',
    given: async (world) => {
      await tryWith(world, {}, technical, technical, technical);
      await getToken(world, { endUserRef: 'bob' });
      world.app.clock.advanceSeconds(700);
    },
    when: collect,
  },
  {
    name: 'a reservation that got no further',
    given: async (world) => {
      await untilItEnds(world, 'customers.takeQuota', (process) => ask(world, process));
      world.app.clock.advanceSeconds(400);
    },
    when: collect,
  },
  {
    name: 'a session whose token reached nobody',
    given: async (world) => {
      const idempotency = { key: 'a key', bodyHash: 'a hash' };
      await untilItEnds(world, 'correlations.findNewestSession', (process) => ask(world, process, { idempotency }));
      world.app.clock.advanceSeconds(700);
    },
    when: collect,
  },
];

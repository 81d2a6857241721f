import { customerId } from '../../../support/builders.ts';
import type { Process } from '../../../support/memory-app.ts';
import { spoof, uncertain } from './attempts.ts';
import { complete, HOUR_SECONDS, judgeBy, report, tryWith } from './doings.ts';
import { whenRead } from './meanwhile.ts';
import type { Story } from './tell-story.ts';
import { ask, getToken, inTrouble, newestToken, recordOf, type World } from './world.ts';

const detect = (process: Process) => inTrouble(() => process.runSweep('detect-abuse-patterns'));
const count = (process: Process) => inTrouble(() => process.deliverResults());

/** Whoever hears of the flag closes what is open. */
const closeWhatIsOpen = async (process: Process, world: World): Promise<void> => {
  await inTrouble(() => process.closeOpenSessions(newestToken(world).correlationId));
  await count(process);
};

const isFlagged =
  (verdict: { kind: string; pattern: string; source: string }) =>
  async (world: World): Promise<void> => {
    const { verdicts } = await recordOf(world, newestToken(world).correlationId);
    expect(verdicts).toMatchObject([verdict]);
  };

/** Three spoofs are counted, a fourth is in the queue, and a further token is open. */
const almostFlagged = async (world: World): Promise<void> => {
  await complete(world, {}, spoof, spoof, spoof);
  await report(world, {}, spoof);
  await tryWith(world, { deviceId: 'tablet' }, uncertain);
};

/** One more session that is not certain is too much. */
const almostPaused = async (world: World): Promise<void> => {
  await judgeBy(world, { score: { alpha: 0.2 } });
  await complete(world, {}, uncertain, uncertain, uncertain);
};

export const storiesOfFlagging: readonly Story[] = [
  {
    name: 'a flag by a result, and the closing of what is open',
    given: almostFlagged,
    when: async (process, world) => {
      await count(process);
      await detect(process);
      await closeWhatIsOpen(process, world);
    },
    then: async (world) => {
      await isFlagged({ kind: 'flagged', pattern: 'repeated-failures', source: 'result' })(world);
      expect(await ask(world, world.process)).toMatchObject({ because: 'correlation-flagged' });
    },
  },
  {
    name: 'a flag that another process makes meanwhile',
    given: async (world) => {
      await almostFlagged(world);
      await world.process.deliverResults();
    },
    when: async (process, world) => {
      const restore = whenRead(world, () => detect(world.process));
      await detect(process);
      restore();
    },
  },
  {
    name: 'the closing of what a flag has revoked',
    given: async (world) => {
      await almostFlagged(world);
      await world.process.deliverResults();
    },
    when: closeWhatIsOpen,
  },
  {
    name: 'a flag by the gate, when the policy has become stricter',
    given: async (world) => {
      await complete(world, {}, spoof, spoof, spoof);
      await getToken(world, { deviceId: 'tablet' });
      await judgeBy(world, { score: { alpha: 0.02 } });
    },
    when: async (process, world) => {
      await inTrouble(() => ask(world, process));
      await detect(process);
    },
    then: async (world) => {
      await isFlagged({ kind: 'flagged', pattern: 'repeated-failures', source: 'gate' })(world);
    },
  },
  {
    name: 'a pause by the sweep, for tokens that are stocked',
    given: async (world) => {
      await judgeBy(world, { patterns: { tokenHoarding: { unusedTokens: 2 } } });
      for (const deviceId of ['phone', 'tablet']) {
        const { sessionId } = await getToken(world, { deviceId });
        await world.process.deleteLivenessSession({ customerId, sessionId });
        await world.process.deliverResults();
      }
      await getToken(world);
    },
    when: detect,
    then: async (world) => {
      await isFlagged({ kind: 'paused', pattern: 'token-hoarding', source: 'timer' })(world);
    },
  },
  {
    name: 'a pause by results without a spoof',
    given: async (world) => {
      await almostPaused(world);
      await report(world, {}, uncertain, uncertain, uncertain);
    },
    when: async (process) => {
      await count(process);
      await detect(process);
    },
    then: async (world) => {
      await isFlagged({ kind: 'paused', pattern: 'repeated-failures', source: 'result' })(world);
    },
  },
  {
    name: 'the end of a pause',
    given: async (world) => {
      await almostPaused(world);
      await complete(world, {}, uncertain, uncertain, uncertain);
      await world.process.runSweep('detect-abuse-patterns');
      world.app.clock.advanceSeconds(24 * HOUR_SECONDS);
    },
    when: detect,
    then: async (world) => {
      const { events } = world.app.correlations.storedOf(newestToken(world).correlationId);
      expect(events.at(-1)?.type).toBe('pause.ended');
      expect(await ask(world, world.process)).toMatchObject({ kind: 'issued' });
    },
  },
  {
    name: 'a flag while nobody is to be blocked',
    given: async (world) => {
      await judgeBy(world, { mode: 'audit' });
      await almostFlagged(world);
    },
    when: async (process) => {
      await count(process);
      await detect(process);
    },
    then: async (world) => {
      expect((await recordOf(world, newestToken(world).correlationId)).verdicts).toMatchObject([{ audit: true }]);
    },
  },
];

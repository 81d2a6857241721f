import type { Process } from '../../../support/memory-app.ts';
import { pass, spoof, uncertain } from './attempts.ts';
import { complete, tryWith } from './doings.ts';
import { whenCreated, whenRead } from './meanwhile.ts';
import type { Story } from './tell-story.ts';
import { ask, getToken, inTrouble, newestToken, recordOf, untilItEnds, type World } from './world.ts';

const by = { decidedBy: 'tenant-1:reviewer', reason: 'The person has a new telephone.' };

/** The id that Alice had first. */
const firstId = ({ tokens }: World): string => {
  const [first] = tokens;
  if (first === undefined) throw new Error('nobody got a token');
  return first.correlationId;
};

const reset = async (process: Process, world: World): Promise<void> => {
  await inTrouble(() => process.resetCorrelation({ correlationId: firstId(world), ...by }));
  await inTrouble(() => process.deliverResults());
};

/** One reset: a new id, with the failures of the old one. */
const hasNewId =
  (failures: number) =>
  async (world: World): Promise<void> => {
    expect(await recordOf(world, firstId(world))).toMatchObject({ status: 'retired', outstanding: [] });
    const next = await getToken(world);
    expect(next.correlationId).not.toBe(firstId(world));
    expect((await recordOf(world, next.correlationId)).lineage?.failures).toHaveLength(failures);
  };

export const storiesOfResetting: readonly Story[] = [
  {
    name: 'a reset',
    given: (world) => complete(world, {}, uncertain),
    when: reset,
    then: hasNewId(1),
  },
  {
    name: 'a reset with an open session, while its end user asks for another token',
    given: async (world) => {
      await complete(world, {}, uncertain);
      await tryWith(world, {}, pass);
    },
    when: async (process, world) => {
      await Promise.all([reset(process, world), inTrouble(() => ask(world, world.process))]);
    },
    then: hasNewId(1),
  },
  {
    name: 'a token while somebody else resets the id',
    given: (world) => complete(world, {}, uncertain),
    when: async (process, world) => {
      const restore = whenCreated(world, () => reset(world.process, world));
      await inTrouble(() => ask(world, process));
      restore();
    },
  },
  {
    name: 'a reset while somebody else issues a token',
    given: (world) => complete(world, {}, uncertain),
    when: async (process, world) => {
      const restore = whenRead(world, () => inTrouble(() => ask(world, world.process)));
      await reset(process, world);
      restore();
    },
    then: hasNewId(1),
  },
  {
    name: 'a reset, and its end user asks the same process for a token',
    given: (world) => complete(world, {}, uncertain),
    when: async (process, world) => {
      await Promise.all([reset(process, world), inTrouble(() => ask(world, process))]);
    },
    then: hasNewId(1),
  },
  {
    name: 'a reset with an open session that brings a verdict',
    given: async (world) => {
      await complete(world, {}, spoof, spoof, spoof);
      await tryWith(world, {}, spoof, spoof);
    },
    when: async (process, world) => {
      await reset(process, world);
      await inTrouble(() => process.runSweep('complete-decisions'));
      await inTrouble(() => process.runSweep('detect-abuse-patterns'));
    },
    then: async (world) => {
      expect(await ask(world, world.process)).toMatchObject({ because: 'correlation-flagged' });
    },
  },
  {
    name: 'a reset that a sweep has to finish',
    given: async (world) => {
      await complete(world, {}, uncertain);
      await untilItEnds(world, 'decisions.create', (process) => reset(process, world));
      world.app.clock.advanceSeconds(60);
    },
    when: (process) => inTrouble(() => process.runSweep('complete-decisions')),
    then: hasNewId(1),
  },
  {
    name: 'a reset that is asked for once more',
    given: async (world) => {
      await complete(world, {}, uncertain);
      await reset(world.process, world);
    },
    when: reset,
    then: hasNewId(1),
  },
  {
    name: 'a reset with a session that Face has lost',
    given: async (world) => {
      await getToken(world);
      world.app.face.lose('face-session-1');
      world.app.clock.advanceSeconds(700);
      await world.process.runSweep('collect-unreported-results');
    },
    when: reset,
    then: async (world) => {
      const next = await getToken(world);
      expect(next.correlationId).not.toBe(firstId(world));
      expect((await recordOf(world, newestToken(world).correlationId)).lineage?.failures).toHaveLength(3);
    },
  },
];

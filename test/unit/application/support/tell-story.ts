// A story is told by a process in trouble. Whoever got no answer may ask again; then time passes, and every promise holds.

import { letTimePass, type Process } from '../../../support/memory-app.ts';
import { makeTrouble, type TroublePlan } from '../../../support/trouble.ts';
import { promises } from './promises.ts';
import { inTrouble, makeWorld, type World } from './world.ts';

export interface Story {
  name: string;
  /** What there was before, well. */
  given?: (world: World) => Promise<unknown>;
  /** Whether it is done again by a process that is well: nothing more may come of it. */
  when: (process: Process, world: World) => Promise<unknown>;
  /** What has come of it, when whoever got no answer asked again. */
  then?: (world: World) => Promise<void>;
}

/** Longer than a token lives, and until its result was collected with all that may be put off. */
const EVERYTHING_IS_OVER_SECONDS = 1800;
const LOOK_EVERY_SECONDS = 450;

export interface Telling {
  /** Of the process that the story is told by. */
  trouble?: TroublePlan;
  /** Whoever got no answer asks again. */
  again: boolean;
  /** Of a process that takes over first. Without it one takes over that is well. */
  afterwards?: TroublePlan;
}

/** The calls of a process can be counted without any. */
export const NO_TROUBLE: TroublePlan = { atCall: Infinity, when: 'before', kind: 'outage' };

/** The calls of the process in trouble, and of the one that took over first. Throws when a promise is broken. */
export const tellStory = async (
  story: Story,
  { trouble: plan, again, afterwards }: Telling,
): Promise<{ calls: string[]; callsAfterwards: string[] }> => {
  const trouble = makeTrouble(plan);
  const troubleAfterwards = makeTrouble(afterwards);
  try {
    const world = makeWorld();
    await story.given?.(world);
    await inTrouble(() => story.when(world.app.process(trouble), world));
    if (afterwards !== undefined) {
      await inTrouble(() => takeOver(story, world, world.app.process(troubleAfterwards), again));
    }
    await takeOver(story, world, world.process, again);
    expectToHaveCome(plan, trouble.calls);
    expectToHaveCome(afterwards, troubleAfterwards.calls);
    for (const [name, holds] of promises) await holds(world).catch((error: unknown) => fail(name, error));
    if (again) await story.then?.(world);
  } catch (error) {
    const wrong = [plan && stepOf(plan, trouble.calls), afterwards && stepOf(afterwards, troubleAfterwards.calls)];
    return fail(
      [...wrong, again ? 'asked again' : 'not asked again'].filter((part) => part !== undefined).join(', '),
      error,
    );
  }
  return { calls: trouble.calls, callsAfterwards: troubleAfterwards.calls };
};

const takeOver = async ({ when }: Story, world: World, successor: Process, again: boolean): Promise<void> => {
  if (again) await when(successor, world);
  await letTimePass(world.app, successor, EVERYTHING_IS_OVER_SECONDS, LOOK_EVERY_SECONDS);
};

/** A step that is never taken tries nothing. */
const expectToHaveCome = (plan: TroublePlan | undefined, calls: readonly string[]): void => {
  if (plan === undefined || plan === NO_TROUBLE || Number(plan.atCall) <= calls.length) return;
  throw new Error('the trouble never came');
};

const stepOf = ({ kind, when, atCall }: TroublePlan, calls: readonly string[]): string =>
  `${typeof kind === 'string' ? kind : 'a change'} ${when} step ${atCall}, ${calls[Number(atCall) - 1] ?? 'which never came'}`;

const fail = (where: string, error: unknown): never => {
  throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
};

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
  /** Of the process that takes over, until another one does. */
  afterwards?: TroublePlan;
}

/** The calls of the process in trouble, and of the one after it. Throws when a promise is broken. */
export const tellStory = async (
  { given, when, then }: Story,
  { trouble: plan, again, afterwards }: Telling,
): Promise<{ calls: string[]; callsAfterwards: string[] }> => {
  const world = makeWorld();
  const { app } = world;
  await given?.(world);

  const trouble = makeTrouble(plan);
  await inTrouble(() => when(app.process(trouble), world));

  const troubleAfterwards = makeTrouble(afterwards);
  const successor = app.process(troubleAfterwards);
  if (again) await inTrouble(() => when(successor, world));
  await inTrouble(() => letTimePass(app, successor, EVERYTHING_IS_OVER_SECONDS, LOOK_EVERY_SECONDS));
  if (afterwards !== undefined) {
    if (again) await when(app.process(), world);
    await letTimePass(app, app.process(), EVERYTHING_IS_OVER_SECONDS, LOOK_EVERY_SECONDS);
  }

  for (const [name, holds] of promises) {
    try {
      await holds(world);
    } catch (error) {
      throw new Error(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  if (again) await then?.(world);
  return { calls: trouble.calls, callsAfterwards: troubleAfterwards.calls };
};

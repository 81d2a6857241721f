// One run: everything follows from its seed, its length and what of it is left in.

import { Random } from '../evaluation/random.ts';
import { Checker } from './checker/checker.ts';
import { checkEndings, unfinished } from './checker/endings.ts';
import type { Broken } from './checker/model.ts';
import { useVirtualTime } from './engine/virtual-globals.ts';
import { VirtualTime } from './engine/virtual-time.ts';
import type { Fault, FaultKind } from './faults/fault.ts';
import { jumpClocks } from './faults/jump-clocks.ts';
import { troubleBroker } from './faults/trouble-broker.ts';
import { weatherOf } from './faults/weather-of.ts';
import { drawScript, type Only, type ScriptOptions } from './script.ts';
import { makeClientApp } from './workload/client-app.ts';
import { play, playDayBefore } from './workload/play.ts';
import { PolicyBook } from './workload/policy-book.ts';
import { terminatedCustomer } from './world/local-cloud.ts';
import { startWorld } from './world/start-world.ts';

export interface RunOptions extends ScriptOptions {
  seed: number;
  /** Tells every step, too. */
  isVerbose?: boolean;
}

export interface RunResult {
  /** They give the same run again. */
  options: RunOptions;
  only: Only;
  faults: readonly Fault[];
  broken: Broken[];
  hits: Partial<Record<FaultKind, number>>;
  story: string[];
  /** Before it, nothing goes wrong: devices become familiar. */
  firstStep: number;
  /** What happened, in numbers. */
  counts: { steps: number; tokens: number; attempts: number; flags: number };
}

const STARTS_AT_MS = Date.UTC(2026, 0, 5, 9);
/** No run takes a week. */
const LATEST_END_MS = STARTS_AT_MS + 7 * 86_400_000;
/** A token's life, the time until its result is collected, and what is put off ever later. */
const LONGEST_SETTLING_MS = 60 * 60_000;
const LOOK_AGAIN_MS = 20_000;
/** How much longer timers wait when all that happens is the end of what was begun. */
const QUIET_PACE = 4;

export const runSeed = async (options: RunOptions): Promise<RunResult> => {
  const { seed, isVerbose = false } = options;
  const random = (...purpose: string[]): Random => new Random(seed, ...purpose);
  const time = new VirtualTime(STARTS_AT_MS);
  const sdkRandom = random('sdk');
  useVirtualTime({ time, random: () => sdkRandom.fraction() });

  let startedMs = Infinity;
  const second = (): number => (time.nowMs - startedMs) / 1000;
  const story: string[] = [];
  const say = (line: string): void => {
    const at = Number.isFinite(startedMs) ? second().toFixed(3) : 'before';
    story.push(`${at.padStart(9)}  ${line}`);
  };

  const script = drawScript(random, options);
  const { tempo, faults, cast } = script;
  const weather = weatherOf(faults, random('weather'), second);
  const policies = new PolicyBook(() => time.nowMs);
  const checker = new Checker(policies, () => time.nowMs);
  const { model } = checker;
  const onMistake = (where: string, error: unknown): void => {
    model.breaks('answers', `${where}: ${String(error)}`);
    // A stack names files of this checkout, so it is told only to whoever looks closely.
    if (isVerbose && error instanceof Error) say(error.stack ?? '');
  };
  const world = await startWorld({ time, random, faults, weather, checker, onMistake, say, isVerbose });
  const { cloud, host, network } = world;
  const stage = { time, host, face: cloud.face, checker, policies, say, tempo, untilMs: Infinity };

  let firstStep = 1;
  const live = async (): Promise<void> => {
    await playDayBefore(stage, cast);
    startedMs = time.nowMs;
    firstStep = network.steps + 1;
    host.pace = tempo;
    const endTrouble = troubleBroker({ faults, cloud, time, weather, say });
    jumpClocks({ faults, time, weather, say });
    await play({ ...stage, untilMs: time.nowMs + script.seconds * 1000 }, cast, cloud.database);
    // What was asked for by its step may strike to the very end, in the sweeps of what was begun.
    if (options.faults !== undefined) return;
    endTrouble();
    weather.clear();
    say('nothing goes wrong any more');
  };

  const settle = async (): Promise<void> => {
    host.pace = QUIET_PACE;
    const passerBy = makeClientApp({ ...stage, say: () => undefined });
    const settledByMs = time.nowMs + LONGEST_SETTLING_MS;
    while (time.nowMs < settledByMs && unfinished(model, cloud).length > 0) {
      await time.sleep(LOOK_AGAIN_MS);
      // Timers may have stopped for good: then requests and messages are all that is left to start a sweep.
      await passerBy.askForToken({ ref: 'zoe', customerId: terminatedCustomer.customerId, deviceId: undefined });
    }
  };

  const onUnhandled = (error: unknown): void => onMistake('nobody waits for this', error);
  process.on('unhandledRejection', onUnhandled);
  const progress = { isOver: false };
  const wholeRun = live()
    .then(settle)
    .then(() => checkEndings(model, cloud))
    .finally(() => (progress.isOver = true));
  wholeRun.catch(() => undefined);
  try {
    await time.run(() => progress.isOver || model.broken.length > 0 || time.nowMs > LATEST_END_MS);
    if (progress.isOver) await wholeRun;
    else if (model.broken.length === 0) model.breaks('I8', 'the run does not come to its end');
    await world.stop();
  } finally {
    // What goes wrong with the simulation itself then ends the thread, in place of being waited for.
    process.off('unhandledRejection', onUnhandled);
  }

  const stories = [...model.stories.values()];
  return {
    options,
    only: script.only,
    faults,
    broken: model.broken,
    hits: Object.fromEntries(weather.hits),
    story,
    firstStep,
    counts: {
      steps: network.steps,
      tokens: model.answered.size,
      attempts: stories.reduce((sum, { ledger }) => sum + ledger.size, 0),
      flags: stories.reduce((sum, { flags }) => sum + flags.size, 0),
    },
  };
};

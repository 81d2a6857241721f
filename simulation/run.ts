// One run: everything follows from its seed, its length and the faults that are left in.

import { Random } from '../evaluation/random.ts';
import { Checker } from './checker/checker.ts';
import { checkEndings, unfinished } from './checker/endings.ts';
import type { Broken } from './checker/model.ts';
import { Network } from './engine/network.ts';
import { useVirtualTime } from './engine/virtual-globals.ts';
import { VirtualTime } from './engine/virtual-time.ts';
import { drawFaults } from './faults/draw-faults.ts';
import type { Fault, FaultKind } from './faults/fault.ts';
import { forgetSessions } from './faults/forget-sessions.ts';
import { troubleBroker } from './faults/trouble-broker.ts';
import { weatherOf } from './faults/weather-of.ts';
import { makeClientApp } from './workload/client-app.ts';
import { type Cast, drawCast, play, playDayBefore } from './workload/play.ts';
import { PolicyBook } from './workload/policy-book.ts';
import { FunctionsHost } from './world/functions-host.ts';
import { startSimulatedCloud, terminatedCustomer } from './world/local-cloud.ts';
import { startProduct } from './world/product.ts';
import { Replicas } from './world/replicas.ts';

export interface RunOptions {
  seed: number;
  /** Virtual minutes in which people come and things go wrong. */
  minutes: number;
  /** What of all that the seed draws is to be; everything when left out. */
  only?: Only;
  /** Tells every step, too. */
  isVerbose?: boolean;
}

/** Which of the faults, members and decisions are left, by their numbers. */
export interface Only {
  faults: readonly number[];
  members: readonly number[];
  decisions: readonly number[];
}

export interface RunResult {
  seed: number;
  only: Only;
  faults: readonly Fault[];
  broken: Broken[];
  hits: Partial<Record<FaultKind, number>>;
  story: string[];
  /** What happened, in numbers. */
  counts: { steps: number; tokens: number; attempts: number; flags: number };
}

const STARTS_AT_MS = Date.UTC(2026, 0, 5, 9);
/** No run takes a week. */
const LATEST_END_MS = STARTS_AT_MS + 7 * 86_400_000;
const STEPS_PER_MINUTE = 150;
const DELIVERIES_PER_MINUTE = 6;
/** A token's life, the time until its result is collected, and what is put off ever later. */
const LONGEST_SETTLING_MINUTES = 60;
const LOOK_AGAIN_MS = 20_000;
const QUIET_PACE = 4;

export const runSeed = async ({ seed, minutes, only: given, isVerbose = false }: RunOptions): Promise<RunResult> => {
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

  // Some runs are long and slow, so that tokens expire and are collected while people go on.
  const tempo = random('tempo').oneOf([1, 1, 1, 5]);
  const extent = {
    seconds: minutes * 60 * tempo,
    steps: minutes * STEPS_PER_MINUTE,
    deliveries: minutes * DELIVERIES_PER_MINUTE,
  };
  const drawn = { faults: drawFaults(random('faults'), extent), cast: drawCast(random, extent.seconds) };
  const only = given ?? everythingIn(drawn.faults, drawn.cast);
  const faults = pick(drawn.faults, only.faults);
  const cast = {
    ...drawn.cast,
    members: pick(drawn.cast.members, only.members),
    decisions: pick(drawn.cast.decisions, only.decisions),
  };
  const weather = weatherOf(faults, random('weather'), second);
  const policies = new PolicyBook(() => time.nowMs);
  const checker = new Checker(policies, () => time.nowMs);
  const onMistake = (where: string, error: unknown): void => {
    checker.model.breaks('answers', `${where}: ${String(error)}`);
    // A stack names files of this checkout, so it is told only to whoever looks closely.
    if (isVerbose && error instanceof Error) say(error.stack ?? '');
  };
  const network = new Network({
    time,
    random: random('network'),
    weather: { ...weather, trouble: (step) => (Number.isFinite(startedMs) ? weather.trouble(step) : undefined) },
    onStep: ({ number, service, what, who }, trouble) => {
      if (trouble !== undefined) say(`step ${number}, ${service} ${what} of ${who.process.name}: ${trouble.kind}`);
      else if (isVerbose) say(`step ${number}, ${service} ${what} of ${who.process.name}`);
    },
  });
  const faceLimit = faults.find((fault) => fault.kind === 'face-limit');
  const faceCallsPerSecond = faceLimit?.callsPerSecond ?? 0;
  const cloud = await startSimulatedCloud({ time, random: random('cloud'), network, checker, faceCallsPerSecond });
  const replicas = new Replicas({
    time,
    random: random('replicas'),
    longestLagMs: () => weather.longestLagMs(),
    onStale: () => weather.hit('stale-reads'),
  });
  const log = {
    info: (event: string) => isVerbose && say(`log ${event}`),
    warn: (event: string) => isVerbose && say(`log ${event}`),
    error: (event: string, error: unknown) => onMistake(event, error),
  };
  const ids = random('ids');
  const forget = forgetSessions({ faults, time, weather, say });
  const host = new FunctionsHost({
    time,
    random: random('host'),
    weather,
    faults,
    instances: 2,
    receiver: (path) => cloud.serviceBus.receiver(path),
    startProduct: (process, number) =>
      startProduct(process, {
        cloud,
        replicas,
        network,
        time,
        random: ids,
        checker,
        log,
        onFaceSession: (faceSessionId) => forget(cloud.face, faceSessionId),
        onFaceBusy: () => weather.hit('face-limit'),
        ...(faults.some((fault) => fault.kind === 'next-version' && fault.process === number) && {
          onNextVersion: () => weather.hit('next-version'),
        }),
      }),
    onMistake,
    say,
  });

  const stage = { time, host, face: cloud.face, checker, policies, say, tempo, untilMs: Infinity };

  const wholeRun = async (): Promise<void> => {
    await playDayBefore(stage, cast);
    startedMs = time.nowMs;
    host.pace = tempo;
    const endTrouble = troubleBroker({ faults, cloud, time, weather, say });
    const jumps = faults.filter((fault) => fault.kind === 'clock-jump');
    for (const { atSecond, bySeconds } of jumps) {
      time.after(atSecond * 1000, () => {
        weather.hit('clock-jump');
        time.jump(bySeconds * 1000);
        say(`all clocks jump ahead by ${bySeconds} s`);
      });
    }
    await play({ ...stage, untilMs: time.nowMs + extent.seconds * 1000 }, cast, cloud.database);
    endTrouble();
    weather.clear();
    host.pace = QUIET_PACE;
    say('nothing goes wrong any more');
    const passerBy = makeClientApp({ ...stage, say: () => undefined });
    const settledByMs = time.nowMs + LONGEST_SETTLING_MINUTES * 60_000;
    while (time.nowMs < settledByMs && unfinished(checker.model, cloud).length > 0) {
      await time.sleep(LOOK_AGAIN_MS);
      // Timers may have stopped for good: then requests and messages are all that is left to start a sweep.
      await passerBy.askForToken({ ref: 'zoe', customerId: terminatedCustomer.customerId, deviceId: undefined });
    }
    await checkEndings(checker.model, cloud);
  };
  const onUnhandled = (error: unknown): void => onMistake('nobody waits for this', error);
  process.on('unhandledRejection', onUnhandled);
  const progress = { isOver: false };
  const ended = wholeRun().finally(() => (progress.isOver = true));
  ended.catch(() => undefined);
  await time.run(() => progress.isOver || checker.model.broken.length > 0 || time.nowMs > LATEST_END_MS);
  if (progress.isOver) await ended;
  else if (checker.model.broken.length === 0) checker.model.breaks('I8', 'the run does not come to its end');
  host.stop();
  await cloud.stop();
  process.off('unhandledRejection', onUnhandled);

  const { model } = checker;
  const stories = [...model.stories.values()];
  return {
    seed,
    only,
    faults,
    broken: model.broken,
    hits: Object.fromEntries(weather.hits),
    story,
    counts: {
      steps: network.steps,
      tokens: model.answered.size,
      attempts: stories.reduce((sum, { ledger }) => sum + ledger.size, 0),
      flags: stories.reduce((sum, { flags }) => sum + flags.size, 0),
    },
  };
};

const numbersOf = (list: readonly unknown[]): number[] => list.map((_, index) => index);

const everythingIn = (faults: readonly Fault[], { members, decisions }: Cast): Only => ({
  faults: numbersOf(faults),
  members: numbersOf(members),
  decisions: numbersOf(decisions),
});

const pick = <T>(list: readonly T[], numbers: readonly number[]): T[] =>
  list.filter((_, index) => numbers.includes(index));

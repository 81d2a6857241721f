// All needs of one person over the period.

import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Random } from '../random.ts';
import type { Client, TraceWriter } from '../trace-writer.ts';
import type { Population } from './groups.ts';
import { drawInLight } from './light.ts';
import { drawNeedTimes } from './need-times.ts';
import { withCaptureFailures, type OutcomeRates } from './outcome-rates.ts';
import type { Person } from './person.ts';
import { playNeed } from './play-need.ts';

/** A version of the app that begins to fail. */
export interface FailingVersion {
  appVersion: string;
  fromMs: number;
}

export interface Surroundings {
  population: Population;
  /** The id of a session that starts then. */
  correlationIdAt: (atMs: number) => string;
  deviceKey: string;
  secondDeviceKey?: string;
  failingVersion?: FailingVersion | undefined;
  mostSessionsForOneNeed: number;
}

/** The same as in the traffic of the demo. */
export const MOST_SESSIONS_FOR_ONE_NEED = 5;
const SECOND_DEVICE_USE = 0.25;
const FAILING_VERSION_FACTOR = 5;
/** One need is over before the next begins. */
const BREATHER_MS = 300 * MS_PER_SECOND;

export const playPerson = (writer: TraceWriter, random: Random, person: Person, around: Surroundings): void => {
  const needTimes = drawNeedTimes(random, person.group, around.population);
  const needWithRefusedCamera = random.whole(0, needTimes.length - 1);
  let freeAtMs = 0;
  needTimes.forEach((needAtMs, index) => {
    const startMs = Math.max(needAtMs, freeAtMs);
    const onSecond = around.secondDeviceKey !== undefined && random.happens(SECOND_DEVICE_USE);
    const deviceKey = onSecond ? around.secondDeviceKey : around.deviceKey;
    const clientOf = (): Client => ({
      correlationId: around.correlationIdAt(startMs),
      deviceKey: deviceKey ?? around.deviceKey,
      appVersion: person.appVersion,
    });
    const endMs = playNeed(writer, random, person, {
      startMs,
      rates: ratesAt(startMs, random, person, around.failingVersion),
      unusedRun: index === needWithRefusedCamera ? person.unusedRun : 0,
      mostSessions: around.mostSessionsForOneNeed,
      clientOf,
    });
    freeAtMs = endMs + BREATHER_MS;
  });
};

const ratesAt = (
  atMs: number,
  random: Random,
  { rates, appVersion }: Person,
  failing: FailingVersion | undefined,
): OutcomeRates => {
  const inThisLight = drawInLight(random, rates);
  return failing?.appVersion === appVersion && atMs >= failing.fromMs
    ? withCaptureFailures(inThisLight, FAILING_VERSION_FACTOR)
    : inThisLight;
};

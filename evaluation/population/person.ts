// One honest person: what is drawn once and then stays.

import type { Random } from '../random.ts';
import { appVersions } from './app-versions.ts';
import type { Group, GroupName } from './groups.ts';
import { drawRates, withFailureRates, type OutcomeRates } from './outcome-rates.ts';

export interface Person {
  group: GroupName;
  rates: OutcomeRates;
  /** Checks against a reference image, so that an uncertain result can be a mismatch. */
  verifies: boolean;
  /** Chance that a token is asked for and not used. */
  unusedChance: number;
  /** Chance of going on after a session without a pass. */
  goesOnChance: number;
  /** Tokens asked for in a row while the camera is refused to the app; mostly none. */
  unusedRun: number;
  appVersion: string;
}

const UNUSED_TOKENS = { low: 0.07, high: 0.14 };
const GOES_ON = { low: 0.8, high: 0.88 };
const CAMERA_REFUSED = { share: 0.02, fewest: 2, most: 6 };
const VERIFY_SHARE = 0.3;

/** `rateFactor`: how many times as frequent all failures of all people are. */
export const drawPerson = (random: Random, group: Group, rateFactor: number): Person => ({
  group: group.name,
  rates: drawRates(random, withFailureRates(group.rates, rateFactor), group.concentration),
  verifies: random.happens(VERIFY_SHARE),
  unusedChance: random.between(UNUSED_TOKENS.low, UNUSED_TOKENS.high),
  goesOnChance: random.between(GOES_ON.low, GOES_ON.high),
  unusedRun: random.happens(CAMERA_REFUSED.share) ? random.whole(CAMERA_REFUSED.fewest, CAMERA_REFUSED.most) : 0,
  appVersion: random.byShare(appVersions).appVersion,
});

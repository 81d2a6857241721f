// First checks of fresh ids in the order of time: what the watch for breadth-first attacks counts. Only the check itself
// is drawn, so that millions take seconds.

import type { Outcome } from '../../shared/domain/events.ts';
import { MS_PER_DAY, MS_PER_HOUR } from '../../shared/domain/time.ts';
import { drawTryRates, passChances, usualFailures } from '../adversaries/try-rates.ts';
import { PERIOD_START_MS } from '../period.ts';
import { Random } from '../random.ts';
import { groupsOf, type GroupName, type Population } from './groups.ts';
import { drawInLight } from './light.ts';
import { drawOutcome, drawRates, withFailureRates } from './outcome-rates.ts';
import { shareOfHour } from './time-of-day.ts';

export interface FirstCheck {
  /** From 1. */
  number: number;
  atMs: number;
  outcome: Outcome;
  /** Undefined for an attacker's. */
  group: GroupName | undefined;
  /** Of an attacker's try. */
  passChance: number | undefined;
}

export interface FirstCheckOptions {
  seed: number;
  /** Honest ones and attackers' together. */
  checks: number;
  honestChecksADay?: number;
  population?: Population;
  rateFactor?: number;
  /** Attackers come on top of the honest: a share of .1 is one check in ten from then on. */
  attack?: { shareOfFirstChecks: number; fromMs: number };
}

const HONEST_CHECKS_A_DAY = 10_000;

export const firstChecks = function* (options: FirstCheckOptions): Generator<FirstCheck> {
  const { seed, checks, honestChecksADay = HONEST_CHECKS_A_DAY, population = 'ordinary', rateFactor = 1 } = options;
  const random = new Random(seed, 'first-checks', population, rateFactor);
  const groups = groupsOf(population).map((group) => ({ ...group, rates: withFailureRates(group.rates, rateFactor) }));
  let atMs = PERIOD_START_MS;
  let attackers = 0;
  for (let number = 1; number <= checks; number += 1) {
    const attack = options.attack !== undefined && atMs >= options.attack.fromMs ? options.attack : undefined;
    const attackShare = attack?.shareOfFirstChecks ?? 0;
    const checksThisHour =
      (honestChecksADay * shareOfHour(Math.floor((atMs % MS_PER_DAY) / MS_PER_HOUR))) / (1 - attackShare);
    atMs += random.exponential(MS_PER_HOUR / checksThisHour);
    if (random.happens(attackShare)) {
      const passChance = passChances[attackers % passChances.length] ?? passChances[0];
      attackers += 1;
      const outcome = drawOutcome(random, drawTryRates(random, passChance, usualFailures));
      yield { number, atMs: Math.floor(atMs), outcome, group: undefined, passChance };
    } else {
      const { name, rates, concentration } = random.byShare(groups);
      const outcome = drawOutcome(random, drawInLight(random, drawRates(random, rates, concentration)));
      yield { number, atMs: Math.floor(atMs), outcome, group: name, passChance: undefined };
    }
  }
};

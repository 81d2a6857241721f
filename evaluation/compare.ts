// From what contestants have seen to the figures of one row: at a limit that flags so many honest ids, how soon are
// attackers flagged, and how likely does one pass before.

import { atHonestRate } from './statistics/at-honest-rate.ts';
import { percentileInterval, resampleMeansAtHonestRate } from './statistics/bootstrap.ts';
import { breachBeforeFlag } from './statistics/breach.ts';
import { type AttacksByKind, meanOverKinds, valueOfEach } from './statistics/by-kind.ts';
import { drawResamples, type Resamples } from './statistics/draw-resamples.ts';
import { flaggedWithin } from './statistics/flagged-within.ts';
import type { Interval } from './statistics/interval.ts';
import { median, quantile } from './statistics/quantiles.ts';
import { resampleTuning } from './statistics/resample-tuning.ts';
import { timeToFlagMs } from './statistics/time-to-flag.ts';
import { triesToFlag } from './statistics/tries-to-flag.ts';
import { tune, type TunedLimit } from './statistics/tune.ts';
import type { Watched } from './watch/watch.ts';

/** What the mean over kinds is taken of: each can be told from honest use by what an id or its device does. */
export const comparedKinds = [
  'depth-first-fast',
  'slow-drip',
  'interleaving-own-face',
  'id-rotation',
  'many-ids-one-device',
  'token-hoarding',
  'abandon-before-result',
  'low-quality-probing',
  'patient',
  'third-party-victim',
  'reviewer-flooding',
] as const;

export const TRIES = 10;

export interface Compared {
  name: string;
  limit: number;
  honestRate: number;
  within: Interval;
  /** By chance that one try passes. */
  breach: Record<string, Interval>;
  /** Tries that pass until the flag, or until the trace ends, when one passes with chance 0.03. */
  acceptedSpoofs: number;
  /** Tries to the flag by kind of attack, at the tuned limit; Infinity for never. */
  medianTries: Record<string, number>;
  withinByKind: Record<string, number>;
  medianOverAll: number;
  p95OverAll: number;
  medianTimeMs: number;
  /** Of the compared kinds, for plots: tries to the flag of each attacker. */
  tries: readonly number[];
}

export interface Comparison {
  rate: number;
  rows: Compared[];
  /** How much more of the attackers the first contestant flags in time than each. */
  lead: Record<string, Interval>;
}

export const passChances = [0.1, 0.03, 0.01] as const;

export const compareAt = (rate: number, watched: readonly Watched[], random: () => number): Comparison => {
  const sizes = comparedKinds.map((kind) => watched[0]?.attacks[kind]?.length ?? 0);
  const resamples = drawResamples(sizes, random);
  const withins = new Map<string, Float64Array>();
  const rows = watched.map((seen) => {
    const { row, resampledWithin } = compareOne(rate, seen, resamples, random);
    withins.set(row.name, resampledWithin);
    return row;
  });
  const [own] = rows;
  const ownWithin = own && withins.get(own.name);
  if (own === undefined || ownWithin === undefined) throw new RangeError('nobody is compared');
  const lead = Object.fromEntries(
    rows.map(({ name, within }) => [
      name,
      percentileInterval(
        own.within.estimate - within.estimate,
        ownWithin.map((share, index) => share - (withins.get(name)?.[index] ?? 0)),
      ),
    ]),
  );
  return { rate, rows, lead };
};

/** At a limit that is given instead of tuned, such as the one that is shipped. */
export const sharesAt = (
  limit: number,
  { attacks, honestMaxima }: Watched,
): { honestRate: number; within: number; breach: number } => {
  const byKind = comparedKinds.map((kind) => (attacks[kind] ?? []).map((attacker) => attacker.maximumAfterTries));
  return {
    honestRate: honestMaxima.filter((maximum) => maximum >= limit).length / honestMaxima.length,
    within: meanOverKinds(flaggedWithin(byKind, TRIES)(limit)),
    breach: meanOverKinds(breachBeforeFlag(byKind, 0.03)(limit)),
  };
};

/** The chance of a breach at p = 0.03 when so many honest ids are flagged. */
export const breachAtRate = ({ attacks, honestMaxima }: Watched, rate: number): number => {
  const byKind = comparedKinds.map((kind) => (attacks[kind] ?? []).map((attacker) => attacker.maximumAfterTries));
  const valuesAt = breachBeforeFlag(byKind, 0.03);
  return atHonestRate(tune(honestMaxima, rate), rate, (limit) => meanOverKinds(valuesAt(limit)));
};

const compareOne = (
  rate: number,
  { contestant, honestMaxima, attacks }: Watched,
  resamples: Resamples,
  random: () => number,
): { row: Compared; resampledWithin: Float64Array } => {
  const byKind: AttacksByKind = comparedKinds.map((kind) =>
    (attacks[kind] ?? []).map(({ maximumAfterTries }) => maximumAfterTries),
  );
  const tuned: TunedLimit = tune(honestMaxima, rate);
  const tunings = resampleTuning(honestMaxima, rate, random);
  const intervalOf = (valuesAt: (limit: number) => readonly Float64Array[]) => {
    const estimate = atHonestRate(tuned, rate, (limit) => meanOverKinds(valuesAt(limit)));
    const resampled = resampleMeansAtHonestRate(valuesAt, tunings, rate, resamples);
    return { interval: percentileInterval(estimate, resampled), resampled };
  };
  const within = intervalOf(flaggedWithin(byKind, TRIES));
  const compared = comparedKinds.flatMap((kind) => attacks[kind] ?? []);
  const tries = compared.map(({ maximumAfterTries }) => triesToFlag(maximumAfterTries, tuned.limit));
  return {
    resampledWithin: within.resampled,
    row: {
      name: contestant,
      limit: tuned.limit,
      honestRate: tuned.honestRate,
      within: within.interval,
      breach: Object.fromEntries(
        passChances.map((chance) => [String(chance), intervalOf(breachBeforeFlag(byKind, chance)).interval]),
      ),
      acceptedSpoofs: atHonestRate(tuned, rate, (limit) => meanOverKinds(acceptedAt(byKind, limit))),
      medianTries: mapKinds(attacks, (attackers) =>
        median(attackers.map(({ maximumAfterTries }) => triesToFlag(maximumAfterTries, tuned.limit))),
      ),
      withinByKind: mapKinds(
        attacks,
        (attackers) =>
          attackers.filter(({ maximumAfterTries }) => triesToFlag(maximumAfterTries, tuned.limit) <= TRIES).length /
          attackers.length,
      ),
      medianOverAll: median(tries),
      p95OverAll: quantile(tries, 0.95),
      medianTimeMs: median(
        compared.map(({ maximumAfterTries, triedAtMs }) => timeToFlagMs(maximumAfterTries, triedAtMs, tuned.limit)),
      ),
      tries,
    },
  };
};

const acceptedAt = (byKind: AttacksByKind, limit: number): readonly Float64Array[] =>
  valueOfEach(byKind, (maximumAfterTries) => {
    const made = Math.min(triesToFlag(maximumAfterTries, limit), maximumAfterTries.length - 1);
    return 0.03 * made;
  });

const mapKinds = <T>(
  attacks: Watched['attacks'],
  of: (attackers: Watched['attacks'][string]) => T,
): Record<string, T> => Object.fromEntries(Object.entries(attacks).map(([kind, attackers]) => [kind, of(attackers)]));

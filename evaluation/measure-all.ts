// All measures of one evaluation, and what came out.

import { ablations, alternatives, ours, oursAsShipped, systems, wrongWeights } from './contestants.ts';
import type { Detector } from './detectors/detector.ts';
import { breachAtRate, compareAt, type Comparison, sharesAt, TRIES } from './compare.ts';
import type { Crew } from './crew.ts';
import type { JobResult } from './jobs.ts';
import type { Population } from './population/groups.ts';
import type { EvaluationOptions } from './options.ts';
import { withoutBudget } from './measures/closed-loop.ts';
import { Random } from './random.ts';
import { median, quantile } from './statistics/quantiles.ts';
import { triesToFlag } from './statistics/tries-to-flag.ts';
import { resolvePolicy } from '../shared/domain/policy-document.ts';
import { defaultPolicy } from '../shared/domain/policy.ts';
import type { Watched } from './watch/watch.ts';

export const honestRates = [1e-3, 1e-4] as const;

export interface Evaluation {
  options: EvaluationOptions;
  /** At each honest rate: this product, then the others. */
  comparisons: Comparison[];
  shipped: { name: string; limit: number; honestRate: number; within: number; breach: number }[];
  /** With one part left out; absent in a quick run. */
  ablations?: Comparison[];
  /** On other honest people; absent in a quick run. */
  robustness?: { what: string; comparisons: Comparison[]; shippedRate: number }[];
  /** For the plot of breaches: what each rule costs at other honest rates. */
  breachByRate: { name: string; points: { honestRate: number; breach: number }[] }[];
  populations: Record<Population, JobResult<'asShipped'>>;
  reviewerLoad: JobResult<'reviewerLoad'>;
  breadthFirst: JobResult<'breadthFirst'>;
  falseBreadthFirst: JobResult<'falseBreadthFirstIncidents'>;
  falseIncidents: JobResult<'falseIncidents'>;
  failingVersion: JobResult<'failingVersion'>;
  /** For 20 days, until the period ends; absent in a quick run. */
  versionNeverRepaired?: JobResult<'failingVersion'>;
  perSessionIds: JobResult<'perSessionIds'>;
  sharedId: JobResult<'sharedId'>;
  impostor: JobResult<'impostor'>;
  victims: JobResult<'victims'>;
  victimAttempts: { policy: string; attempts: JobResult<'victimAttempts'> }[];
  closedLoop: JobResult<'closedLoop'>;
  /** The same attacker where only the score holds him back. */
  closedLoopWithoutBudget: JobResult<'closedLoop'>;
  closedLoopOfPeers: JobResult<'closedLoopOfPeers'>;
  /** Attackers against this product as it is shipped. */
  shippedByKind: ShippedKind[];
}

export interface ShippedKind {
  kind: string;
  within: number;
  never: number;
  medianTries: number;
  p95Tries: number;
}

/** The incident opens within hours; a week is long for a repair. */
export const REPAIR_DAYS = 7;

export const measureAll = async (options: EvaluationOptions, crew: Crew): Promise<Evaluation> => {
  const { seed, honestIds, attackersOfEachKind, quick, scale, firstChecks } = options;
  const scaled = (usual: number, least = 1): number => Math.max(least, Math.round(usual * scale));
  const watch = (
    contestants: readonly Detector[],
    people: { rateFactor?: number; mostSessionsForOneNeed?: number; honestIds?: number } = {},
  ): Promise<Watched[]> =>
    crew.do('watchAll', {
      contestants: contestants.map(({ name }) => name),
      seed,
      honestIds,
      attackersOfEachKind,
      rateFactor: 1,
      ...people,
    });
  const populationOf = (population: Population, people: number) => crew.do('asShipped', { seed, population, people });

  // The longest first, so that no worker is left alone at the end.
  const watchedWithout = quick ? [] : pairs(ablations).map((pair) => watch(pair));
  const watchedOurs = watch([ours]);
  // Only its attackers are looked at: the honest people of the policy as shipped are measured by the replay.
  const watchedShipped = watch([oursAsShipped], { honestIds: 1 });
  const watchedOthers = [watch(systems), watch(alternatives)];
  const otherPeople = quick
    ? []
    : [
        ...wrongWeights.map((wrong) => ({ what: wrong.name, watched: watch([wrong]) })),
        { what: 'people who fail twice as often', watched: watch([ours], { rateFactor: 2 }) },
        { what: 'people who fail half as often', watched: watch([ours], { rateFactor: 0.5 }) },
        {
          what: 'people who never give up',
          watched: watch([ours], { mostSessionsForOneNeed: Infinity }),
        },
      ];
  const loops = quick ? { runs: 1, finalRuns: 2 } : { runs: 2, finalRuns: 20 };
  const failing = (failingDays: number) =>
    crew.do('failingVersion', { seed, customers: scaled(4), people: 10_000, failingDays });
  const measured = {
    ordinary: populationOf('ordinary', honestIds),
    daily: populationOf('daily', scaled(30_000, 4_000)),
    weakCamera: populationOf('weak-camera', scaled(100_000, 10_000)),
    reviewerLoad: crew.do('reviewerLoad', { seed, attackers: attackersOfEachKind }),
    breadthFirst: crew.do('breadthFirst', {
      seed,
      runs: scaled(200, 40),
      attackShares: [0.1, 0.2, 0.5],
      quietDays: 20,
      honestChecksADay: 1000,
    }),
    falseBreadthFirst: crew.do('falseBreadthFirstIncidents', { seed, checks: firstChecks, honestChecksADay: 20_000 }),
    falseIncidents: crew.do('falseIncidents', { seed, population: 'ordinary', customers: scaled(5), people: 10_000 }),
    failingVersion: failing(REPAIR_DAYS),
    ...(!quick && { versionNeverRepaired: failing(20) }),
    perSessionIds: crew.do('perSessionIds', { seed, people: scaled(10_000, 3_000) }),
    sharedId: crew.do('sharedId', { seed, people: 500 }),
    impostor: crew.do('impostor', { seed, attackers: attackersOfEachKind }),
    victims: crew.do('victims', { seed, victims: attackersOfEachKind }),
    victimAttempts: [defaultPolicy, resolvePolicy({ extends: 'strict' })].map(async (policy) => ({
      policy: policy.name,
      attempts: await crew.do('victimAttempts', { seed, victims: attackersOfEachKind, policy }),
    })),
    closedLoop: crew.do('closedLoop', { seed, ...loops }),
    closedLoopWithoutBudget: crew.do('closedLoop', { seed, ...loops, policy: withoutBudget() }),
    closedLoopOfPeers: crew.do('closedLoopOfPeers', undefined),
  };

  // Each comparison draws for itself: workers end in any order, and the same seed has to give the same intervals.
  const compared = (what: string, watched: readonly Watched[]): Comparison[] => {
    const random = new Random(seed, 'bootstrap', what);
    return honestRates.map((rate) => compareAt(rate, watched, () => random.fraction()));
  };
  const own = await watchedOurs;
  const everybody = [...own, ...(await Promise.all(watchedOthers)).flat()];
  const without = (await Promise.all(watchedWithout)).flat();
  return {
    options,
    comparisons: compared('everybody', everybody),
    shipped: everybody.map((watched) => shippedOf(watched)),
    breachByRate: everybody.map(breachesOf),
    ...(!quick && {
      ablations: compared('ablations', [...own, ...without]),
      robustness: await Promise.all(
        otherPeople.map(async ({ what, watched }) => ({
          what,
          comparisons: compared(what, await watched),
          shippedRate: (await watched).map((seen) => sharesAt(ours.shipped, seen).honestRate)[0] ?? NaN,
        })),
      ),
    }),
    populations: {
      ordinary: await measured.ordinary,
      daily: await measured.daily,
      'weak-camera': await measured.weakCamera,
    },
    reviewerLoad: await measured.reviewerLoad,
    breadthFirst: await measured.breadthFirst,
    falseBreadthFirst: await measured.falseBreadthFirst,
    falseIncidents: await measured.falseIncidents,
    failingVersion: await measured.failingVersion,
    ...(measured.versionNeverRepaired !== undefined && { versionNeverRepaired: await measured.versionNeverRepaired }),
    perSessionIds: await measured.perSessionIds,
    sharedId: await measured.sharedId,
    impostor: await measured.impostor,
    victims: await measured.victims,
    victimAttempts: await Promise.all(measured.victimAttempts),
    closedLoop: await measured.closedLoop,
    closedLoopWithoutBudget: await measured.closedLoopWithoutBudget,
    closedLoopOfPeers: await measured.closedLoopOfPeers,
    shippedByKind: (await watchedShipped).flatMap(shippedByKind),
  };
};

const pairs = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / 2) }, (_, index) => items.slice(2 * index, 2 * index + 2));

const shippedOf = (watched: Watched): Evaluation['shipped'][number] => {
  const detector = [ours, ...systems, ...alternatives].find(({ name }) => name === watched.contestant);
  const limit = detector?.shipped ?? Infinity;
  return { name: watched.contestant, limit, ...sharesAt(limit, watched) };
};

const shippedByKind = ({ attacks }: Watched): ShippedKind[] =>
  Object.entries(attacks).map(([kind, attackers]) => {
    const tries = attackers.map(({ maximumAfterTries }) => triesToFlag(maximumAfterTries, oursAsShipped.shipped));
    const share = (is: (tries: number) => boolean): number => tries.filter(is).length / tries.length;
    return {
      kind,
      within: share((made) => made <= TRIES),
      never: share((made) => made === Infinity),
      medianTries: median(tries),
      p95Tries: quantile(tries, 0.95),
    };
  });

const PLOTTED_RATES = [1e-2, 3e-3, 1e-3, 3e-4, 1e-4];

const breachesOf = (watched: Watched): Evaluation['breachByRate'][number] => ({
  name: watched.contestant,
  points: PLOTTED_RATES.map((rate) => ({ honestRate: rate, breach: breachAtRate(watched, rate) })).reverse(),
});

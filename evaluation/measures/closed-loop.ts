import { budgetOf, defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { Random } from '../random.ts';
import { failuresOfPictures, policyAwareAttack, type Strategy } from './policy-aware-attack.ts';

export interface ClosedLoopOptions {
  seed: number;
  /** Attacks with each strategy in the first round, and with each of the most promising in the second. */
  runs: number;
  finalRuns: number;
  policy?: Policy;
}

export interface ClosedLoop {
  strategies: number;
  /** N of the policy. Each of two channels, familiar devices and all others, has one. */
  budget: number;
  /** With one device, so in one channel: at most N, always. One row for each quality of pictures. */
  withOneDevice: BestStrategy[];
  /** With all devices that he likes, so in both channels: at most 2 N, always. */
  withManyDevices: BestStrategy[];
}

export interface BestStrategy {
  strategy: Strategy;
  /** Judged tries that did not pass, within 30 days: on average, and the most in any attack with any such strategy. */
  meanJudgedTries: number;
  mostJudgedTries: number;
}

const FINALISTS = 5;

/**
 * What somebody gets from the gate who knows the policy and the own state: judged tries within 30 days until nothing more
 * is to be had. Searches a grid of strategies: quality of pictures, tries for each token, gaps, own passes and where,
 * devices, quiet days before, and whether he does without a try that could get him blocked. No try passes here, for it
 * would end the attack. About 20 ms a strategy and run.
 */
export const closedLoop = (options: ClosedLoopOptions): ClosedLoop => {
  const bestOfEachQuality = (mayUse: (strategy: Strategy) => boolean): BestStrategy[] =>
    qualities.map((pictures) =>
      best(
        strategies.filter((strategy) => strategy.pictures === pictures && mayUse(strategy)),
        options,
      ),
    );
  return {
    strategies: strategies.length,
    budget: budgetOf(options.policy ?? defaultPolicy),
    withOneDevice: bestOfEachQuality(({ devices }) => devices === 'one'),
    withManyDevices: bestOfEachQuality(({ devices }) => devices !== 'one'),
  };
};

const qualities = Object.keys(failuresOfPictures) as Strategy['pictures'][];

/** The same where only the score holds him back: a budget that nobody uses up. */
export const withoutBudget = (policy: Policy = defaultPolicy): Policy => ({
  ...policy,
  gate: { ...policy.gate, budget: { ...policy.gate.budget, breach: 1 - 1e-12 } },
});

const strategies: readonly Strategy[] = (['one', 'another for own passes', 'two in turn', 'ever new'] as const).flatMap(
  (devices) =>
    qualities.flatMap((pictures) =>
      ([1, 3] as const).flatMap((triesPerToken) =>
        [60, 7200, 28_800, 86_400].flatMap((gapSeconds) =>
          (['none', 'once a day', 'before each token', 'after each token'] as const).flatMap((ownPasses) =>
            [0, 29].flatMap((quietDays) =>
              [false, true].map((looksAhead) => ({
                pictures,
                triesPerToken,
                gapSeconds,
                ownPasses,
                devices,
                quietDays,
                looksAhead,
              })),
            ),
          ),
        ),
      ),
    ),
);

const best = (candidates: readonly Strategy[], { seed, runs, finalRuns, policy }: ClosedLoopOptions): BestStrategy => {
  const finalists = candidates
    .map((strategy) => judgedTries(strategy, policy, seed, 0, runs))
    .sort((a, b) => b.mean - a.mean);
  const results = finalists
    .slice(0, FINALISTS)
    .map(({ strategy }) => judgedTries(strategy, policy, seed, runs, finalRuns));
  const [winner] = results.sort((a, b) => b.mean - a.mean);
  if (winner === undefined) throw new RangeError('There is no best of no strategies.');
  return {
    strategy: winner.strategy,
    meanJudgedTries: winner.mean,
    mostJudgedTries: Math.max(...[...finalists, ...results].map(({ most }) => most)),
  };
};

const judgedTries = (
  strategy: Strategy,
  policy: Policy = defaultPolicy,
  seed: number,
  firstRun: number,
  runs: number,
): { strategy: Strategy; mean: number; most: number } => {
  const tries = Array.from({ length: runs }, (_, run) =>
    policyAwareAttack(strategy, policy, new Random(seed, 'policy-aware', firstRun + run)),
  );
  return { strategy, mean: tries.reduce((sum, made) => sum + made, 0) / runs, most: Math.max(...tries) };
};

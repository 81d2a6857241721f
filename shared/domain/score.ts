// What a history adds up to: the mean of five Bayes factors, compared with one threshold. The mean of variables with
// expectation at most 1 has expectation at most 1, whatever their dependence, so an honest id is at or over ln(1/alpha)
// with a chance of at most alpha.

import { countsOf, type Counts, type DayAmounts } from './counts.ts';
import type { History } from './history.ts';
import { makeAfterPassLedger } from './ledgers/after-pass.ts';
import { makeBurstLedger } from './ledgers/burst.ts';
import { makeMixLedger } from './ledgers/mix.ts';
import { makeQualityLedger } from './ledgers/quality.ts';
import { makeRecurrenceLedger } from './ledgers/recurrence.ts';
import { logSumExp } from './log-gamma.ts';
import { type Policy, roundToMillionth, thresholdOf } from './policy.ts';

/** Natural logarithms, each rounded to a millionth; `score` is rounded after it was computed from exact ledgers. */
export interface Score {
  ledgers: Ledgers;
  score: number;
  threshold: number;
  crossed: boolean;
  counts: Counts;
}

export interface Ledgers {
  mix: number;
  burst: number;
  recurrence: number;
  quality: number;
  afterPass: number;
}

/** `undefined` when no failure counts. */
export const scoreOf = (history: History, policy: Policy): Score | undefined => {
  const counted = countsOf(history, policy);
  if (counted === undefined || counted.counts.failures === 0) return undefined;
  const { counts, days } = counted;
  const { mix, burst, recurrence, quality, afterPass } = ledgersFor(policy)(counts, days);
  const values = [mix, burst, recurrence, quality, afterPass];
  const score = roundToMillionth(logSumExp(values) - Math.log(values.length));
  const threshold = thresholdOf(policy);
  return {
    ledgers: {
      mix: roundToMillionth(mix),
      burst: roundToMillionth(burst),
      recurrence: roundToMillionth(recurrence),
      quality: roundToMillionth(quality),
      afterPass: roundToMillionth(afterPass),
    },
    score,
    threshold,
    crossed: score >= threshold,
    counts,
  };
};

type ReadLedgers = (counts: Counts, days: readonly DayAmounts[]) => Ledgers;

/** Ledgers remember terms, so they are made once a policy. */
const knownLedgers = new WeakMap<Policy, ReadLedgers>();

const ledgersFor = (policy: Policy): ReadLedgers => {
  const known = knownLedgers.get(policy);
  if (known !== undefined) return known;
  const made = makeLedgers(policy.score.ledgers);
  knownLedgers.set(policy, made);
  return made;
};

const makeLedgers = (policies: Policy['score']['ledgers']): ReadLedgers => {
  const mix = makeMixLedger(policies.mix);
  const burst = makeBurstLedger(policies.burst);
  const recurrence = makeRecurrenceLedger(policies.recurrence);
  const quality = makeQualityLedger(policies.quality);
  const afterPass = makeAfterPassLedger(policies.afterPass);
  return (counts, days) => ({
    mix: mix(counts),
    burst: burst(days),
    recurrence: recurrence(counts),
    quality: quality(days),
    afterPass: afterPass(counts),
  });
};

// The mean of five Bayes factors over one view of a history. The mean of variables with expectation at most 1 has
// expectation at most 1, whatever their dependence, so an honest id is at or over ln(1/alpha) with a chance of at most
// alpha.

import { countsOf, type Counts, type DayAmounts, type View } from './counts.ts';
import type { History } from './history.ts';
import { makeAfterPassLedger } from './ledgers/after-pass.ts';
import { makeBurstLedger } from './ledgers/burst.ts';
import { makeMixLedger, type ClassCounts } from './ledgers/mix.ts';
import { makeQualityLedger } from './ledgers/quality.ts';
import { makeRecurrenceLedger } from './ledgers/recurrence.ts';
import { logSumExp } from './log-gamma.ts';
import type { Policy } from './policy.ts';

/** Natural logarithms. */
export interface Ledgers {
  mix: number;
  burst: number;
  recurrence: number;
  quality: number;
  afterPass: number;
}

/** Exact: rounding comes last. */
export interface LedgerScore {
  ledgers: Ledgers;
  score: number;
  counts: Counts;
}

/** `undefined` when no failure counts. */
export const ledgerScore = (history: History, policy: Policy, view: View): LedgerScore | undefined => {
  if (history.spoof.length + history.uncertain.length + history.technical.length === 0) return undefined;
  const { counts, days } = countsOf(history, policy, view);
  if (counts.failures === 0) return undefined;
  const ledgers = engineOf(policy).ledgers(counts, days);
  const values = [ledgers.mix, ledgers.burst, ledgers.recurrence, ledgers.quality, ledgers.afterPass];
  return { ledgers, score: logSumExp(values) - Math.log(values.length), counts };
};

/** The first ledger alone, for counts that come from elsewhere. */
export const mixOf = (counts: ClassCounts, policy: Policy): number => engineOf(policy).mix(counts);

interface Engine {
  mix: (counts: ClassCounts) => number;
  ledgers: (counts: Counts, days: readonly DayAmounts[]) => Ledgers;
}

/** Ledgers remember terms, so they are made once a policy. */
const engines = new WeakMap<Policy, Engine>();

const engineOf = (policy: Policy): Engine => {
  const known = engines.get(policy);
  if (known !== undefined) return known;
  const made = makeEngine(policy.score.ledgers);
  engines.set(policy, made);
  return made;
};

const makeEngine = (policies: Policy['score']['ledgers']): Engine => {
  const mix = makeMixLedger(policies.mix);
  const burst = makeBurstLedger(policies.burst);
  const recurrence = makeRecurrenceLedger(policies.recurrence);
  const quality = makeQualityLedger(policies.quality);
  const afterPass = makeAfterPassLedger(policies.afterPass);
  return {
    mix,
    ledgers: (counts, days) => ({
      mix: mix(counts),
      burst: burst(days),
      recurrence: recurrence(counts),
      quality: quality(days),
      afterPass: afterPass(counts),
    }),
  };
};

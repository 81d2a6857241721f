// The score crosses. One name on purpose: which ledger is largest does not tell the kind of attack.

import type { Counts } from '../counts.ts';
import type { Ledgers } from '../score.ts';
import type { PatternRule } from './pattern.ts';
import { SCORED_AT, scoredCrossing } from './scored-pattern.ts';

export const repeatedFailures: PatternRule = {
  name: 'repeated-failures',
  judgedAt: SCORED_AT,
  flagsWithoutSpoof: false,

  crossing: scoredCrossing('repeated-failures'),

  reasons: ({ score }, { patterns: { repeatedFailures } }) => {
    if (score === undefined) return [];
    const { ledgers, tellingCounts: counts } = score;
    const telling = LEDGERS.filter((name) => ledgers[name] > repeatedFailures.explainLedgersAboveNats);
    const largest = LEDGERS.toSorted((a, b) => ledgers[b] - ledgers[a]).slice(0, 1);
    return (telling.length > 0 ? telling : largest).map((name) => sentence[name](counts));
  },
};

const LEDGERS = ['mix', 'burst', 'recurrence', 'quality', 'afterPass'] as const;

const sentence: Record<keyof Ledgers, (counts: Counts) => string> = {
  mix: ({ spoofs, uncertainSessions, passDays }) =>
    `${spoofs} spoof and ${uncertainSessions} uncertain results against ${passDays} days with a pass`,
  burst: ({ busiestDayFailures }) => `${busiestDayFailures} failed checks within one day`,
  recurrence: ({ spoofDays, activeDays }) => `spoof results on ${spoofDays} of ${activeDays} active days`,
  quality: ({ qualityFailures, qualitySessions }) =>
    `${qualityFailures} uncertain or technical results in ${qualitySessions} sessions`,
  afterPass: ({ spoofAfterPassDays }) =>
    `${spoofAfterPassDays} times a spoof result followed the person's own pass on the same day`,
};

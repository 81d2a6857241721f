// A live face, but another person's, again and again. There need not be a spoof label: nothing is being spoofed.

import type { Counts } from '../counts.ts';
import type { Policy } from '../policy.ts';
import type { PatternRule } from './pattern.ts';

export const impostor: PatternRule = {
  name: 'impostor',
  judgedAt: ['failure', 'result', 'gate', 'timer'],
  flagsWithoutSpoof: true,

  crossing: ({ score }, policy) => {
    if (score === undefined || !mismatchesPrevail(score.counts, policy)) return undefined;
    if (score.crossed) return { statistic: score.score, limit: score.threshold };
    const limit = policy.patterns.impostor.judgedFailures;
    const statistic = score.counts.judgedFailures;
    return statistic >= limit ? { statistic, limit } : undefined;
  },

  reasons: ({ score }) => [
    `${score?.counts.mismatches ?? 0} times a live face that does not match the reference image`,
  ],
};

export const mismatchesPrevail = ({ failures, mismatches }: Counts, { patterns }: Policy): boolean =>
  mismatches >= patterns.impostor.mismatchShare * failures;

// A live face, but another person's, again and again. There need not be a spoof label: nothing is being spoofed.

import type { PatternRule } from './pattern.ts';

export const impostor: PatternRule = {
  name: 'impostor',
  needsClock: false,
  flagsWithoutSpoof: true,

  crossing: ({ score }, { patterns: { impostor } }) => {
    if (score === undefined) return undefined;
    const { failures, judgedFailures, mismatches } = score.counts;
    if (mismatches < impostor.mismatchShare * failures) return undefined;
    if (score.crossed) return { statistic: score.score, limit: score.threshold };
    if (judgedFailures < impostor.judgedFailures) return undefined;
    return { statistic: judgedFailures, limit: impostor.judgedFailures };
  },

  reasons: ({ score }) => [
    `${score?.counts.mismatches ?? 0} times a live face that does not match the reference image`,
  ],
};

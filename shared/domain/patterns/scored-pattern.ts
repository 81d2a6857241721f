// The patterns that are the score crossing its threshold. A crossing has one name, the one that tells most.

import type { Crossing, Evidence, Occasion } from './pattern.ts';
import type { Pattern } from './pattern-names.ts';
import { mismatchesPrevail } from './impostor.ts';
import type { Policy } from '../policy.ts';

export const SCORED_AT: readonly Occasion[] = ['failure', 'result', 'gate', 'timer'];

export const scoredCrossing =
  (name: Pattern) =>
  ({ score }: Evidence, policy: Policy): Crossing | undefined => {
    if (score?.crossed !== true || nameOf(score, policy) !== name) return undefined;
    return { statistic: score.score, limit: score.threshold };
  };

const nameOf = (score: NonNullable<Evidence['score']>, policy: Policy): Pattern => {
  if (mismatchesPrevail(score.counts, policy)) return 'impostor';
  if (score.scope === 'device') return 'unfamiliar-device';
  if (score.link !== undefined && score.beforeLink < score.threshold) return `linked-${score.link.subject}`;
  return 'repeated-failures';
};

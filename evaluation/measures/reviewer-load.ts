import type { VerdictLine } from '../../shared/application/replay/replay-line.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { attackTraces } from '../adversaries/attack-traces.ts';
import { reviewerFlooding } from '../adversaries/reviewer-flooding.ts';
import { casesIn } from './cases-in.ts';
import { type Distribution, distributionOf } from './distribution.ts';
import { isVerdict, replayTraces } from './replay-traces.ts';

export interface ReviewerLoadOptions {
  seed: number;
  attackers: number;
  policy?: Policy;
}

export interface ReviewerLoad {
  attackers: number;
  /** Ids that an attacker uses, and of them flagged ones: what one case each would come to. */
  idsPerAttacker: number;
  flaggedIdsPerAttacker: number;
  /** Cases of one attacker, those of pauses included. */
  casesPerAttacker: Distribution & { mean: number };
}

/**
 * What a flood of throw-away ids costs the reviewers: cases, so distinct case keys, per reviewer-flooding attacker. The
 * cases of honest people are told by `asShipped`. About a second for 300 attackers.
 */
export const reviewerLoad = ({ seed, attackers, policy = defaultPolicy }: ReviewerLoadOptions): ReviewerLoad => {
  const casesOfEach: number[] = [];
  let ids = 0;
  let flaggedIds = 0;
  for (const trace of attackTraces({ seed, attack: reviewerFlooding }, attackers)) {
    const lines = replayTraces([trace], policy).filter(isVerdict);
    const linesOfId = Map.groupBy(lines, ({ correlationId }) => correlationId);
    for (const { role, correlationIds } of trace.subjects) {
      if (role !== 'attacker') continue;
      const ofAttacker = correlationIds.flatMap((correlationId): VerdictLine[] => linesOfId.get(correlationId) ?? []);
      const { flags, pauses } = casesIn(ofAttacker);
      casesOfEach.push(flags + pauses);
      ids += correlationIds.length;
      flaggedIds += new Set(ofAttacker.map(({ correlationId }) => correlationId)).size;
    }
  }
  const { length } = casesOfEach;
  return {
    attackers: length,
    idsPerAttacker: ids / length,
    flaggedIdsPerAttacker: flaggedIds / length,
    casesPerAttacker: {
      mean: casesOfEach.reduce((sum, cases) => sum + cases, 0) / length,
      ...distributionOf(casesOfEach),
    },
  };
};

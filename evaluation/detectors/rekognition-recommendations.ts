import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Rule } from './rule.ts';
import { slidingCount } from './sliding-count.ts';

/**
 * Five failed checks in three minutes from one device: a pause of 30 to 60 minutes; a block when that is seen 3 to 5
 * times. We flag at the first pause, which is where the rule first acts.
 *
 * Counts every attempt that is not `real`; a pass takes nothing back.
 */
export const rekognitionRecommendations: Rule = {
  name: 'AWS failures in 3 min',
  source:
    'Amazon Rekognition, Recommendations for Usage of Face Liveness, ' +
    'https://docs.aws.amazon.com/rekognition/latest/dg/recommendations-liveness.html',
  shipped: 5,
  newSubject: () => {
    const countFailure = slidingCount(180 * MS_PER_SECOND);
    return ({ outcome, atMs }) => (outcome === 'real' ? 0 : countFailure(atMs));
  },
};

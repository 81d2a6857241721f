// Somebody else tries under this id. The owner's devices stay open.

import type { PatternRule } from './pattern.ts';
import { SCORED_AT, scoredCrossing } from './scored-pattern.ts';

export const unfamiliarDevice: PatternRule = {
  name: 'unfamiliar-device',
  judgedAt: SCORED_AT,
  flagsWithoutSpoof: false,
  crossing: scoredCrossing('unfamiliar-device'),
  reasons: () => ['failures come from a device this user has not passed on; the usual devices are clean'],
};

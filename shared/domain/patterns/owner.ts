// Patterns that do not use the score: whom does one concern?

import { channelsOf, onlyOn, type Scope } from '../channel.ts';
import type { Policy } from '../policy.ts';
import type { Evidence, PatternRule } from './pattern.ts';

/** `device` if the owner's own devices are clean and do not show the pattern by themselves. */
export const concernsOwner = (crossing: PatternRule['crossing'], evidence: Evidence, policy: Policy): Scope => {
  const channels = channelsOf(evidence.history, policy);
  if (channels?.ownerIsClean !== true) return 'correlation';
  const own = { ...evidence, history: onlyOn(evidence.history, channels.familiar) };
  return crossing(own, policy) === undefined ? 'device' : 'correlation';
};

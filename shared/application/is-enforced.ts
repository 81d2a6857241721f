import type { EffectivePolicy } from './policy-records.ts';

/** Whether what is found blocks anybody now. Budgets and suspensions hold in any case. */
export const isEnforced = (
  { policy, enforcementOff }: EffectivePolicy,
  appVersion: string | undefined,
  now: Date,
): boolean =>
  policy.mode === 'enforce' &&
  !enforcementOff.some((off) => now < off.until && (off.appVersion === undefined || off.appVersion === appVersion));

// How the report writes numbers: the same kind of number always in the same way.

import type { Interval } from '../statistics/interval.ts';

/** A share of attackers: `94.8 %`. */
export const formatShare = (share: number): string => `${percent(share)} %`;

/** A share with its interval: `94.8 % [93.9, 95.2]`. */
export const formatShareInterval = ({ estimate, low, high }: Interval): string =>
  `${formatShare(estimate)} [${percent(low)}, ${percent(high)}]`;

/** A chance: `0.142`. */
export const formatChance = (chance: number): string => chance.toFixed(3);

export const formatChanceInterval = ({ estimate, low, high }: Interval): string =>
  `${formatChance(estimate)} [${formatChance(low)}, ${formatChance(high)}]`;

/** A share of honest ids, of which few are flagged: `2.0` of 10,000. */
export const formatPerTenThousand = (share: number): string => (share * 10_000).toFixed(1);

export const formatPerTenThousandInterval = ({ estimate, low, high }: Interval): string =>
  `${formatPerTenThousand(estimate)} [${formatPerTenThousand(low)}, ${formatPerTenThousand(high)}]`;

/** A whole number: `1,000,000`; Infinity, for what does not come: `never`. */
export const formatCount = (count: number): string =>
  count === Infinity ? 'never' : String(count).replace(/\B(?=(\d{3})+$)/g, ',');

/** `40 s`, `12 min`, `5.0 h`, `3.2 days` or `never`. */
export const formatDuration = (ms: number): string => {
  if (ms === Infinity) return 'never';
  const seconds = ms / 1000;
  if (seconds < 120) return `${seconds.toFixed(0)} s`;
  if (seconds < 120 * 60) return `${(seconds / 60).toFixed(0)} min`;
  if (seconds < 48 * 3600) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} days`;
};

/** A limit. A tuned limit of a rule that counts lies just above the number that is let off: `> 5`. */
export const formatLimit = (limit: number): string => {
  const whole = Math.round(limit);
  if (limit === whole) return String(whole);
  return limit > whole && limit - whole < 1e-5 ? `> ${whole}` : limit.toFixed(2);
};

const percent = (share: number): string => (share * 100).toFixed(1);

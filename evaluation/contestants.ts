// Everybody who is compared: this product, itself with one part left out, and the rules of others.

import { defaultPolicy, type Policy } from '../shared/domain/policy.ts';
import type { Detector } from './detectors/detector.ts';
import { evidenceRules, rateLimiters, rulesOfSystems } from './detectors/peers.ts';
import { withHonestRates } from './wrong-weights.ts';
import { specification, type UnscoredPattern, type Variant } from './detectors/specification.ts';

export const OURS = 'this product';

const unlinked = (subject: keyof Policy['link']): Policy => ({
  ...defaultPolicy,
  link: { ...defaultPolicy.link, [subject]: { max: 0, shift: 0 } },
});

/** A device that never becomes familiar: everything is one channel. */
const oneChannel: Policy = { ...defaultPolicy, channel: { ...defaultPolicy.channel, familiarAfterHours: Infinity } };

/**
 * A reused face is no question of a limit, and honest twins of whom one has a fresh id use up the whole allowance of the
 * lowest honest rate: that pattern is measured as shipped instead.
 */
const unscored: readonly UnscoredPattern[] = ['impostor', 'machine-cadence', 'token-hoarding'];
const withoutPattern = (left: UnscoredPattern): readonly UnscoredPattern[] => unscored.filter((name) => name !== left);

const variants: readonly (Partial<Variant> & { left: string })[] = [
  { left: 'mix', withoutLedger: 'mix' },
  { left: 'burst', withoutLedger: 'burst' },
  { left: 'recurrence', withoutLedger: 'recurrence' },
  { left: 'quality', withoutLedger: 'quality' },
  { left: 'after-pass', withoutLedger: 'afterPass' },
  { left: 'channel', policy: oneChannel },
  { left: 'device link', policy: unlinked('device') },
  { left: 'impostor', unscored: withoutPattern('impostor') },
  { left: 'machine-cadence', unscored: withoutPattern('machine-cadence') },
  { left: 'token-hoarding', unscored: withoutPattern('token-hoarding') },
];

export const ours: Detector = specification({ name: OURS, policy: defaultPolicy, unscored });

/** With every pattern, at the limit that is shipped. */
export const oursAsShipped: Detector = specification({
  name: `${OURS}, as shipped`,
  policy: defaultPolicy,
  unscored: [...unscored, 'face-reuse'],
});

/** One part left out of each. Resets are not in the traces, so the link to predecessors cannot be told apart. */
export const ablations: readonly Detector[] = variants.map(({ left, ...variant }) =>
  specification({ policy: defaultPolicy, unscored, ...variant, name: `without ${left}` }),
);

/** The same where what the weights say of honest people is wrong. */
export const wrongWeights: readonly Detector[] = [2, 0.5].map((factor) =>
  specification({
    name: `weights that take honest failures ${factor} times as frequent`,
    policy: withHonestRates(factor),
    unscored,
  }),
);

/** Rules that others use or recommend today: what the goals compare with. */
export const systems: readonly Detector[] = [...rulesOfSystems, ...rateLimiters];
/** Rules that nobody ships and that read the outcome as we do: shown, so that it is seen what the rest is worth. */
export const alternatives: readonly Detector[] = evidenceRules;

export const contestants: readonly Detector[] = [
  ours,
  oursAsShipped,
  ...ablations,
  ...wrongWeights,
  ...systems,
  ...alternatives,
];

export const contestantNamed = (name: string): Detector => {
  const found = contestants.find((contestant) => contestant.name === name);
  if (found === undefined) throw new RangeError(`nobody called ${name} is compared`);
  return found;
};

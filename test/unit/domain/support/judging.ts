import type { LivenessEvent } from '../../../../shared/domain/events.ts';
import type { JudgedState } from '../../../../shared/domain/judged-state.ts';
import { defaultPolicy, type Policy } from '../../../../shared/domain/policy.ts';
import type { Verdict } from '../../../../shared/domain/verdict.ts';
import { type Finding, judge, reasonsOf } from '../../../../shared/domain/judge.ts';
import type { Occasion } from '../../../../shared/domain/patterns/pattern.ts';
import { attemptsOn, hourMs, noonOf } from './histories.ts';

export const everyOccasion: readonly Occasion[] = ['failure', 'result', 'gate', 'timer'];

interface Look {
  occasion?: Occasion;
  atMs?: number;
  policy?: Policy;
}

const findingsOn = (
  state: JudgedState,
  { occasion = 'failure', atMs = noonOf(0) + hourMs, policy = defaultPolicy }: Look = {},
): Finding[] => judge(state, policy, occasion, atMs);

export const verdictsOn = (state: JudgedState, look: Look = {}): Verdict[] =>
  findingsOn(state, look).map(({ verdict }) => verdict);

/** Of the only verdict that is found. */
export const reasonsOn = (state: JudgedState, look: Look = {}): string[] => {
  const [finding, ...others] = findingsOn(state, look);
  if (finding === undefined || others.length > 0) throw new Error('this state gives one verdict');
  return reasonsOf(finding.verdict, { ...state, history: finding.history }, look.policy ?? defaultPolicy);
};

/** Occasions at which something is found. */
export const occasionsOf = (state: JudgedState): Occasion[] =>
  everyOccasion.filter((occasion) => findingsOn(state, { occasion }).length > 0);

/** With this threshold. */
export const withThreshold = (nats: number): Policy => ({
  ...defaultPolicy,
  score: { ...defaultPolicy.score, alpha: Math.exp(-nats) },
});

/** The owner passes on a phone, long enough ago for it to be familiar. */
export const ownPhone: readonly LivenessEvent[] = [-3, -2].flatMap((day) => attemptsOn(day, ['real'], 'phone'));

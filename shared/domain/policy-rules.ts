// What the numbers of a policy owe each other. Each is fine by itself; together they would promise what cannot be kept.

import { budgetOf, type Policy, type RateChangePolicy } from './policy.ts';

export interface PolicyConflict {
  /** JSON pointers to the numbers that do not go together, the likeliest mistake first. */
  between: readonly string[];
  message: string;
}

export const conflictsOf = (policy: Policy): PolicyConflict[] => {
  const { gate, keep, patterns } = policy;
  const { breach, pass } = gate.budget;
  const tries = budgetOf(policy);
  return [
    ...unless(
      tries >= 1,
      ['/gate/budget/breach', '/gate/budget/pass'],
      `The budget gives no try at all: a breach chance of ${breach} is below the ${pass} of a single try.`,
    ),
    ...(['spoof', 'uncertain'] as const).flatMap((outcome) =>
      unless(
        keep[outcome] >= 2 * tries,
        [`/keep/${outcome}`, '/gate/budget/breach', '/gate/budget/pass'],
        `keep.${outcome} is ${keep[outcome]}, but the budget gives ${tries} tries to each of two channels: what is forgotten cannot be counted.`,
      ),
    ),
    ...unless(
      gate.delay.maxSeconds >= gate.delay.seconds,
      ['/gate/delay/maxSeconds', '/gate/delay/seconds'],
      `The longest delay of ${gate.delay.maxSeconds} s is shorter than the first of ${gate.delay.seconds} s.`,
    ),
    ...unreachable(patterns.impostor.judgedFailures, keep.spoof + keep.uncertain, [
      '/patterns/impostor/judgedFailures',
      '/keep/spoof',
      '/keep/uncertain',
    ]),
    ...unreachable(patterns.machineCadence.tokens, keep.issued, ['/patterns/machineCadence/tokens', '/keep/issued']),
    ...unreachable(patterns.tokenHoarding.unusedTokens, keep.unused, [
      '/patterns/tokenHoarding/unusedTokens',
      '/keep/unused',
    ]),
    ...unreachable(patterns.faceReuse.otherIds, keep.links, ['/patterns/faceReuse/otherIds', '/keep/links']),
    ...lowCeiling('drift', patterns.drift),
    ...lowCeiling('breadthFirst', patterns.breadthFirst),
  ];
};

const unless = (holds: boolean, between: readonly string[], message: string): PolicyConflict[] =>
  holds ? [] : [{ between, message }];

const unreachable = (needed: number, kept: number, between: readonly string[]): PolicyConflict[] =>
  unless(needed <= kept, between, `The pattern asks for ${needed}, but only the newest ${kept} are kept.`);

const lowCeiling = (name: string, { openAt, ceiling }: RateChangePolicy): PolicyConflict[] =>
  unless(
    openAt <= ceiling,
    [`/patterns/${name}/ceiling`, `/patterns/${name}/openAt`],
    `The sum stops at ${ceiling} and never reaches the ${openAt} at which an incident opens.`,
  );

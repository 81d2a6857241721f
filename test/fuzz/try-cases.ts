import { fc } from '../unit/domain/support/fast-check.ts';

/** Connections tell of the end of a process some moments earlier than the process does. */
const END_IS_TOLD_WITHIN_MS = 50;

interface Tried {
  cases: number;
  /** The smallest case that still fails and why, or nothing. */
  failures: string[];
}

interface Trial<Case> {
  /** Rejects when something is wrong. */
  tryOne: (given: Case) => Promise<void>;
  describeCase: (given: Case) => string;
  /** Nothing can be tried any more. */
  hasEnded: () => boolean;
}

/** Tries so many cases of a seed, one after the other, until one fails. */
export const tryCases = async <Case>(
  cases: fc.Arbitrary<Case>,
  { seed, numRuns }: { seed: number; numRuns: number },
  { tryOne, describeCase, hasEnded }: Trial<Case>,
): Promise<Tried> => {
  const last: { good?: Case } = {};
  const property = fc.asyncProperty(cases, async (given) => {
    // Nothing smaller can be tried.
    if (hasEnded()) return;
    try {
      await tryOne(given);
      last.good = given;
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, END_IS_TOLD_WITHIN_MS));
      throw error;
    }
  });
  const checked = await fc.check(property, { seed, numRuns });
  if (!checked.failed) return { cases: checked.numRuns, failures: [] };
  const [smallest] = checked.counterexample ?? [];
  const { errorInstance: error } = checked;
  const failure = [
    ...(smallest === undefined ? [] : [describeCase(smallest)]),
    error instanceof Error ? error.message : String(error),
    ...(hasEnded() && last.good !== undefined ? ['It may have been the case before:', describeCase(last.good)] : []),
  ];
  return { cases: checked.numRuns, failures: [failure.join('\n')] };
};

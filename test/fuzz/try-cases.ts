import { fc } from '../unit/domain/support/fast-check.ts';

interface Tried {
  cases: number;
  /** The smallest case that still fails and why, or nothing. */
  failures: string[];
}

/** Tries so many cases of a seed, one after the other, until one fails. */
export const tryCases = async <Case>(
  cases: fc.Arbitrary<Case>,
  { seed, numRuns }: { seed: number; numRuns: number },
  tryOne: (given: Case) => Promise<void>,
  describeCase: (given: Case) => string,
): Promise<Tried> => {
  const checked = await fc.check(fc.asyncProperty(cases, tryOne), { seed, numRuns });
  if (!checked.failed) return { cases: checked.numRuns, failures: [] };
  const [smallest] = checked.counterexample ?? [];
  const { errorInstance: error } = checked;
  const reason = error instanceof Error ? error.message : String(error);
  return {
    cases: checked.numRuns,
    failures: [`${smallest === undefined ? '' : describeCase(smallest)}\n${reason}`],
  };
};

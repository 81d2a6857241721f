import type { Promised } from '../../../simulation/checker/model.ts';
import type { RunOptions, RunResult } from '../../../simulation/run.ts';
import type { Only } from '../../../simulation/script.ts';
import { shrink } from '../../../simulation/shrink.ts';
import { fc } from '../domain/support/fast-check.ts';
import { aResult } from './support/results.ts';

const MINUTES = 3;
const everything: Only = { faults: [0, 1, 2, 3], members: [0, 1, 2], decisions: [0, 1] };

/** Runs that break what `broken` says of what is left in; it tells which runs were asked for. */
const runsThatBreak = (broken: (only: Only) => Promised | undefined) => {
  const asked: RunOptions[] = [];
  const run = (options: RunOptions): Promise<RunResult> => {
    asked.push(options);
    const only = options.only ?? everything;
    const promise = broken(only);
    return Promise.resolve(
      aResult({ options, only, broken: promise === undefined ? [] : [{ promise, what: 'is broken' }] }),
    );
  };
  return { run, asked };
};

const failureOf = (run: (options: RunOptions) => Promise<RunResult>) => run({ seed: 7, minutes: MINUTES });

describe('shrinking a failure', () => {
  it('leaves out every fault, decision and member that it does not take', async () => {
    const { run } = runsThatBreak(({ faults, members, decisions }) =>
      faults.includes(2) && members.includes(1) && decisions.includes(0) ? 'I3' : undefined,
    );

    const smallest = await shrink(await failureOf(run), run);

    expect(smallest.only).toEqual({ faults: [2], members: [1], decisions: [0] });
    expect(smallest.broken).toEqual([{ promise: 'I3', what: 'is broken' }]);
  });

  it('leaves out all of it when the failure takes nothing', async () => {
    const { run } = runsThatBreak(() => 'I1');

    const smallest = await shrink(await failureOf(run), run);

    expect(smallest.only).toEqual({ faults: [], members: [], decisions: [] });
  });

  it('keeps what fails only together', async () => {
    const { run } = runsThatBreak(({ faults }) => (faults.includes(0) && faults.includes(3) ? 'I8' : undefined));

    const smallest = await shrink(await failureOf(run), run);

    expect(smallest.only.faults).toEqual([0, 3]);
  });

  it('looks again at what it kept, as it may be superfluous without the rest', async () => {
    // Fault 0 is needed only for as long as member 2 is there.
    const { run } = runsThatBreak(({ faults, members }) =>
      !members.includes(2) || faults.includes(0) ? 'I4' : undefined,
    );

    const smallest = await shrink(await failureOf(run), run);

    expect(smallest.only).toEqual({ faults: [], members: [], decisions: [] });
  });

  it('does not take another broken promise for the same failure', async () => {
    const { run } = runsThatBreak(({ faults }) => (faults.includes(1) ? 'I2' : 'answers'));

    const smallest = await shrink(await failureOf(run), run);

    expect(smallest.only.faults).toEqual([1]);
    expect(smallest.broken[0]?.promise).toBe('I2');
  });

  it('tries the seed and the length of the failure, and nothing else', async () => {
    const { run, asked } = runsThatBreak(() => 'I1');
    const failed = await failureOf(run);
    asked.length = 0;

    await shrink(failed, run);

    expect(asked.length).toBeGreaterThan(0);
    for (const options of asked) {
      expect(options).toEqual({ seed: 7, minutes: MINUTES, only: expect.any(Object) as Only });
    }
  });

  it('never tries more than it was given, and ends with nothing left to leave out', async () => {
    const needed = fc.record({
      faults: fc.subarray([...everything.faults]),
      members: fc.subarray([...everything.members]),
      decisions: fc.subarray([...everything.decisions]),
    });
    await fc.assert(
      fc.asyncProperty(needed, async (need) => {
        const holdsAll = (only: Only): boolean =>
          (['faults', 'members', 'decisions'] as const).every((part) =>
            need[part].every((number) => only[part].includes(number)),
          );
        const { run } = runsThatBreak((only) => (holdsAll(only) ? 'I5' : undefined));

        const smallest = await shrink(await failureOf(run), run);

        expect(smallest.only).toEqual(need);
      }),
      { numRuns: 40 },
    );
  });
});

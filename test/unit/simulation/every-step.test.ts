import { runsOfEveryStep } from '../../../simulation/every-step.ts';
import type { RunOptions, RunResult } from '../../../simulation/run.ts';
import { aResult } from './support/results.ts';

const options = { seed: 7, minutes: 2, isVerbose: true };

/** Devices become familiar in steps 1 to 4; the people of the run take 5 to 7. */
const run = (asked: RunOptions): Promise<RunResult> =>
  Promise.resolve(
    aResult({
      options: asked,
      firstStep: 5,
      counts: { ...aResult().counts, steps: asked.faults?.length === 0 ? 7 : 99 },
    }),
  );

describe('every step of a seed', () => {
  it('is struck by a crash before it, a crash after it and the loss of its reply, in a run each', async () => {
    const runs = await runsOfEveryStep(options, run);

    expect(runs.map(({ faults }) => faults)).toEqual(
      [5, 6, 7].flatMap((step) => [
        [{ kind: 'crash', when: 'before', step, downSeconds: expect.any(Number) as number }],
        [{ kind: 'crash', when: 'after', step, downSeconds: expect.any(Number) as number }],
        [{ kind: 'lost-reply', step }],
      ]),
    );
  });

  it('is struck in the run of the same seed, length and detail', async () => {
    for (const { faults: _, ...rest } of await runsOfEveryStep(options, run)) expect(rest).toEqual(options);
  });

  it('is left alone but for the one that is asked for', async () => {
    const runs = await runsOfEveryStep(options, run, 6);

    expect(runs.flatMap(({ faults }) => faults)).toMatchObject([{ step: 6 }, { step: 6 }, { step: 6 }]);
  });

  it.each([4, 8])('is not made up: there is no %i', async (step) => {
    expect(await runsOfEveryStep(options, run, step)).toEqual([]);
  });
});

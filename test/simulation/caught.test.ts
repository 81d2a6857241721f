// What somebody gets who has made a mistake: its seed, the promise that it breaks, and as little as it takes to see it.

import { describeFault } from '../../simulation/faults/fault.ts';
import type { Mutant } from '../../simulation/mutants/mutant.ts';
import type { RunResult } from '../../simulation/run.ts';
import { runScript } from '../support/run-script.ts';
import type { Caught } from './support/catch-mutant.ts';

/** Seen only in runs in which something goes wrong. */
const passesTroubleOn: Mutant = {
  name: 'trouble of Cosmos DB is passed on as it is',
  breaks: ['answers'],
  file: 'shared/adapters/cosmos/cosmos-errors.ts',
  text: 'throw new Unavailable(what, { cause: error, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) });',
  instead: 'throw error;',
};

/** A process starts slowly on a busy machine. */
jest.setTimeout(60_000);

describe('a mistake in the product', () => {
  let caught: Caught;

  beforeAll(async () => {
    const { stdout, stderr, exitCode } = await runScript('test/simulation/support/catch-mutant.ts', [
      JSON.stringify(passesTroubleOn),
    ]);
    if (exitCode !== 0) throw new Error(stderr);
    caught = JSON.parse(stdout) as Caught;
  });

  it('is caught', () => {
    expect(caught.failed.broken[0]).toMatchObject({ promise: 'answers' });
  });

  it('is shown by less than it was found with, and by some trouble at least', () => {
    const { failed, smallest } = caught;
    const sizeOf = ({ only }: RunResult): number => only.faults.length + only.members.length + only.decisions.length;

    expect(smallest.broken[0]?.promise).toBe('answers');
    expect(sizeOf(smallest)).toBeLessThan(sizeOf(failed));
    expect(smallest.faults.length).toBeGreaterThan(0);
    expect(smallest.faults).toHaveLength(smallest.only.faults.length);
  });

  it('is told with its seed, the promise, the faults that it takes and the command for looking again', () => {
    const { told, smallest } = caught;

    expect(told).toContain(`seed ${smallest.options.seed} breaks a promise\n  answers: `);
    expect(told).toContain(['  Faults that it takes:', ...smallest.faults.map(describeFault)].join('\n    '));
    expect(told).toContain(`npm run simulate -- --seed ${smallest.options.seed} --minutes 1 --trace`);
  });

  it('comes again in the same way', () => {
    expect(caught.again).toEqual(caught.smallest);
  });
});

it('a mistake that cannot be planted is told, not passed over', async () => {
  const mutant: Mutant = { ...passesTroubleOn, text: 'a text that is nowhere' };

  const { exitCode, stderr } = await runScript('test/simulation/support/catch-mutant.ts', [JSON.stringify(mutant)]);

  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('the run of seed 1 was broken off');
  expect(stderr).toContain(`its text is not once in ${mutant.file}`);
});

// The command waited for ever.
it('a mistake in what checks the end of a run is told, not waited for', async () => {
  const mutant: Mutant = {
    name: 'the checker throws',
    breaks: [],
    file: 'simulation/checker/endings.ts',
    text: 'model.broken.push(...unfinished(model, cloud));',
    instead: "throw new Error('planted in the checker');",
  };

  const { exitCode, stderr } = await runScript('test/simulation/support/catch-mutant.ts', [JSON.stringify(mutant)]);

  expect(exitCode).not.toBe(0);
  expect(stderr).toContain('the run of seed 1 was broken off');
  expect(stderr).toContain('planted in the checker');
});

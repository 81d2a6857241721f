// A failure that is found once can be looked at again and again: everything in a run follows from its seed.

import type { RunOptions, RunResult } from '../../simulation/run.ts';
import { type Finished, runScript } from '../support/run-script.ts';
import type { Watched } from './support/watch-run.ts';

const OTHER_MACHINE = {
  env: {
    TZ: 'Asia/Kathmandu',
    LANG: 'tr_TR.UTF-8',
    LC_ALL: 'tr_TR.UTF-8',
    UV_THREADPOOL_SIZE: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NODE_OPTIONS: '--disable-warning=ExperimentalWarning --max-old-space-size=200',
  },
  execArgv: ['--single-threaded-gc', '--max-semi-space-size=1'],
};

const trace = (seed: number, machine = {}): Promise<Finished> =>
  runScript('simulation/simulate.ts', ['--trace', '--minutes', '1', '--seed', `${seed}`], machine);

const runsOf = async (threads: number, ...all: Partial<RunOptions>[]): Promise<RunResult[]> => {
  const { stdout } = await runScript('test/simulation/support/print-runs.ts', [
    `${threads}`,
    ...all.map((options) => JSON.stringify({ minutes: 1, isVerbose: true, ...options })),
  ]);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RunResult);
};

/** A process starts slowly on a busy machine. */
jest.setTimeout(60_000);

describe('the same seed', () => {
  it('gives the same trace byte for byte in every process, in whichever zone, language and memory', async () => {
    const [here, elsewhere] = await Promise.all([trace(5), trace(5, OTHER_MACHINE)]);

    expect(here.stdout.split('\n').length).toBeGreaterThan(100);
    expect(elsewhere.stdout).toBe(here.stdout);
    expect(here).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('gives the same run whatever ran before it and beside it', async () => {
    const [inOrder, inReverse] = await Promise.all([
      runsOf(1, { seed: 3 }, { seed: 5 }),
      runsOf(2, { seed: 5 }, { seed: 3 }),
    ]);

    // A crew tells results in the order in which it was given the seeds.
    expect(inOrder.map(({ options }) => options.seed)).toEqual([3, 5]);
    expect(inReverse.map(({ options }) => options.seed)).toEqual([5, 3]);
    expect(inReverse.toReversed()).toEqual(inOrder);
    expect(new Set(inOrder.map(({ story }) => story.join('\n'))).size).toBe(2);
  });

  it('gives the same run after runs of it in which a process died waiting for a token', async () => {
    const calm = { seed: 1, faults: [] };
    const [alone] = await runsOf(1, calm);
    const asksForToken = /step (\d+), token Get \S*servicebus/;
    const steps = alone?.story.flatMap((line) => asksForToken.exec(line)?.[1] ?? []).map(Number) ?? [];
    const crashes = steps.slice(0, 4).map((step) => ({
      seed: 1,
      faults: [{ kind: 'crash' as const, when: 'before' as const, step, downSeconds: 3 }],
    }));
    const runs = await runsOf(1, ...crashes, calm);

    expect(crashes).toHaveLength(4);
    expect(runs.at(-1)).toEqual(alone);
  });
});

it('never waits for the machine within a run: for no timer, thread, file or socket', async () => {
  const { stdout } = await runScript('test/simulation/support/watch-run.ts', ['5']);

  const { steps, waits, plantedWaits } = JSON.parse(stdout) as Watched;
  expect(steps).toBeGreaterThan(100);
  expect(waits).toEqual([]);
  expect(plantedWaits).toEqual(expect.arrayContaining(['FSREQPROMISE', 'Timeout']));
});

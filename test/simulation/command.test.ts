import { USAGE } from '../../simulation/options.ts';
import { runScript } from '../support/run-script.ts';

const simulate = (...args: string[]) => runScript('simulation/simulate.ts', args);

/** A process starts slowly on a busy machine. */
jest.setTimeout(60_000);

describe('npm run simulate', () => {
  it('explains itself when asked', async () => {
    expect(await simulate('--help', '--seeds', 'many')).toEqual({ exitCode: 0, stdout: `${USAGE}\n`, stderr: '' });
  });

  it('explains itself when it does not understand, and runs nothing', async () => {
    const { exitCode, stdout, stderr } = await simulate('--seeds', 'many');

    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('--seeds takes a whole number');
    expect(stderr).toContain(USAGE);
  });

  it('runs as many seeds as it is told, and says how many failed in its last line', async () => {
    const { exitCode, stdout } = await simulate('--seeds', '1', '--seed', '8', '--minutes', '1');

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+ steps of input and output, \d+ tokens, \d+ entries in ledgers, \d+ flags\n/);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 runs, 0 failed');
  });

  it('strikes a step in three ways, and nothing else', async () => {
    const { exitCode, stdout } = await simulate('--every-step', '--step', '250', '--seed', '9', '--minutes', '1');

    expect(stdout.trimEnd().split('\n').slice(-3)).toEqual([
      '  crash               2',
      '  lost-reply          1',
      '3 runs, 0 failed',
    ]);
    expect(exitCode).toBe(0);
  });

  it('says when there is no such step, as nothing was shown then', async () => {
    const { exitCode, stdout } = await simulate('--every-step', '--step', '999999', '--seed', '9', '--minutes', '1');

    expect(stdout).toContain('there is no step 999999');
    expect(exitCode).toBe(1);
  });
});

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
});

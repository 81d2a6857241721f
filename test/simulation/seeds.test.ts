import { runScript } from '../support/run-script.ts';

it('keeps every promise in 200 runs, whatever goes wrong', async () => {
  const { exitCode, stdout } = await runScript('simulation/simulate.ts');

  expect(stdout.trimEnd().split('\n').at(-1)).toBe('200 runs, 0 failed');
  expect(exitCode).toBe(0);
}, 180_000);

import { Random } from '../../evaluation/random.ts';
import { drawFaults } from '../../simulation/faults/draw-faults.ts';
import { runScript } from '../support/run-script.ts';

const kindsThatAreDrawn = (): string[] => {
  const extent = { seconds: 240, steps: 600, deliveries: 24 };
  const draws = Array.from({ length: 1000 }, (_, seed) => drawFaults(new Random(seed), extent));
  return [...new Set(draws.flat().map(({ kind }) => kind))].sort();
};

it('keeps every promise in 200 runs, whatever goes wrong, and all of it does', async () => {
  const { exitCode, stdout } = await runScript('simulation/simulate.ts');

  expect(stdout.trimEnd().split('\n').at(-1)).toBe('200 runs, 0 failed');
  expect(exitCode).toBe(0);
  const kindsThatStruck = [...stdout.matchAll(/^ {2}([a-z-]+) +\d+$/gm)].map(([, kind]) => kind);
  expect(kindsThatStruck).toEqual(kindsThatAreDrawn());
}, 180_000);

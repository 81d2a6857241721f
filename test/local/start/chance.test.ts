import { Chance } from '../../../local/traffic/chance.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';

const spreadOfLogs = (values: readonly number[]): number => {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  return Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length);
};

describe('the chance of one person', () => {
  it('is the same for the same seed and name, whatever others draw in between', () => {
    const draws = (chance: Chance): number[] => [chance.fraction(), chance.whole(10), chance.pauseMs(10, 100)];
    const first = draws(new Chance(1, 'anna'));
    new Chance(1, 'bob').fraction();

    expect(draws(new Chance(1, 'anna'))).toEqual(first);
    expect(draws(new Chance(2, 'anna'))).not.toEqual(first);
  });

  it('pauses within its limits, and never as evenly as a machine', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const chance = new Chance(seed, 'anna');

      const pauses = Array.from({ length: 8 }, () => chance.pauseMs(120_000, 1_500_000));

      expect(Math.min(...pauses)).toBeGreaterThanOrEqual(120_000);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(1_500_000);
      expect(spreadOfLogs(pauses)).toBeGreaterThan(defaultPolicy.patterns.machineCadence.spreadOfLogGap);
    }
  });
});

import { PERIOD_START_MS } from '../../../evaluation/period.ts';
import { firstChecks } from '../../../evaluation/population/first-checks.ts';
import { MS_PER_DAY } from '../../../shared/domain/time.ts';

const CHECKS = 20_000;
const attack = { shareOfFirstChecks: 0.2, fromMs: PERIOD_START_MS + MS_PER_DAY };

describe('first checks', () => {
  it('come in the order of time, as many a day as asked', () => {
    const checks = [...firstChecks({ seed: 1, checks: CHECKS, honestChecksADay: 5000 })];

    const days = (checks.at(-1)!.atMs - PERIOD_START_MS) / MS_PER_DAY;
    expect(checks).toHaveLength(CHECKS);
    expect(checks.every(({ atMs }, index) => index === 0 || atMs >= checks[index - 1]!.atMs)).toBe(true);
    expect(days).toBeGreaterThan(3.7);
    expect(days).toBeLessThan(4.3);
  });

  it('of honest people are labelled a spoof in one to two of a hundred', () => {
    const checks = [...firstChecks({ seed: 1, checks: CHECKS })];

    const spoofs = checks.filter(({ outcome }) => outcome === 'spoof').length;

    // 1.5 % in good light, a little more with poor light.
    expect(spoofs / CHECKS).toBeGreaterThan(0.013);
    expect(spoofs / CHECKS).toBeLessThan(0.021);
  });

  it('are in their share attackers’ once the attack has begun, on top of the honest ones', () => {
    const checks = [...firstChecks({ seed: 1, checks: CHECKS, honestChecksADay: 5000, attack })];

    const before = checks.filter(({ atMs }) => atMs < attack.fromMs);
    const after = checks.filter(({ atMs }) => atMs >= attack.fromMs);
    const attackers = after.filter(({ passChance }) => passChance !== undefined);
    const spoofs = attackers.filter(({ outcome }) => outcome === 'spoof').length;
    expect(before.some(({ passChance }) => passChance !== undefined)).toBe(false);
    expect(Math.abs(attackers.length / after.length - 0.2)).toBeLessThan(0.012);
    // 74 % of those tries that do not pass.
    expect(Math.abs(spoofs / attackers.length - 0.74 * (1 - 0.03525))).toBeLessThan(0.04);
  });
});

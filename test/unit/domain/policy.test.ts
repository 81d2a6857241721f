import { budgetOf, defaultPolicy, type Policy, thresholdOf } from '../../../shared/domain/policy.ts';

const withBudget = (breach: number, pass: number): Policy => ({
  ...defaultPolicy,
  gate: { ...defaultPolicy.gate, budget: { ...defaultPolicy.gate.budget, breach, pass } },
});

describe('a policy', () => {
  it('puts the threshold at ln(1/alpha)', () => {
    expect(thresholdOf(defaultPolicy)).toBe(5.298317);
  });

  it('has a threshold for the smallest alpha there is', () => {
    const policy = { ...defaultPolicy, score: { ...defaultPolicy.score, alpha: Number.MIN_VALUE } };

    expect(thresholdOf(policy)).toBe(744.440072);
  });

  it.each([
    ['by default', 0.2, 0.01, 22],
    ['when strict', 0.05, 0.01, 5],
    ['by the FIDO requirements', 0.017, 0.001, 17],
  ])('gives the judged tries that keep the stated breach chance %s', (_, breach, pass, tries) => {
    const budget = budgetOf(withBudget(breach, pass));

    expect(budget).toBe(tries);
    expect(1 - (1 - pass) ** budget).toBeLessThanOrEqual(breach);
    expect(1 - (1 - pass) ** (budget + 1)).toBeGreaterThan(breach);
  });

  it('weighs the profiles of each side to 1, with shares that add up to 1', () => {
    for (const { honest, abuse } of Object.values(defaultPolicy.score.ledgers)) {
      for (const side of [honest, abuse]) {
        expect(side.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
      }
    }
    const { honest, abuse } = defaultPolicy.score.ledgers.mix;
    for (const { means } of [...honest, ...abuse]) {
      expect(means.real + means.spoof + means.uncertain + means.technical).toBeCloseTo(1, 12);
    }
  });

  it('weighs failures in whole hundredths, so that their sums are exact', () => {
    const { burst, quality } = defaultPolicy.score.ledgers;

    for (const { spoof, uncertain, technical } of [burst.weightHundredths, quality.weightHundredths]) {
      expect([spoof, uncertain, technical].every(Number.isInteger)).toBe(true);
    }
  });

  it('keeps as many judged failures as the budget has to count', () => {
    expect(defaultPolicy.keep.spoof).toBeGreaterThanOrEqual(budgetOf(defaultPolicy));
    expect(defaultPolicy.keep.uncertain).toBeGreaterThanOrEqual(budgetOf(defaultPolicy));
  });
});

import { lnGamma, logRising, logSumExp, makeLogRising } from '../../../shared/domain/log-gamma.ts';
import { fc } from './support/fast-check.ts';

describe('lnGamma', () => {
  it.each([
    [0.5, Math.log(Math.PI) / 2],
    [1, 0],
    [2, 0],
    [1.5, Math.log(Math.PI) / 2 - Math.LN2],
    [11, Math.log(3_628_800)],
    [0.01, 4.599479878042022],
    [100, 359.1342053695754],
  ])('of %d is %d', (z, expected) => {
    expect(Math.abs(lnGamma(z) - expected)).toBeLessThan(1e-13 * Math.max(1, expected));
  });

  it('grows by ln z from z to z + 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 500, noNaN: true }), (z) => {
        expect(lnGamma(z + 1) - lnGamma(z)).toBeCloseTo(Math.log(z), 10);
      }),
    );
  });
});

it('takes a whole number of rising factors, remembered or not', () => {
  const remembered = makeLogRising(0.3);

  expect(logRising(0.3, 3)).toBeCloseTo(Math.log(0.3 * 1.3 * 2.3), 13);
  expect([3, 0, 64, 3].map(remembered)).toEqual([3, 0, 64, 3].map((n) => logRising(0.3, n)));
});

it('adds exponentials that are too large or too small for a number', () => {
  expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
  expect(logSumExp([-2000, -2000])).toBeCloseTo(-2000 + Math.LN2, 12);
});

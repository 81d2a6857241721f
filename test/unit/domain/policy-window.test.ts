import { askBudget, exposureOf } from '../../../shared/domain/gate-rules/exposure-budget.ts';
import { resolvePolicy } from '../../../shared/domain/policy-document.ts';
import { anAttempt, dayMs, historyOf, noonOf, times } from './support/histories.ts';

const fido = resolvePolicy({ extends: 'fido' });
const everywhere = () => true;

describe('a budget whose window is no whole number of days', () => {
  it('gives a try back to the millisecond, at the moment that the refusal named', () => {
    const firstMs = noonOf(0);
    const history = historyOf(
      times(17, undefined).map((_, index) => anAttempt({ atMs: firstMs + index, outcome: 'spoof' })),
    );
    const exposureAt = (nowMs: number) =>
      exposureOf({ history, outstanding: [], carriedFailures: [] }, fido, everywhere, nowMs);
    const leavesMs = firstMs + 12.8 * dayMs;

    const used = exposureAt(leavesMs - 1);
    const answer = askBudget(used, fido, { attemptsWanted: 1, attemptsFixed: true }, leavesMs - 1);

    expect(used.left).toBe(0);
    expect(answer).toEqual({ kind: 'refuse', untilMs: leavesMs });
    expect(exposureAt(leavesMs).left).toBe(1);
  });
});

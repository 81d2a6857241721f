import { budgetOf, defaultPolicy, type Policy } from '../../../../shared/domain/policy.ts';
import { PolicyBook } from '../../../../simulation/workload/policy-book.ts';

const MINUTE_MS = 60_000;

const aPolicy = (breach: number): Policy => ({
  ...defaultPolicy,
  gate: { ...defaultPolicy.gate, budget: { ...defaultPolicy.gate.budget, breach } },
});
const [small, large] = [aPolicy(0.03), aPolicy(0.4)];
const usual = budgetOf(defaultPolicy);

const aBook = () => {
  const now = { ms: 0 };
  return { now, book: new PolicyBook(() => now.ms) };
};

describe('the largest budget that anybody may be judged by', () => {
  it('is that of the default policy at first, and differs between the policies used here', () => {
    expect(aBook().book.largestBudget('contoso')).toBe(usual);
    expect(budgetOf(small)).toBeLessThan(usual);
    expect(budgetOf(large)).toBeGreaterThan(usual);
  });

  it('grows when somebody asks for a larger one, before it is known whether it is in force', () => {
    const { book } = aBook();

    book.change(large);

    expect(book.largestBudget('contoso')).toBe(budgetOf(large));
  });

  it('shrinks once nobody can remember what was replaced any more', () => {
    const { book, now } = aBook();

    const changed = book.change(small);
    now.ms += 10 * MINUTE_MS;
    expect(book.largestBudget('contoso')).toBe(usual);

    changed();
    expect(book.largestBudget('contoso')).toBe(usual);
    now.ms += MINUTE_MS;
    expect(book.largestBudget('contoso')).toBe(budgetOf(small));
  });

  it('of a customer of its own is of nobody else', () => {
    const { book } = aBook();

    book.change(large, 'contoso');

    expect([book.largestBudget('contoso'), book.largestBudget('fabrikam')]).toEqual([budgetOf(large), usual]);
  });
});

describe('a customer whose enforcement is off', () => {
  it('is audited for as long as it was asked for, and a process remembers it', () => {
    const { book, now } = aBook();
    book.auditFor('contoso', 2);

    const audited = [0, 2.9, 3].map((minutes) => {
      now.ms = minutes * MINUTE_MS;
      return [book.isAudited('contoso'), book.isAudited('fabrikam')];
    });

    expect(audited).toEqual([
      [true, false],
      [true, false],
      [false, false],
    ]);
  });

  it('is audited no longer than a process remembers it when somebody turns it on again', () => {
    const { book, now } = aBook();
    const on = book.auditFor('contoso', 20);
    now.ms = MINUTE_MS;
    on();

    now.ms = 1.9 * MINUTE_MS;
    expect(book.isAudited('contoso')).toBe(true);
    now.ms = 2 * MINUTE_MS;
    expect(book.isAudited('contoso')).toBe(false);
  });

  it('stays audited when it was turned off twice, and one of them ends', () => {
    const { book, now } = aBook();
    const on = book.auditFor('contoso', 20);
    book.auditFor('contoso', 5);
    on();

    now.ms = 5 * MINUTE_MS;
    expect(book.isAudited('contoso')).toBe(true);
  });
});

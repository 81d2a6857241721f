import { startCloud, type LocalCloud } from '../../../local/cloud.ts';
import { readBudget } from '../../../local/start/crash-budget.ts';
import { budgetOf, defaultPolicy } from '../../../shared/domain/policy.ts';

describe('the budget that a crash is measured by', () => {
  let cloud: LocalCloud;

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(() => cloud.stop());

  const store = (container: string, document: Record<string, unknown>) =>
    cloud.database.container(container).items.create(document);
  const activate = async (budget: Record<string, number>): Promise<void> => {
    await store('policies', { id: 'policy:h', policyId: 'policy:h', policy: { gate: { budget } } });
    await store('policies', { id: 'active', policyId: 'active', policyHash: 'h' });
  };

  it('is that of the default policy when none was published', async () => {
    expect(budgetOf(defaultPolicy)).toBe(22);
    expect(await readBudget(cloud.database, 'contoso')).toBe(22);
  });

  it('is that of the active policy', async () => {
    await activate({ breach: 0.05, pass: 0.01, windowDays: 30 });

    expect(await readBudget(cloud.database, 'contoso')).toBe(5);
  });

  it("has a customer's own numbers laid over it", async () => {
    await activate({ breach: 0.05, pass: 0.01, windowDays: 30 });
    const layers = [{ mode: 'audit' }, { gate: { budget: { breach: 0.017, pass: 0.001 } } }];
    await store('customers', { id: 'policy', customerId: 'contoso', override: { layers } });

    expect(await readBudget(cloud.database, 'contoso')).toBe(17);
    expect(await readBudget(cloud.database, 'fabrikam')).toBe(5);
  });
});

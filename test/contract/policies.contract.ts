import { randomUUID } from 'node:crypto';
import { headOf, nextEntry } from '../../shared/application/audit.ts';
import { raiseEvents } from '../../shared/application/customer-events.ts';
import type {
  ActivePolicyChange,
  CustomerPolicyChange,
  CustomerPolicyRecord,
  PolicyAuditEntry,
} from '../../shared/application/policy-records.ts';
import type { CustomerEvents, PolicyStore } from '../../shared/application/ports.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import { countedRandomness } from '../support/counted-randomness.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;
const entry = (what: Partial<PolicyAuditEntry> = {}, after?: PolicyAuditEntry): PolicyAuditEntry => ({
  ...nextEntry(
    after && headOf(after),
    {
      at: now,
      by: 'tenant-1:operator',
      reason: 'Because.',
      change: { kind: 'policy-published' as const, policyHash: 'hash-1', document: {} },
    },
    sha256Hex,
  ),
  ...what,
});

const activeChange = (after?: { change: ActivePolicyChange; version: string }): ActivePolicyChange => {
  const written = entry({}, after?.change.entry);
  return {
    record: { policyHash: `hash-${written.number}`, document: { mode: 'audit' }, newestEntry: headOf(written) },
    entry: written,
    ...(after !== undefined && { version: after.version }),
  };
};

const customerChange = (
  customerId: string,
  what: Partial<CustomerPolicyRecord> = {},
  after?: { change: CustomerPolicyChange; version: string },
): CustomerPolicyChange => {
  const written = entry({}, after?.change.entry);
  return {
    record: { customerId, enforcementOff: [], newestEntry: headOf(written), ...what },
    entry: written,
    ...(after !== undefined && { version: after.version }),
  };
};

const override = { document: { extends: 'strict' as const }, layers: [{ gate: { budget: { breach: 0.05 } } }, {}] };

/** `make` gives an empty store. */
export const policiesContract = (
  make: () => Promise<{ policyStore: PolicyStore; customerEvents: CustomerEvents }>,
): void => {
  describe('the active policy', () => {
    it('is none before one was published', async () => {
      const { policyStore } = await make();

      expect(await policyStore.findActive()).toBeUndefined();
      expect(await policyStore.findPolicy('hash-1')).toBeUndefined();
    });

    it('is what was published last, with its document', async () => {
      const { policyStore } = await make();
      const first = activeChange();
      expect(await policyStore.changeActive(first)).toBe(true);

      const found = await policyStore.findActive();
      const second = activeChange({ change: first, version: found!.version });
      expect(found!.record).toEqual(first.record);
      expect(await policyStore.changeActive(second)).toBe(true);

      expect((await policyStore.findActive())?.record).toEqual(second.record);
    });

    it('is changed by one of two who publish at once, and the other leaves no trace', async () => {
      const { policyStore } = await make();
      const first = activeChange();
      const [one, other] = await Promise.all([
        policyStore.changeActive(first),
        policyStore.changeActive(activeChange()),
      ]);
      expect([one, other].filter(Boolean)).toHaveLength(1);

      const { version } = (await policyStore.findActive())!;
      const second = activeChange({ change: first, version });
      expect(await policyStore.changeActive(second)).toBe(true);
      expect(await policyStore.changeActive({ ...second, entry: entry({ reason: 'Too late.' }, first.entry) })).toBe(
        false,
      );

      expect(await policyStore.findEntries(second.record.newestEntry)).toEqual([second.entry, first.entry]);
    });

    it('never changes without its entry in the audit', async () => {
      const { policyStore } = await make();
      const first = activeChange();
      await policyStore.changeActive(first);
      const { version } = (await policyStore.findActive())!;

      // This number is taken.
      expect(await policyStore.changeActive({ ...activeChange(), version })).toBe(false);

      expect(await policyStore.findActive()).toEqual({ record: first.record, version });
    });
  });

  it('keeps a policy as it was stored first', async () => {
    const { policyStore } = await make();

    await policyStore.storePolicy('hash-1', defaultPolicy);
    await policyStore.storePolicy('hash-1', { ...defaultPolicy, name: 'another' });

    expect(await policyStore.findPolicy('hash-1')).toEqual(defaultPolicy);
  });

  it('shows the audit from the newest entry on, at most 20', async () => {
    const { policyStore } = await make();
    let change = activeChange();
    await policyStore.changeActive(change);
    for (let published = 1; published < 22; published += 1) {
      const { version } = (await policyStore.findActive())!;
      change = activeChange({ change, version });
      await policyStore.changeActive(change);
    }

    const entries = await policyStore.findEntries(change.record.newestEntry);

    expect(entries[0]).toEqual(change.entry);
    expect(entries.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => 22 - index));
  });

  describe('what a customer has of its own', () => {
    it('is nothing at first', async () => {
      const { policyStore } = await make();

      expect(await policyStore.findCustomer('contoso')).toBeUndefined();
      expect(await policyStore.customersWithOverride()).toEqual([]);
    });

    it('is found as it was written, with its audit, apart from other customers', async () => {
      const { policyStore } = await make();
      const enforcementOff = [{ until: secondsAfter(now, 60), appVersion: '4.2' }, { until: secondsAfter(now, 90) }];
      const ours = customerChange('contoso', { override, enforcementOff, dueAt: secondsAfter(now, 60) });
      const theirs = customerChange('fabrikam');
      expect(await policyStore.changeCustomer(ours)).toBe(true);
      expect(await policyStore.changeCustomer(theirs)).toBe(true);

      const found = (await policyStore.findCustomer('contoso'))!;
      const next = customerChange('contoso', {}, { change: ours, version: found.version });
      expect(found.record).toEqual(ours.record);
      expect(await policyStore.customersWithOverride()).toEqual([ours.record]);
      expect(await policyStore.changeCustomer(next)).toBe(true);

      expect((await policyStore.findCustomer('contoso'))?.record).toEqual(next.record);
      expect(await policyStore.customersWithOverride()).toEqual([]);
      expect(await policyStore.findEntries(next.record.newestEntry, 'contoso')).toEqual([next.entry, ours.entry]);
      expect(await policyStore.findEntries(theirs.record.newestEntry, 'fabrikam')).toEqual([theirs.entry]);
    });

    it('changes together with its events, or not at all', async () => {
      const { policyStore, customerEvents } = await make();
      const told = { type: 'customer.enforcement-changed', data: { enforced: true } } as const;
      const raised = raiseEvents('contoso', { newest: 0 }, [told], now, countedRandomness());
      const first = { ...customerChange('contoso'), raised };
      expect(await policyStore.changeCustomer(first)).toBe(true);
      const { version } = (await policyStore.findCustomer('contoso'))!;

      // Another event of the customer has come since its number was read.
      const stale = { ...customerChange('contoso', { override }, { change: first, version }), raised };
      expect(await policyStore.changeCustomer(stale)).toBe(false);
      expect(await policyStore.findCustomer('contoso')).toEqual({ record: first.record, version });

      const after = await customerEvents.sequence('contoso');
      const again = {
        ...stale,
        raised: raiseEvents('contoso', after, [told], now, { ...countedRandomness(), uuid: randomUUID }),
      };
      expect(await policyStore.changeCustomer(again)).toBe(true);
      const due = await customerEvents.dueEvents(secondsAfter(now, 30));
      expect(due.map(({ sequence }) => sequence).sort()).toEqual([1, 2]);
    });

    it('is changed by one of two who write at once', async () => {
      const { policyStore } = await make();

      const written = await Promise.all([
        policyStore.changeCustomer(customerChange('contoso')),
        policyStore.changeCustomer(customerChange('contoso', { override })),
      ]);

      expect(written.filter(Boolean)).toHaveLength(1);
    });

    it('is due from the moment on at which something ends', async () => {
      const { policyStore } = await make();
      const due = customerChange('contoso', { enforcementOff: [{ until: now }], dueAt: now });
      await policyStore.changeCustomer(due);
      await policyStore.changeCustomer(customerChange('fabrikam', { dueAt: secondsAfter(now, 1) }));
      await policyStore.changeCustomer(customerChange('northwind'));

      expect(await policyStore.dueCustomers(secondsAfter(now, -1))).toEqual([]);
      expect(await policyStore.dueCustomers(now)).toEqual([due.record]);
    });
  });
};

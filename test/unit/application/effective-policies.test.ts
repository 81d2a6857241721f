import { MemoryCustomerEvents } from '../../../shared/adapters/memory/memory-customer-events.ts';
import { MemoryPolicies } from '../../../shared/adapters/memory/memory-policies.ts';
import { headOf, nextEntry } from '../../../shared/application/audit.ts';
import { makeEffectivePolicies } from '../../../shared/application/effective-policies.ts';
import { Unavailable } from '../../../shared/application/errors.ts';
import type { CustomerPolicyRecord } from '../../../shared/application/policy-records.ts';
import { canonicalJson } from '../../../shared/domain/canonical-json.ts';
import { type PolicyDocument, resolvePolicy } from '../../../shared/domain/policy-document.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { heldClock, secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { instead } from '../../support/instead.ts';
import { makeTrouble } from '../../support/trouble.ts';

const hashOf = (policy: Policy): string => sha256Hex(canonicalJson(policy));

const setUp = () => {
  const clock = heldClock();
  const store = new MemoryPolicies(new MemoryCustomerEvents());
  const trouble = makeTrouble();
  const policies = makeEffectivePolicies({ policyStore: trouble.around('store', store), clock, sha256Hex });

  const publish = async (document: PolicyDocument): Promise<void> => {
    const found = await store.findActive();
    const policy = resolvePolicy(document);
    const policyHash = hashOf(policy);
    const change = { kind: 'policy-published' as const, policyHash, document };
    const by = { at: clock.now(), by: 'operator', reason: 'Because.' };
    const entry = nextEntry(found?.record.newestEntry, { ...by, change }, sha256Hex);
    await store.storePolicy(policyHash, policy);
    await store.changeActive({
      record: { policyHash, document, newestEntry: headOf(entry) },
      entry,
      ...(found && { version: found.version }),
    });
  };
  const override = async (what: Partial<CustomerPolicyRecord>, customerId = 'contoso'): Promise<void> => {
    const found = await store.findCustomer(customerId);
    const change = { kind: 'customer-policy-removed' as const, policyHash: '' };
    const by = { at: clock.now(), by: 'operator', reason: 'Because.' };
    const entry = nextEntry(found?.record.newestEntry, { ...by, change }, sha256Hex);
    await store.changeCustomer({
      record: { customerId, enforcementOff: [], newestEntry: headOf(entry), ...what },
      entry,
      ...(found && { version: found.version }),
    });
  };
  const layers = (...own: PolicyDocument[]) => ({ override: { document: own[0] ?? {}, layers: own } });
  return { clock, store, policies, publish, override, layers, calls: trouble.calls };
};

describe('the effective policy', () => {
  it('is the built-in default before one was published', async () => {
    const { policies } = setUp();

    expect(await policies.effective('contoso')).toEqual({
      policy: defaultPolicy,
      policyHash: hashOf(defaultPolicy),
      enforcementOff: [],
    });
  });

  it('is the active one, over which the customer’s own is laid, and carries the hash of what that comes to', async () => {
    const { policies, publish, override, layers } = setUp();
    await publish({ name: 'ours', score: { alpha: 0.001 }, gate: { maxAliveTokens: 3 } });
    await override(layers({ gate: { budget: { breach: 0.05 } } }, { gate: { maxAliveTokens: 1 }, mode: 'audit' }));

    const contoso = await policies.effective('contoso');
    const fabrikam = await policies.effective('fabrikam');

    expect(fabrikam.policy).toMatchObject({ name: 'ours', score: { alpha: 0.001 }, mode: 'enforce' });
    expect(contoso.policy).toMatchObject({
      name: 'ours',
      score: { alpha: 0.001 },
      gate: { maxAliveTokens: 1, budget: { breach: 0.05, pass: 0.01 } },
      mode: 'audit',
    });
    for (const { policy, policyHash } of [contoso, fabrikam]) expect(policyHash).toBe(hashOf(policy));
  });

  it('has the default of what a later version of the app has added since it was published', async () => {
    const { policies, store, publish } = setUp();
    await publish({ name: 'ours' });
    const { pause: _added, ...older } = { ...defaultPolicy, name: 'ours' };
    instead(store, 'findPolicy', () => Promise.resolve(older as Policy));

    const { policy, policyHash } = await policies.effective('contoso');

    expect(policy).toEqual({ ...defaultPolicy, name: 'ours' });
    expect(policyHash).toBe(hashOf(policy));
  });

  it('is known for 30 seconds without asking, and no longer', async () => {
    const { clock, policies, publish, override, calls } = setUp();
    const before = await policies.effective('contoso');
    await publish({ name: 'ours' });
    await override({ enforcementOff: [{ until: secondsAfter(startOfTests, 3600) }] });
    const asked = calls.length;

    clock.advanceSeconds(29.999);
    expect(await policies.effective('contoso')).toBe(before);
    expect(calls).toHaveLength(asked);

    clock.advanceSeconds(0.001);
    expect(await policies.effective('contoso')).toMatchObject({
      policy: { name: 'ours' },
      enforcementOff: [{ until: secondsAfter(startOfTests, 3600) }],
    });
  });

  it('is the same object while nothing has changed, for customers without an override one policy', async () => {
    const { clock, policies, publish, override, layers } = setUp();
    await publish({ name: 'ours' });
    await override(layers({ mode: 'audit' }), 'northwind');
    const before = await Promise.all(['contoso', 'northwind'].map((customerId) => policies.effective(customerId)));

    clock.advanceSeconds(3600);
    const after = await Promise.all(['contoso', 'northwind'].map((customerId) => policies.effective(customerId)));

    expect(after[0]).toBe(before[0]);
    expect(after[1]).toBe(before[1]);
    expect((await policies.effective('fabrikam')).policy).toBe(before[0]?.policy);
  });

  it('keeps its policy object when only enforcement changes', async () => {
    const { clock, policies, override, layers } = setUp();
    await override(layers({ mode: 'audit' }));
    const before = await policies.effective('contoso');
    await override({ ...layers({ mode: 'audit' }), enforcementOff: [{ until: secondsAfter(startOfTests, 3600) }] });
    clock.advanceSeconds(30);

    const after = await policies.effective('contoso');

    expect(after.enforcementOff).toHaveLength(1);
    expect(after.policy).toBe(before.policy);
  });

  it('is read once however many ask at once, for the pointer once for all customers', async () => {
    const { policies, publish, calls } = setUp();
    await publish({ name: 'ours' });

    await Promise.all(
      Array.from({ length: 50 }, (_, index) => policies.effective(index % 2 === 0 ? 'contoso' : 'fabrikam')),
    );

    expect(calls.toSorted()).toEqual([
      'store.findActive',
      'store.findCustomer',
      'store.findCustomer',
      'store.findPolicy',
    ]);
  });

  it('asks for a published policy no second time', async () => {
    const { clock, policies, publish, calls } = setUp();
    await publish({ name: 'ours' });
    for (let minute = 0; minute < 3; minute += 1) {
      await policies.effective('contoso');
      clock.advanceSeconds(60);
    }

    expect(calls.filter((call) => call === 'store.findPolicy')).toHaveLength(1);
    expect(calls.filter((call) => call === 'store.findActive')).toHaveLength(3);
  });

  it.each(['findActive', 'findPolicy', 'findCustomer'] as const)(
    'is no guess when %s fails: what was read lasts for its 30 seconds, then nothing, until the store is back',
    async (read) => {
      const { clock, policies, store, publish } = setUp();
      await publish({ name: 'ours' });
      const before = await policies.effective('contoso');
      await publish({ name: 'newer' });
      const restore = instead(store, read, () => Promise.reject(new Unavailable('no answer')));

      clock.advanceSeconds(29);
      expect(await policies.effective('contoso')).toBe(before);
      clock.advanceSeconds(1);
      await expect(policies.effective('contoso')).rejects.toThrow('no answer');

      restore();
      expect((await policies.effective('contoso')).policy.name).toBe('newer');
    },
  );

  it('is unavailable when the active policy is not there', async () => {
    const { policies, store, publish } = setUp();
    await publish({ name: 'ours' });
    instead(store, 'findPolicy', () => Promise.resolve(undefined));

    await expect(policies.effective('contoso')).rejects.toBeInstanceOf(Unavailable);
  });
});

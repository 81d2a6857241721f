import { headOf, nextEntry } from '../../../shared/application/audit.ts';
import { makeEffectivePolicies } from '../../../shared/application/effective-policies.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { firstBroken } from '../../support/audit-chain.ts';
import { customerId } from '../../support/builders.ts';
import { instead } from '../../support/instead.ts';
import { type MemoryApp, memoryApp, type Process } from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
beforeEach(async () => {
  app = memoryApp();
  process = app.process();
  const document = { name: 'ours', score: { alpha: 0.001 }, gate: { maxAliveTokens: 3 } };
  await process.publishPolicy({ document, publishedBy: 'o', reason: 'r' });
});

const set = (document: unknown, reason = 'Because.', of = customerId) =>
  process.setCustomerPolicy({ customerId: of, document, decidedBy: 'tenant-1:operator', reason });

const anyChange = { kind: 'customer-policy-removed' as const, policyHash: '' };

const read = async () => {
  const view = await process.readCustomerPolicy({ customerId });
  if (view.kind === 'not-found') throw new Error('no such customer');
  return view;
};

describe('what a customer has of its own', () => {
  it('is nothing at first: the active policy holds', async () => {
    const active = await process.readActivePolicy();

    expect(await read()).toEqual({
      kind: 'found',
      customerId,
      document: null,
      policy: active.policy,
      policyHash: active.policyHash,
      budget: 22,
      changes: [],
    });
  });

  it('is laid over the active policy, and judges within 30 seconds', async () => {
    const policies = makeEffectivePolicies({ ...app, sha256Hex });
    await policies.effective(customerId);
    expect(await set({ mode: 'audit' })).toEqual({ kind: 'changed' });
    app.clock.advanceSeconds(30);

    const { policy, document, policyHash, changes } = await read();
    expect(policy).toMatchObject({ name: 'ours', score: { alpha: 0.001 }, mode: 'audit' });
    expect(document).toEqual({ mode: 'audit' });
    expect(changes).toMatchObject([
      { by: 'tenant-1:operator', reason: 'Because.', change: { kind: 'customer-policy-set', policyHash, document } },
    ]);
    expect((await policies.effective(customerId)).policy).toEqual(policy);
  });

  it('follows the active policy in everything else', async () => {
    await set({ mode: 'audit' });
    await process.publishPolicy({ document: { name: 'newer' }, publishedBy: 'o', reason: 'r' });

    expect((await read()).policy).toMatchObject({ name: 'newer', score: { alpha: 0.005 }, mode: 'audit' });
  });

  it('may extend a preset: its changes are laid over the active policy, and its own over both', async () => {
    await set({ extends: 'strict', name: 'careful' });

    const { policy, document, budget } = await read();
    expect(document).toEqual({ extends: 'strict', name: 'careful' });
    expect(policy).toMatchObject({ name: 'careful', score: { alpha: 0.001 }, gate: { maxAliveTokens: 3 } });
    expect(budget).toBe(5);
  });

  it('that extends the default changes what it says, and nothing else', async () => {
    await set({ extends: 'default', score: { alpha: 0.002 } });

    expect((await read()).policy).toMatchObject({ name: 'ours', score: { alpha: 0.002 }, gate: { maxAliveTokens: 3 } });
  });

  it('can be taken away again, which is in the audit too', async () => {
    await set({ mode: 'audit' });

    expect(await set(null)).toEqual({ kind: 'changed' });

    const { document, policy, changes } = await read();
    expect(document).toBeNull();
    expect(policy.mode).toBe('enforce');
    expect(changes.map(({ change }) => change.kind)).toEqual(['customer-policy-removed', 'customer-policy-set']);
    expect(firstBroken(changes)).toBeUndefined();
  });

  it('is one change when the same is set again', async () => {
    await set({ mode: 'audit' });

    expect(await set({ mode: 'audit' })).toEqual({ kind: 'unchanged' });
    await set(null);
    expect(await set(null)).toEqual({ kind: 'unchanged' });
    expect((await read()).changes).toHaveLength(2);
  });

  it.each([
    ['a number out of its bounds', { score: { alpha: 7 } }, ['/score/alpha']],
    ['a preset that is none', { extends: 'lax' }, ['/extends']],
    ['a list', [], ['']],
    ['a number that does not go with the active policy', { keep: { spoof: 3 } }, ['/keep/spoof']],
  ])('is no document with %s', async (_what, document, paths) => {
    const setting = await set(document);

    expect(setting.kind).toBe('invalid');
    expect(setting.kind === 'invalid' && setting.mistakes.map(({ path }) => path)).toEqual(paths);
    expect((await read()).changes).toEqual([]);
  });

  it('is measured against the active policy, not against the default', async () => {
    await process.publishPolicy({ document: { keep: { spoof: 200, uncertain: 200 } }, publishedBy: 'o', reason: 'r' });

    expect(await set({ gate: { budget: { breach: 0.6 } } })).toEqual({ kind: 'changed' });
  });

  it('is not there for a customer that is not there', async () => {
    expect(await set({ mode: 'audit' }, 'r', 'nobody')).toEqual({ kind: 'not-found' });
    expect(await process.readCustomerPolicy({ customerId: 'nobody' })).toEqual({ kind: 'not-found' });
  });

  it('keeps what a later version of the app has added to it', async () => {
    await set({ mode: 'audit' });
    const { record, version } = (await app.policyStore.findCustomer(customerId))!;
    const { newestEntry, ...rest } = record;
    const entry = nextEntry(newestEntry, { at: app.clock.now(), by: 'o', reason: 'r', change: anyChange }, sha256Hex);
    const later = { ...rest, newestEntry: headOf(entry), ofTheNextVersion: { a: 1 } };
    await app.policyStore.changeCustomer({ record: later, version, entry });

    await set(null);

    expect((await app.policyStore.findCustomer(customerId))?.record).toEqual({
      customerId,
      enforcementOff: [],
      newestEntry: expect.objectContaining({ number: 3 }) as unknown,
      ofTheNextVersion: { a: 1 },
    });
  });

  it('is decided again after a lost race, and given up when that does not end', async () => {
    await Promise.all([set({ mode: 'audit' }), set({ name: 'two' }), set({ name: 'three' })]);
    expect((await read()).changes).toHaveLength(3);

    instead(app.policyStore, 'changeCustomer', () => Promise.resolve(false));
    await expect(set({ name: 'four' })).rejects.toThrow('too many writers');
  });
});

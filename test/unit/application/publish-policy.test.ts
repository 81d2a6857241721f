import { makeEffectivePolicies } from '../../../shared/application/effective-policies.ts';
import { canonicalJson } from '../../../shared/domain/canonical-json.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { firstBroken } from '../../support/audit-chain.ts';
import { customerId } from '../../support/builders.ts';
import { instead } from '../../support/instead.ts';
import { type MemoryApp, memoryApp, type Process } from '../../support/memory-app.ts';
import { withTroubleAtEachCall } from '../../support/trouble.ts';

const hashOf = (policy: Policy): string => sha256Hex(canonicalJson(policy));
const strict = { extends: 'strict', name: 'ours' } as const;

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

const publish = (document: unknown, what: { reason?: string; previousHash?: string } = {}) =>
  process.publishPolicy({ document, publishedBy: 'tenant-1:operator', reason: 'Because.', ...what });

describe('publishing a policy', () => {
  it('makes it the active one, with its document, and the audit says who did it and why', async () => {
    expect(await publish(strict, { reason: 'An attack.' })).toEqual({ kind: 'published' });

    const view = await process.readActivePolicy();
    expect(view).toMatchObject({ document: strict, policy: { name: 'ours' }, budget: 5 });
    expect(view.policyHash).toBe(hashOf(view.policy));
    expect(view.changes).toEqual([
      {
        number: 1,
        at: '2026-03-02T12:00:00.000Z',
        by: 'tenant-1:operator',
        reason: 'An attack.',
        change: { kind: 'policy-published', policyHash: view.policyHash, document: strict },
        hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    ]);
  });

  it('judges every customer by it within 30 seconds', async () => {
    const policies = makeEffectivePolicies({ ...app, sha256Hex });
    const before = await policies.effective(customerId);
    await publish(strict);
    app.clock.advanceSeconds(30);

    expect(before.policy).toEqual(defaultPolicy);
    expect((await policies.effective(customerId)).policy.gate.budget.breach).toBe(0.05);
  });

  it('is chained in the audit to what was published before', async () => {
    for (const name of ['one', 'two', 'three']) await publish({ name });

    const { changes } = await process.readActivePolicy();
    expect(changes.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(firstBroken(changes)).toBeUndefined();
  });

  it('finds every mistake and changes nothing', async () => {
    const publication = await publish({ score: { alpha: 2 }, gate: { budget: { breach: 0.9 } }, unknown: 1 });

    expect(publication).toMatchObject({ kind: 'invalid' });
    const mistakes = publication.kind === 'invalid' ? publication.mistakes : [];
    expect(mistakes.map(({ path }) => path).sort()).toEqual(['/score/alpha', '/unknown']);
    expect(await process.readActivePolicy()).toMatchObject({ policy: defaultPolicy, changes: [] });
  });

  it('is refused when what a customer has of its own does not go with it, by the customer’s name', async () => {
    const budget = { breach: 0.21 };
    await process.setCustomerPolicy({ customerId, document: { gate: { budget } }, decidedBy: 'o', reason: 'r' });

    const publication = await publish({ keep: { spoof: 45 } });

    expect(publication).toEqual({
      kind: 'invalid',
      mistakes: [{ path: '', message: expect.stringContaining(`customer ${customerId}`) as string }],
    });
    expect((await process.readActivePolicy()).changes).toEqual([]);
  });

  it('is one change when it is asked for again', async () => {
    const previousHash = hashOf(defaultPolicy);
    await publish(strict, { previousHash });

    expect(await publish(strict, { previousHash })).toEqual({ kind: 'published' });
    expect((await process.readActivePolicy()).changes).toHaveLength(1);
  });

  it('can be tied to the policy that it replaces', async () => {
    expect(await publish(strict, { previousHash: hashOf(defaultPolicy) })).toEqual({ kind: 'published' });
    const { policyHash } = await process.readActivePolicy();

    expect(await publish({ name: 'late' }, { previousHash: hashOf(defaultPolicy) })).toEqual({
      kind: 'policy-changed',
    });
    expect(await publish({ name: 'next' }, { previousHash: policyHash })).toEqual({ kind: 'published' });
    expect((await process.readActivePolicy()).policy.name).toBe('next');
  });

  it('at the same time as others leaves one entry for each, and the last one holds', async () => {
    await Promise.all(['one', 'two', 'three'].map((name) => publish({ name })));

    const { changes, policyHash } = await process.readActivePolicy();
    expect(changes).toHaveLength(3);
    expect(changes[0]?.change.policyHash).toBe(policyHash);
  });

  it('gives up when others are always faster, and says so', async () => {
    instead(app.policyStore, 'changeActive', () => Promise.resolve(false));

    await expect(publish(strict)).rejects.toThrow('too many writers');
  });

  it('goes back to an earlier policy by publishing it again', async () => {
    for (const name of ['one', 'two', 'one']) await publish({ name });

    const view = await process.readActivePolicy();
    expect(view.policy.name).toBe('one');
    expect(view.changes).toHaveLength(3);
  });

  it.each(['outage', 'crash'] as const)('is never without its audit, whatever fails: %s', async (kind) => {
    const { failures } = await withTroubleAtEachCall(kind, async (trouble) => {
      const troubled = memoryApp();
      const request = { document: strict, publishedBy: 'o', reason: 'r' };
      await troubled
        .process(trouble)
        .publishPolicy(request)
        .catch(() => undefined);
      const after = troubled.process();
      const half = await after.readActivePolicy();
      if (half.changes[0]?.change.policyHash !== (half.policy.name === 'ours' ? half.policyHash : undefined)) {
        throw new Error('the audit does not say what is active');
      }

      await after.publishPolicy(request);

      const { changes, policy } = await after.readActivePolicy();
      if (changes.length !== 1 || policy.name !== 'ours') throw new Error(`${changes.length} entries`);
    });

    expect(failures).toEqual([]);
  });
});

describe('the active policy before one was published', () => {
  it('is the built-in default, without an audit', async () => {
    expect(await process.readActivePolicy()).toEqual({
      document: { extends: 'default' },
      policy: defaultPolicy,
      policyHash: hashOf(defaultPolicy),
      budget: 22,
      changes: [],
    });
  });
});

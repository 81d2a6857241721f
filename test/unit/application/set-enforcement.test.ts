import { makeEffectivePolicies } from '../../../shared/application/effective-policies.ts';
import { Unavailable } from '../../../shared/application/errors.ts';
import { isEnforced } from '../../../shared/application/is-enforced.ts';
import { cloudEventOf } from '../../../shared/contracts/cloud-event.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { firstBroken } from '../../support/audit-chain.ts';
import { customerId } from '../../support/builders.ts';
import { instead } from '../../support/instead.ts';
import { type MemoryApp, memoryApp, type Process } from '../../support/memory-app.ts';
import { withTroubleAtEachCall } from '../../support/trouble.ts';

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

const by = { customerId, decidedBy: 'tenant-1:operator', reason: 'A broken release.' };
const off = (forMinutes = 120, appVersion?: string) =>
  process.setEnforcement({ ...by, enforced: false, forMinutes, ...(appVersion !== undefined && { appVersion }) });
const on = (appVersion?: string) =>
  process.setEnforcement({ ...by, enforced: true, ...(appVersion !== undefined && { appVersion }) });

const read = async () => {
  const view = await process.readEnforcement({ customerId });
  if (view.kind === 'not-found') throw new Error('no such customer');
  return view;
};
/** As a reader finds it that has just started. */
const enforced = async (appVersion?: string) => {
  const policies = makeEffectivePolicies({ ...app, sha256Hex });
  return isEnforced(await policies.effective(customerId), appVersion, app.clock.now());
};
const published = () => app.publisher.published.map((event) => cloudEventOf(event));

const at = (time: string) => new Date(`2026-03-02T${time}.000Z`);

describe('turning enforcement off', () => {
  it('makes what is found block nobody, until its time is over', async () => {
    expect(await read()).toEqual({ kind: 'found', customerId, enforced: true, mode: 'enforce', off: [], changes: [] });
    expect(await off(120)).toEqual({ kind: 'changed' });

    expect(await read()).toMatchObject({ enforced: false, mode: 'enforce', off: [{ until: at('14:00:00') }] });
    expect(await enforced()).toBe(false);

    app.clock.advanceSeconds(2 * 3600);
    expect(await read()).toMatchObject({ enforced: true, off: [] });
    expect(await enforced()).toBe(true);
  });

  it('can be for one version of the app', async () => {
    await off(120, '4.2');

    expect(await read()).toMatchObject({ enforced: true, off: [{ until: at('14:00:00'), appVersion: '4.2' }] });
    expect([await enforced('4.2'), await enforced('4.1'), await enforced()]).toEqual([false, true, true]);
  });

  it('is announced, and in the audit with who and why', async () => {
    await off(120, '4.2');

    expect(published()).toMatchObject([
      {
        type: 'customer.enforcement-changed',
        subject: customerId,
        sequence: 1,
        data: { enforced: false, appVersion: '4.2', until: '2026-03-02T14:00:00.000Z', because: 'decided' },
      },
    ]);
    expect((await read()).changes).toMatchObject([
      {
        by: 'tenant-1:operator',
        reason: 'A broken release.',
        change: { kind: 'enforcement-off', appVersion: '4.2', until: '2026-03-02T14:00:00.000Z' },
      },
    ]);
  });

  it('again for the same takes the place of the first, be it shorter or longer', async () => {
    await off(120);
    await off(30);
    expect((await read()).off).toEqual([{ until: at('12:30:00') }]);

    await off(60);
    expect((await read()).off).toEqual([{ until: at('13:00:00') }]);
    expect(published().map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
  });

  it('leaves the customer’s own policy as it is, and the other way round', async () => {
    await process.setCustomerPolicy({ customerId, document: { name: 'theirs' }, decidedBy: 'o', reason: 'r' });
    await off();
    expect(await process.readCustomerPolicy({ customerId })).toMatchObject({ document: { name: 'theirs' } });

    await process.setCustomerPolicy({ customerId, document: null, decidedBy: 'o', reason: 'r' });
    expect((await read()).off).toHaveLength(1);
    const { changes } = await read();
    expect(changes).toHaveLength(3);
    expect(firstBroken(changes)).toBeUndefined();
  });

  it('is for customers that are there', async () => {
    const nobody = { ...by, customerId: 'nobody', enforced: false as const, forMinutes: 1 };

    expect(await process.setEnforcement(nobody)).toEqual({ kind: 'not-found' });
    expect(await process.readEnforcement({ customerId: 'nobody' })).toEqual({ kind: 'not-found' });
    expect(published()).toEqual([]);
  });

  it('shows a policy that only audits as such, which turning on does not change', async () => {
    await process.setCustomerPolicy({ customerId, document: { mode: 'audit' }, decidedBy: 'o', reason: 'r' });

    expect(await on()).toEqual({ kind: 'unchanged' });
    expect(await read()).toMatchObject({ enforced: false, mode: 'audit', off: [] });
  });
});

describe('turning enforcement on', () => {
  it('ends everything that is off', async () => {
    await off(120);
    await off(120, '4.2');

    expect(await on()).toEqual({ kind: 'changed' });

    expect(await read()).toMatchObject({ enforced: true, off: [] });
    expect(published().at(-1)).toMatchObject({ sequence: 3, data: { enforced: true, because: 'decided' } });
  });

  it('for one version ends that only', async () => {
    await off(120);
    await off(120, '4.2');

    expect(await on('4.2')).toEqual({ kind: 'changed' });
    expect(await on('4.1')).toEqual({ kind: 'unchanged' });

    expect((await read()).off).toEqual([{ until: at('14:00:00') }]);
  });

  it('changes and announces nothing when nothing is off', async () => {
    expect(await on()).toEqual({ kind: 'unchanged' });

    expect((await read()).changes).toEqual([]);
    expect(published()).toEqual([]);
  });
});

describe('the end of a time without enforcement', () => {
  it('is told at its moment and written into the audit, once', async () => {
    await off(60, '4.2');
    await off(120);
    app.clock.advanceSeconds(3599);
    expect(await process.completeDecisions()).toEqual({ done: 0, postponed: 0 });

    app.clock.advanceSeconds(1);
    expect(await process.completeDecisions()).toEqual({ done: 1, postponed: 0 });
    expect(await process.completeDecisions()).toEqual({ done: 0, postponed: 0 });

    expect(published().slice(2)).toMatchObject([
      { sequence: 3, data: { enforced: true, appVersion: '4.2', because: 'ended' } },
    ]);
    const { changes } = await read();
    expect(changes[0]).toMatchObject({ by: 'liveness-abuse-monitor', change: { kind: 'enforcement-off-ended' } });
    expect(firstBroken(changes)).toBeUndefined();
  });

  it('is told for each of several that end together', async () => {
    await off(60, '4.1');
    await off(60, '4.2');
    await off(60);
    app.clock.advanceSeconds(3600);

    expect(await process.completeDecisions()).toEqual({ done: 3, postponed: 0 });

    expect(
      published()
        .slice(3)
        .map(({ data }) => data),
    ).toEqual([
      { enforced: true, appVersion: '4.1', because: 'ended' },
      { enforced: true, appVersion: '4.2', because: 'ended' },
      { enforced: true, because: 'ended' },
    ]);
  });

  it('is told later when the store does not answer, and keeps nobody else waiting', async () => {
    await off(60);
    app.clock.advanceSeconds(3600);
    const restore = instead(app.policyStore, 'changeCustomer', () => Promise.reject(new Unavailable('no answer')));
    expect(await process.completeDecisions()).toEqual({ done: 0, postponed: 1 });
    restore();

    expect(await process.completeDecisions()).toEqual({ done: 1, postponed: 0 });
    expect(await read()).toMatchObject({ enforced: true });
  });

  it.each(['outage', 'crash'] as const)('is told exactly once in number, whatever fails: %s', async (kind) => {
    const { failures } = await withTroubleAtEachCall(kind, async (trouble) => {
      const troubled = memoryApp();
      const steady = troubled.process();
      await steady.setEnforcement({ ...by, enforced: false, forMinutes: 60 });
      troubled.clock.advanceSeconds(3600);
      await troubled
        .process(trouble)
        .completeDecisions()
        .catch(() => undefined);

      await steady.completeDecisions();
      troubled.clock.advanceSeconds(30);
      await steady.publishPendingEvents();

      const told = new Map(troubled.publisher.published.map((event) => [event.eventId, event.sequence]));
      const view = await steady.readEnforcement({ customerId });
      const entries = view.kind === 'found' ? view.changes.length : 0;
      if ([...told.values()].join() !== '1,2' || entries !== 2)
        throw new Error(`${[...told.values()].join()} ${entries}`);
    });

    expect(failures).toEqual([]);
  });
});

import { instead } from '../../support/instead.ts';
import type { CorrelationRecord } from '../../../shared/application/records.ts';
import { verifyReceipt } from '../../../shared/domain/receipt.ts';
import type { Verdict } from '../../../shared/domain/verdict.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { aCorrelationId, aPause, aVerdict, customerId, pronounced } from '../../support/builders.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';
import {
  correlationOf,
  letTimePass,
  type MemoryApp,
  memoryApp,
  type Process,
  pseudonyms,
} from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
let old: string;
const phone = pseudonyms.deviceKey(customerId, 'phone');
beforeEach(async () => {
  app = memoryApp();
  process = app.process();
  ({ correlationId: old } = await process.issued());
});

const reset = (correlationId = old) =>
  process.resetCorrelation({ correlationId, decidedBy: 'tenant-1:reviewer', reason: 'asked for' });

const change = async (how: (record: CorrelationRecord) => CorrelationRecord) => {
  const found = await app.correlations.find(old);
  if (found === undefined) throw new Error('nothing to change');
  const correlation = { record: how(found.record), version: found.version };
  expect(await app.correlations.commit(old, { correlation })).toMatchObject({ kind: 'committed' });
};
const pronounce = (verdict: Verdict) => change((record) => pronounced(record, verdict, app.clock.now()));

/** The open session ends with such an attempt, which is counted. */
const attempted = async (livenessDecision: string) => {
  const [session] = (await correlationOf(app)).outstanding;
  app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', { status: 'Succeeded', livenessDecision });
  await process.completeLivenessSession({ customerId, sessionId: session?.sessionId ?? '', report: {} });
  await process.drainResults();
};

/** Somebody else on the same phone. */
const spoofOf = async (endUserRef: string) => {
  const { sessionId } = await process.issued({ endUserRef });
  app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', { status: 'Succeeded', livenessDecision: 'spoofface' });
  await process.completeLivenessSession({ customerId, sessionId, report: {} });
  await process.drainResults();
};

const decision = async () => (await app.decisions.find(customerId, `reset:${old}`))?.record;

describe('a reset', () => {
  it('gives the end user a new correlation id, and retires the old one for good', async () => {
    await attempted('realface');

    const done = await reset();

    const record = await correlationOf(app);
    expect(done).toEqual({ kind: 'reset', correlationId: record.correlationId });
    expect(record.correlationId).not.toBe(old);
    expect((await app.correlations.find(old))?.record.status).toBe('retired');
    const endUser = await app.endUsers.find(pseudonyms.endUserKey(customerId, 'alice'));
    expect(endUser?.record).toMatchObject({
      generation: 2,
      lineage: [{ correlationId: old, retiredAt: startOfTests }],
    });
    expect(await process.issued()).toMatchObject({ correlationId: record.correlationId });
    expect(await decision()).toMatchObject({ doneAt: startOfTests, decidedBy: 'tenant-1:reviewer' });
    expect((await decision())?.dueAt).toBeUndefined();
  });

  it('tells subscribers, as the last event of the old id', async () => {
    await attempted('realface');
    await reset();

    const { correlationId: newCorrelationId } = await correlationOf(app);
    expect(app.publisher.published.at(-1)).toMatchObject({
      type: 'correlation.reset',
      correlationId: old,
      sequence: 2,
      data: { newCorrelationId },
    });
  });

  it('does not refill the budget, however often: failures of the whole line go on counting', async () => {
    await attempted('uncertain');
    await reset();
    await process.issued();
    await attempted('spoofface');
    old = (await correlationOf(app)).correlationId;
    await reset();

    const { lineage } = await correlationOf(app);
    expect(lineage?.failures).toHaveLength(2);
    expect(await process.issued()).toMatchObject({ remainingAttempts: 17 });
  });

  it('carries failures no longer than the budget counts them', async () => {
    await attempted('uncertain');
    await reset();
    app.clock.advanceSeconds(40 * 86_400);
    await process.issued();
    await attempted('uncertain');
    old = (await correlationOf(app)).correlationId;
    await reset();

    expect((await correlationOf(app)).lineage?.failures).toEqual([{ atMs: app.clock.now().getTime(), tag: phone }]);
  });

  it('lifts no block: a verdict that the last results bring goes over to the new id, and is flagged there', async () => {
    for (let failures = 0; failures < 3; failures += 1) {
      await attempted('spoofface');
      await process.issued();
    }
    app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', { status: 'Succeeded', livenessDecision: 'spoofface' });

    expect(await reset()).toMatchObject({ kind: 'under-way' });
    await letTimePass(app, process, 120);

    const record = await correlationOf(app);
    expect(record.correlationId).not.toBe(old);
    expect(record.verdicts).toMatchObject([{ kind: 'flagged', pattern: 'repeated-failures' }]);
    expect(await process.issue()).toMatchObject({ kind: 'refused', because: 'correlation-flagged' });
    const flag = await app.correlations.findFlag(record.correlationId, record.verdicts[0]?.flagId ?? '');
    expect(flag?.receipt.crossing).toMatchObject({ statistic: 5.560695 });
    expect(verifyReceipt(flag!.receipt, sha256Hex)).toEqual({ kind: 'same' });
    // Nothing counts twice, as the new id's own and as its predecessor's.
    expect(record).toMatchObject({ history: { spoof: [{}, {}, {}, {}] }, lineage: { history: { spoof: [] } } });
    expect(app.correlations.storedOf(record.correlationId).flags).toHaveLength(1);
  });

  it('lifts no block that rests on what others did: its receipt has that, too', async () => {
    for (let failures = 0; failures < 3; failures += 1) await spoofOf('mallory');
    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'spoofface' });

    await reset();
    await letTimePass(app, process, 120);

    const record = await correlationOf(app);
    expect(record.verdicts).toMatchObject([{ pattern: 'linked-device', statistic: 6.496004 }]);
    const flag = await app.correlations.findFlag(record.correlationId, record.verdicts[0]?.flagId ?? '');
    expect(flag?.receipt.evidence.linked?.device).toMatchObject({ elements: { spoof: [{}, {}, {}] } });
    expect(verifyReceipt(flag!.receipt, sha256Hex)).toEqual({ kind: 'same' });
  });

  it('waits for what open sessions had, and nobody gets a token meanwhile', async () => {
    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'spoofface' });

    expect(await reset()).toMatchObject({ kind: 'under-way' });
    await expect(process.issue()).rejects.toMatchObject({ name: 'Unavailable' });

    await process.drainResults();
    app.clock.advanceSeconds(30);
    expect(await process.completeDecisions()).toEqual({ done: 1, postponed: 0 });
    expect((await correlationOf(app)).lineage?.failures).toHaveLength(1);
    expect(await process.issued()).toMatchObject({ remainingAttempts: 18 });
  });

  it('is looked at again and again while results are missing', async () => {
    const restore = instead(app.face, 'read', () => Promise.reject(new Error('no answer')));
    expect(await reset()).toMatchObject({ kind: 'under-way' });
    app.clock.advanceSeconds(30);

    await process.completeDecisions();
    expect((await decision())?.dueAt).toEqual(secondsAfter(startOfTests, 60));
    restore();
    await letTimePass(app, process, 600);

    expect((await decision())?.doneAt).toBeDefined();
  });

  it('does not wait for what Face has lost: those tries fill the budget as long as they would have', async () => {
    const { expiresAt } = (await app.correlations.findSession(
      old,
      (await correlationOf(app)).outstanding[0]!.sessionId,
    ))!.record;
    app.face.lose('face-session-1');

    expect(await reset()).toMatchObject({ kind: 'reset' });

    const { lineage } = await correlationOf(app);
    expect(lineage?.failures).toEqual([1, 2, 3].map(() => ({ atMs: expiresAt.getTime(), tag: phone })));
    expect(await process.issued()).toMatchObject({ remainingAttempts: 16 });
  });

  it('is answered the same when it is asked for again', async () => {
    await attempted('realface');
    const first = await reset();

    expect(await reset()).toEqual(first);
  });

  it('is one reset when two reviewers ask at once', async () => {
    await attempted('realface');

    const [first, second] = await Promise.all([reset(), reset()]);

    expect(second).toEqual(first);
    const endUser = await app.endUsers.find(pseudonyms.endUserKey(customerId, 'alice'));
    expect(endUser?.record.generation).toBe(2);
  });

  // The replica that was read still had the id of before, and the end user was left with a retired one.
  it('reaches an end user to whom another process gave this id a moment ago', async () => {
    await attempted('realface');
    const before = await app.endUsers.find(pseudonyms.endUserKey(customerId, 'alice'));
    await reset();
    const { correlationId } = await correlationOf(app);
    const restore = instead(app.endUsers, 'find', () => Promise.resolve(before));

    const second = await reset(correlationId);

    restore();
    expect(second).toEqual({ kind: 'reset', correlationId: (await correlationOf(app)).correlationId });
  });

  it('does not bring back an end user that was erased meanwhile', async () => {
    await attempted('realface');
    app.endUsers.findNewest = () => Promise.resolve(undefined);

    expect(await reset()).toMatchObject({ kind: 'reset' });
  });
});

describe('a reset is refused', () => {
  it('for an id that nobody has', async () => {
    expect(await reset(aCorrelationId())).toEqual({ kind: 'not-found' });
  });

  it.each([
    ['flagged', aVerdict()],
    ['paused', aPause()],
  ])('while the id is %s: only a review can lift that', async (_what, verdict) => {
    await pronounce(verdict);

    expect(await reset()).toEqual({ kind: 'needs-review' });
    expect((await correlationOf(app)).correlationId).toBe(old);
    expect(await decision()).toBeUndefined();
  });

  /** A verdict comes between the request and its carrying out. */
  const pauseMeanwhile = () => {
    const create = app.decisions.create.bind(app.decisions);
    return instead(app.decisions, 'create', async (made) => {
      await pronounce(aPause());
      return create(made);
    });
  };

  it('when a verdict comes between the request and its carrying out', async () => {
    pauseMeanwhile();

    expect(await reset()).toEqual({ kind: 'needs-review' });

    expect((await app.correlations.find(old))?.record.status).toBe('active');
    expect(await app.decisions.due(secondsAfter(startOfTests, 3600))).toEqual([]);
  });

  it('but can be asked for again when the pause is over, and then comes to its end by itself', async () => {
    const restore = pauseMeanwhile();
    await reset();
    restore();
    await letTimePass(app, process, 900);
    app.clock.advanceSeconds(86_400);
    await process.issued();

    expect(await reset()).toMatchObject({ kind: 'under-way' });
    await letTimePass(app, process, 900);

    expect((await correlationOf(app)).correlationId).not.toBe(old);
    expect(await process.issue()).toMatchObject({ kind: 'issued' });
  });
});

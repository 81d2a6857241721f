// A process ends, or one call to a service fails, at every point in turn. Then a new process takes over, time passes, and
// everything has to come to a proper end: nothing counted twice or lost, no reservation kept, every event published.

import { gateStateOf } from '../../../shared/application/correlation.ts';
import { remainingAttempts } from '../../../shared/domain/gate.ts';
import { verifyReceipt } from '../../../shared/domain/receipt.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { aVerdict, customerId, pronounced } from '../../support/builders.ts';
import {
  correlationOf,
  letTimePass,
  type MemoryApp,
  memoryApp,
  policy,
  type Process,
  pseudonyms,
} from '../../support/memory-app.ts';
import { type Trouble, withTroubleAtEachCall } from '../../support/trouble.ts';

/** Longer than a token lives, and until its result has been collected with all that may be put off. */
const EVERYTHING_IS_OVER_SECONDS = 1500;

const spoof = { status: 'Succeeded', livenessDecision: 'spoofface' };
const uncertain = { status: 'Succeeded', livenessDecision: 'uncertain' };
const phone = pseudonyms.deviceKey(customerId, 'phone');
const oneTry = { deviceKey: phone, attemptsWanted: 1, attemptsFixed: true };

/** What has failed is tried again, by whoever asked or by a sweep. */
const inTrouble = async (work: () => Promise<unknown>): Promise<void> => {
  await work().catch(() => undefined);
};

const everyEventIsPublished = (app: MemoryApp, correlationId: string, sequence: number): void => {
  const { events } = app.correlations.storedOf(correlationId);
  expect(events.map((event) => event.sequence)).toEqual(Array.from({ length: sequence }, (_, index) => index + 1));
  expect(events.filter(({ dueAt }) => dueAt !== undefined)).toEqual([]);
  const published = app.publisher.published.filter(
    (event) => 'correlationId' in event && event.correlationId === correlationId,
  );
  expect(new Set(published.map(({ eventId }) => eventId))).toEqual(new Set(events.map(({ eventId }) => eventId)));
};

const everySessionHasEnded = (app: MemoryApp, correlationId: string): void => {
  for (const session of app.correlations.storedOf(correlationId).sessions) {
    expect(['closed', 'released']).toContain(session.state);
    expect(session.dueAt).toBeUndefined();
    if (session.faceSessionId !== undefined) expect(app.face.deleted).toContain(session.faceSessionId);
  }
};

/** A token is asked for in trouble, and never used. */
const issueInTrouble =
  (request: Parameters<Process['issue']>[0] = {}) =>
  async (trouble: Trouble): Promise<void> => {
    const app = memoryApp();
    const process = app.process();
    // Bob is there so that the sweeps have something to do besides.
    await process.issued({ endUserRef: 'bob' });

    await inTrouble(() => app.process(trouble).issue(request));
    await letTimePass(app, process, EVERYTHING_IS_OVER_SECONDS);

    const again = await process.issued();
    const record = await correlationOf(app);
    expect(again.remainingAttempts).toBe(19);
    expect(record.outstanding.map(({ sessionId }) => sessionId)).toEqual([again.sessionId]);
    const { sessions } = app.correlations.storedOf(record.correlationId);
    expect(sessions.filter(({ state }) => state === 'issued')).toHaveLength(1);
    await letTimePass(app, process, EVERYTHING_IS_OVER_SECONDS);
    everySessionHasEnded(app, record.correlationId);
    everyEventIsPublished(app, record.correlationId, (await correlationOf(app)).sequence);
  };

/** A session with two failed attempts is completed, counted and published in trouble. */
const completeInTrouble = async (trouble: Trouble): Promise<void> => {
  const app = memoryApp();
  const process = app.process();
  const { correlationId, sessionId } = await process.issued();
  app.face.play('face-session-1', spoof, uncertain);

  const troubled = app.process(trouble);
  const report = {};
  await inTrouble(() => troubled.completeLivenessSession({ customerId, sessionId, report }));
  await inTrouble(() => troubled.drainResults());
  await inTrouble(() => troubled.runSweep('publish-events'));
  await letTimePass(app, process, EVERYTHING_IS_OVER_SECONDS);

  const record = await correlationOf(app);
  expect(record.history).toMatchObject({ spoof: [{ attemptId: 1 }], uncertain: [{ attemptId: 2 }], unused: [] });
  expect(record.outstanding).toEqual([]);
  expect(remainingAttempts(gateStateOf(record), policy, oneTry, app.clock.now())).toBe(20);
  const keys = app.correlations.storedOf(correlationId).ledger.map(({ key }) => key);
  expect(keys.toSorted()).toEqual([`${sessionId}/1`, `${sessionId}/2`, `${sessionId}/closed`]);
  const device = await app.devices.find(phone);
  expect(device?.record.history).toMatchObject({ spoof: [{ attemptId: 1 }], uncertain: [{ attemptId: 2 }] });
  everySessionHasEnded(app, correlationId);
  everyEventIsPublished(app, correlationId, 1);
  expect(await process.completeLivenessSession({ customerId, sessionId, report })).toMatchObject({
    decision: 'not-passed',
    reason: 'not-certain',
    attempts: [{ outcome: 'spoof' }, { outcome: 'uncertain' }],
  });
};

/** Somebody who has attacked twice already does it once more, with another token open. */
const flagInTrouble = async (trouble: Trouble): Promise<void> => {
  const app = memoryApp();
  const process = app.process();
  const attack = async () => {
    const { sessionId } = await process.issued();
    app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', spoof, spoof);
    return sessionId;
  };
  const first = await attack();
  await process.completeLivenessSession({ customerId, sessionId: first, report: {} });
  await process.drainResults();
  const second = await attack();
  const { correlationId } = await process.issued();

  const troubled = app.process(trouble);
  await inTrouble(() => troubled.completeLivenessSession({ customerId, sessionId: second, report: {} }));
  await inTrouble(() => troubled.drainResults());
  await inTrouble(() => troubled.runSweep('detect-abuse-patterns'));
  await inTrouble(() => troubled.closeOpenSessions(correlationId));
  await letTimePass(app, process, EVERYTHING_IS_OVER_SECONDS);

  const record = await correlationOf(app);
  expect(record.verdicts).toMatchObject([
    { kind: 'flagged', pattern: 'repeated-failures', flagId: expect.any(String) as string },
  ]);
  expect(record.history.spoof).toHaveLength(4);
  expect(record.outstanding).toEqual([]);
  const { flags, events } = app.correlations.storedOf(correlationId);
  expect(flags).toHaveLength(1);
  expect(verifyReceipt(flags[0]!.receipt, sha256Hex)).toEqual({ kind: 'same' });
  expect(events.filter(({ type }) => type === 'flag.raised')).toHaveLength(1);
  everySessionHasEnded(app, correlationId);
  everyEventIsPublished(app, correlationId, record.sequence);
  expect(await process.issue()).toMatchObject({ kind: 'refused', because: 'correlation-flagged' });
};

/** Somebody with a failure, and perhaps with an open token, gets a new correlation id. */
const resetInTrouble =
  (withOpenToken: boolean) =>
  async (trouble: Trouble): Promise<void> => {
    const app = memoryApp();
    const process = app.process();
    const { correlationId: old, sessionId } = await process.issued();
    app.face.play('face-session-1', uncertain);
    await process.completeLivenessSession({ customerId, sessionId, report: {} });
    await process.drainResults();
    if (withOpenToken) await process.issued();

    const request = { correlationId: old, decidedBy: 'reviewer', reason: 'asked for' };
    const troubled = app.process(trouble);
    await inTrouble(() => troubled.resetCorrelation(request));
    // Alice asks for a token in between, and the reviewer, who got no answer, asks again.
    await inTrouble(() => process.issue());
    await process.resetCorrelation(request);
    await letTimePass(app, process, EVERYTHING_IS_OVER_SECONDS);

    const record = await correlationOf(app);
    const retired = await app.correlations.find(old);
    expect(record.correlationId).not.toBe(old);
    expect(record.lineage).toMatchObject({ history: { uncertain: [{ tag: old }] }, failures: [{ tag: phone }] });
    expect(record.lineage?.failures).toHaveLength(1);
    expect(retired?.record).toMatchObject({ status: 'retired', outstanding: [] });
    const endUser = await app.endUsers.find(pseudonyms.endUserKey(customerId, 'alice'));
    expect(endUser?.record).toMatchObject({ generation: 2, lineage: [{ correlationId: old }] });
    expect(await app.decisions.due(app.clock.now())).toEqual([]);
    expect(await app.decisions.find(customerId, `reset:${old}`)).toMatchObject({ doneAt: expect.any(Date) as Date });
    everySessionHasEnded(app, old);
    everyEventIsPublished(app, old, retired!.record.sequence);
    expect(await process.issue()).toMatchObject({ kind: 'issued', remainingAttempts: 18 });
  };

/** A token is issued while somebody else latches a verdict. */
const issueAgainstFlagInTrouble = async (trouble: Trouble): Promise<void> => {
  const app = memoryApp();
  const process = app.process();
  await process.issued();
  const { correlationId } = await correlationOf(app);
  const create = app.face.create.bind(app.face);
  app.face.create = async (request) => {
    const created = await create(request);
    const found = await app.correlations.find(correlationId);
    const { record, version } = found!;
    await app.correlations.commit(correlationId, {
      correlation: { record: pronounced(record, aVerdict(), app.clock.now()), version },
      revoke: { sessionIds: record.outstanding.map(({ sessionId }) => sessionId), dueAt: app.clock.now() },
    });
    return created;
  };

  const decisions: unknown[] = [];
  await inTrouble(async () => decisions.push(await app.process(trouble).issue()));
  app.face.create = create;
  await letTimePass(app, process, EVERYTHING_IS_OVER_SECONDS);

  expect(decisions).not.toContainEqual(expect.objectContaining({ kind: 'issued' }));
  everySessionHasEnded(app, correlationId);
  const record = await correlationOf(app);
  expect(record.outstanding).toEqual([]);
  everyEventIsPublished(app, correlationId, record.sequence);
};

const keyed = { idempotency: { key: 'key-1', bodyHash: 'hash-1' } };

describe.each([
  ['issuing a token', issueInTrouble(), 8],
  ['issuing a token with an Idempotency-Key', issueInTrouble(keyed), 10],
  ['issuing a token while the id is flagged', issueAgainstFlagInTrouble, 8],
  ['completing a session and counting its attempts', completeInTrouble, 10],
  ['flagging and closing open sessions', flagInTrouble, 15],
  ['resetting a correlation id', resetInTrouble(false), 12],
  ['resetting a correlation id with an open session', resetInTrouble(true), 10],
])('%s', (_what, story, callsAtLeast) => {
  it.each(['crash', 'outage'] as const)('comes to a proper end, whichever call meets the %s', async (kind) => {
    const { calls, failures } = await withTroubleAtEachCall(kind, story);

    expect(failures).toEqual([]);
    expect(calls.length).toBeGreaterThanOrEqual(callsAtLeast);
  });
});

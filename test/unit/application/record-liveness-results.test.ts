import type { ResultEvent } from '../../../shared/application/ports.ts';
import { instead } from '../../support/instead.ts';
import { MOST_EVENTS_AT_ONCE } from '../../../shared/application/record-liveness-results.ts';
import { aCorrelationId, aLivenessResult, aSessionId, customerId } from '../../support/builders.ts';
import { startOfTests } from '../../support/held-clock.ts';
import { correlationOf, type MemoryApp, memoryApp, type Process, pseudonyms } from '../../support/memory-app.ts';
import { makeTrouble } from '../../support/trouble.ts';

let app: MemoryApp;
let process: Process;
let correlationId: string;
let sessionId: string;
const deviceKey = pseudonyms.deviceKey(customerId, 'phone');
beforeEach(async () => {
  app = memoryApp();
  process = app.process();
  ({ correlationId, sessionId } = await process.issued());
});

/** Another app in which the same has happened: ids are counted, so they are the same. */
const memoryAppWithToken = async (): Promise<MemoryApp> => {
  const other = memoryApp();
  await other.process().issued();
  return other;
};

const attempt = (attemptId: number, what: Partial<ResultEvent & { type: 'attempt' }> = {}) =>
  aLivenessResult({ correlationId, sessionId, attemptId, deviceKey, outcome: 'spoof', ...what });
const end = (attempts: number): ResultEvent => ({
  type: 'session.closed',
  atMs: startOfTests.getTime() + 1000,
  customerId,
  correlationId,
  sessionId,
  attempts,
});

const record = (...events: readonly ResultEvent[]) => process.recordLivenessResults(correlationId, events);
const kinds = async (...events: readonly ResultEvent[]) => (await record(...events)).map(({ kind }) => kind);

describe('recording results', () => {
  it('counts each in the history and the ledger, and settles the session with its end', async () => {
    expect(await kinds(attempt(1), attempt(2, { outcome: 'uncertain' }), end(2))).toEqual([
      'applied',
      'applied',
      'applied',
    ]);

    const { history, outstanding, sequence } = await correlationOf(app);
    expect(history).toMatchObject({ spoof: [{ attemptId: 1 }], uncertain: [{ attemptId: 2 }] });
    expect(outstanding).toEqual([]);
    const { sessions, events } = app.correlations.storedOf(correlationId);
    expect(sessions).toMatchObject([{ state: 'closed' }]);
    expect(events).toMatchObject([
      { type: 'session.completed', sequence: 1, data: { sessionId, result: 'not-passed', attempts: 2 } },
    ]);
    expect(sequence).toBe(1);
    expect(app.publisher.published).toEqual(events.map((event) => ({ ...event, dueAt: expect.any(Date) as Date })));
  });

  it('counts a spoof once when its message arrives twice, in one delivery or in two', async () => {
    await record(attempt(1), attempt(1));

    expect(await kinds(attempt(1))).toEqual(['already-applied']);
    expect((await correlationOf(app)).history.spoof).toHaveLength(1);
    expect(app.correlations.storedOf(correlationId).ledger).toHaveLength(1);
  });

  it('counts what is new beside what is known', async () => {
    await record(attempt(1));

    expect(await kinds(attempt(1), attempt(2))).toEqual(['already-applied', 'applied']);
    expect((await correlationOf(app)).history.spoof).toHaveLength(2);
  });

  it('comes to the same in any order', async () => {
    const events = [attempt(1), attempt(2, { outcome: 'technical' }), end(2)];
    await record(...events);
    const inOrder = await correlationOf(app);
    const other = await memoryAppWithToken();

    for (const event of events.toReversed()) await other.process().recordLivenessResults(correlationId, [event]);

    const reversed = await correlationOf(other);
    expect(reversed.history).toEqual(inOrder.history);
    expect(reversed.outstanding).toEqual([]);
  });

  it('takes the moment from whoever was first, also for the device', async () => {
    const atMs = startOfTests.getTime();
    await process.recordLivenessResults(correlationId, [attempt(1, { atMs })]);
    expect(await kinds(attempt(1, { atMs: atMs + 5000 }))).toEqual(['already-applied']);

    expect((await app.devices.find(deviceKey))?.record.history.spoof).toMatchObject([{ atMs }]);
    expect((await correlationOf(app)).history.spoof).toMatchObject([{ atMs }]);
  });

  it('merges the device again for what was counted before: a crash may have come between the two', async () => {
    const smooth = makeTrouble();
    await memoryAppWithToken().then((other) =>
      other.process(smooth).recordLivenessResults(correlationId, [attempt(1)]),
    );
    const atCall = smooth.calls.indexOf('correlations.commit') + 1;
    const crash = makeTrouble({ atCall, when: 'after', kind: 'crash' });
    await expect(app.process(crash).recordLivenessResults(correlationId, [attempt(1)])).rejects.toThrow();
    expect(crash.calls.at(-1)).toBe('correlations.commit');
    expect(await app.devices.find(deviceKey)).toBeUndefined();

    expect(await kinds(attempt(1))).toEqual(['already-applied']);

    expect((await app.devices.find(deviceKey))?.record.history.spoof).toHaveLength(1);
  });

  it('counts many results in several changes', async () => {
    const sessions = Array.from({ length: MOST_EVENTS_AT_ONCE + 5 }, () => aSessionId(correlationId));
    for (const other of sessions) {
      const known = app.correlations.storedOf(correlationId).sessions[0];
      if (known === undefined) throw new Error('no session to copy');
      await app.correlations.commit(correlationId, { newSession: { ...known, sessionId: other } });
    }

    const recordings = await record(...sessions.map((other) => attempt(1, { sessionId: other, outcome: 'technical' })));

    expect(recordings.filter(({ kind }) => kind === 'applied')).toHaveLength(MOST_EVENTS_AT_ONCE + 5);
    expect((await correlationOf(app)).history.technical).toHaveLength(MOST_EVENTS_AT_ONCE + 5);
  });

  it('loses nothing when two consumers record at once', async () => {
    const [first, second] = [attempt(1), attempt(2)];

    await Promise.all([record(first), record(second), record(second, first)]);

    expect((await correlationOf(app)).history.spoof).toHaveLength(2);
    expect(app.correlations.storedOf(correlationId).ledger).toHaveLength(2);
  });
});

describe('a crossing', () => {
  it('is latched with the result that brings it about, and closes what is open', async () => {
    const open = await process.issued();

    await record(attempt(1), attempt(2), attempt(3));
    const calm = await correlationOf(app);
    expect(calm.verdicts).toEqual([]);
    await process.recordLivenessResults(correlationId, [attempt(1, { sessionId: open.sessionId })]);

    const { verdicts, dueAt } = await correlationOf(app);
    expect(verdicts).toMatchObject([
      { kind: 'flagged', pattern: 'repeated-failures', source: 'result', sinceMs: startOfTests.getTime() },
    ]);
    expect(dueAt).toEqual(app.clock.now());
    const session = await app.correlations.findSession(correlationId, open.sessionId);
    expect(session?.record.revoked).toBe(true);
  });
});

describe('what cannot be right is refused and changes nothing', () => {
  const nothingCounted = async () => {
    expect((await correlationOf(app)).history.spoof).toEqual([]);
    expect(app.correlations.storedOf(correlationId).ledger).toEqual([]);
  };

  it('an id that nobody has', async () => {
    const event = aLivenessResult({ correlationId: aCorrelationId() });

    expect(await process.recordLivenessResults(event.correlationId, [event])).toEqual([
      { kind: 'refused', event, because: 'unknown-correlation-id' },
    ]);
  });

  it('a session that nobody made', async () => {
    const event = attempt(1, { sessionId: aSessionId(correlationId) });

    expect(await record(event)).toEqual([{ kind: 'refused', event, because: 'unknown-session' }]);
    await nothingCounted();
  });

  it('another customer’s name', async () => {
    const event = attempt(1, { customerId: 'fabrikam' });

    expect(await record(event)).toEqual([{ kind: 'refused', event, because: 'other-customer' }]);
    await nothingCounted();
  });

  it('another outcome than the ledger has, and not the true message that comes again behind it', async () => {
    await record(attempt(1));
    const [lie, copy] = [attempt(1, { outcome: 'real' }), attempt(1)];

    expect(await record(lie, copy)).toEqual([
      { kind: 'already-applied', event: copy },
      { kind: 'refused', event: lie, because: 'contradicts-ledger' },
    ]);
  });

  // A forged digest was counted, the process ended before the result was stored, and whoever collected the session had its
  // honest copy parked; later the copy was taken, and gave the device a pass.
  it('takes what Face says for a copy of an attempt that the client has forged, a spoof of id and device', async () => {
    await record(attempt(1, { outcome: 'spoof', reason: 'integrity' }));

    expect(await kinds(attempt(1, { outcome: 'real' }))).toEqual(['already-applied']);

    const { history } = await correlationOf(app);
    const device = (await app.devices.find(deviceKey))!.record.history;
    for (const { spoof, passes } of [history, device]) expect([spoof.length, passes.length]).toEqual([1, 0]);
  });

  // Two processes ended one session, one of them for its client, whose digest was forged: the later message was parked.
  it('takes an attempt that the client has forged for a copy of what Face said before', async () => {
    await record(attempt(1, { outcome: 'real' }));

    expect(await kinds(attempt(1, { outcome: 'spoof', reason: 'integrity' }))).toEqual(['already-applied']);

    expect((await correlationOf(app)).history).toMatchObject({ spoof: [], passes: [{}] });
  });

  it.each([
    ['after', (forged: ResultEvent, copy: ResultEvent) => [copy, forged]],
    ['before', (forged: ResultEvent, copy: ResultEvent) => [forged, copy]],
  ])('counts a spoof when a forged attempt comes %s its copy in one delivery', async (_when, ordered) => {
    await record(...ordered(attempt(1, { outcome: 'spoof', reason: 'integrity' }), attempt(1, { outcome: 'real' })));

    const { history } = await correlationOf(app);
    const device = (await app.devices.find(deviceKey))!.record.history;
    for (const { spoof, passes } of [history, device]) expect([spoof.length, passes.length]).toEqual([1, 0]);
  });

  // What the service could not judge has no digest to differ from. The forged message took the place of the other, which was
  // neither counted nor parked.
  it('an attempt that is called forged of which Face says that it could not judge it, in whichever order', async () => {
    const [technical, forged] = [
      attempt(1, { outcome: 'technical', errorCode: 'FaceNotCentered' }),
      attempt(1, { outcome: 'spoof', reason: 'integrity' }),
    ];

    expect(await record(technical, forged)).toEqual([
      { kind: 'applied', event: technical },
      { kind: 'refused', event: forged, because: 'contradicts-ledger' },
    ]);
    expect(await record(forged)).toEqual([{ kind: 'refused', event: forged, because: 'contradicts-ledger' }]);
  });

  it.each([
    ['forged', () => attempt(1, { outcome: 'spoof', reason: 'integrity' }), () => attempt(1, { outcome: 'technical' })],
    [
      'of no use',
      () => attempt(1, { outcome: 'technical' }),
      () => attempt(1, { outcome: 'spoof', reason: 'integrity' }),
    ],
  ])('the other of the two when the ledger has the attempt as %s, without an error code', async (_, first, second) => {
    await record(first());

    expect(await record(second())).toEqual([{ kind: 'refused', event: second(), because: 'contradicts-ledger' }]);
  });

  it('another outcome than the ledger has, in a later delivery or in the same', async () => {
    const contradiction = attempt(1, { outcome: 'real' });
    await record(attempt(1));
    expect(await record(contradiction)).toEqual([
      { kind: 'refused', event: contradiction, because: 'contradicts-ledger' },
    ]);

    const [second, other] = [attempt(2), attempt(2, { outcome: 'real' })];
    expect(await record(second, other)).toEqual([
      { kind: 'applied', event: second },
      { kind: 'refused', event: other, because: 'contradicts-ledger' },
    ]);
    expect((await correlationOf(app)).history).toMatchObject({ spoof: [{}, {}], passes: [] });
  });

  it.each([
    ['before', (right: ResultEvent, lie: ResultEvent) => [lie, right]],
    ['after', (right: ResultEvent, lie: ResultEvent) => [right, lie]],
  ])('a lie about an attempt that comes %s the true message: that one is counted', async (_when, ordered) => {
    const [right, lie] = [attempt(1), attempt(1, { customerId: 'fabrikam' })];

    const recordings = await record(...ordered(right, lie));

    expect(recordings).toContainEqual({ kind: 'applied', event: right });
    expect(recordings).toContainEqual({ kind: 'refused', event: lie, because: 'other-customer' });
    expect((await correlationOf(app)).history.spoof).toHaveLength(1);
  });

  it('while what is right beside it is counted', async () => {
    const wrong = attempt(2, { customerId: 'fabrikam' });

    expect(await kinds(attempt(1), wrong)).toEqual(['applied', 'refused']);
    expect((await correlationOf(app)).history.spoof).toHaveLength(1);
  });
});

describe('too many writers', () => {
  it('of one correlation id make it unavailable, and it is tried again later', async () => {
    app.correlations.commit = () => Promise.resolve({ kind: 'changed', what: 'correlation' });

    await expect(record(attempt(1))).rejects.toMatchObject({ name: 'Unavailable' });
  });

  it('of one device make it unavailable, after the result is counted', async () => {
    const restore = instead(app.devices, 'save', () => Promise.resolve(false));
    await expect(record(attempt(1))).rejects.toMatchObject({ name: 'Unavailable' });
    restore();

    expect(await kinds(attempt(1))).toEqual(['already-applied']);
    expect((await app.devices.find(deviceKey))?.record.history.spoof).toHaveLength(1);
  });
});

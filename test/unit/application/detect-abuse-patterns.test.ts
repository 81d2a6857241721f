import { instead } from '../../support/instead.ts';
import { Unavailable } from '../../../shared/application/errors.ts';
import type { CorrelationRecord } from '../../../shared/application/records.ts';
import { cloudEventOf } from '../../../shared/contracts/cloud-event.ts';
import { verifyReceipt } from '../../../shared/domain/receipt.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { aLivenessResult, aPause, aVerdict, customerId, pronounced } from '../../support/builders.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { correlationOf, letTimePass, type MemoryApp, memoryApp, type Process } from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
let correlationId: string;
beforeEach(async () => {
  app = memoryApp();
  process = app.process();
  ({ correlationId } = await process.issued());
});

const HOUR_SECONDS = 3600;

const change = async (how: (record: CorrelationRecord) => CorrelationRecord) => {
  const found = await app.correlations.find(correlationId);
  if (found === undefined) throw new Error('nothing to change');
  const correlation = { record: how(found.record), version: found.version };
  expect(await app.correlations.commit(correlationId, { correlation })).toMatchObject({ kind: 'committed' });
};

/** Attempts of the open session; more than Face permits, which the history does not mind. */
const failures = async (outcome: 'spoof' | 'uncertain' | 'technical', count: number, ofSession?: string) => {
  const [open] = (await correlationOf(app)).outstanding;
  const sessionId = ofSession ?? open?.sessionId ?? stored().sessions[0]!.sessionId;
  const firstId = stored().ledger.length + 1;
  await process.recordLivenessResults(
    correlationId,
    Array.from({ length: count }, (_, index) =>
      aLivenessResult({
        correlationId,
        sessionId,
        outcome,
        attemptId: firstId + index,
        atMs: app.clock.now().getTime(),
      }),
    ),
  );
};

/** Tokens that nobody uses, one after the other, over some hours. */
const hoard = async (tokens: number) => {
  for (let token = 0; token < tokens; token += 1) {
    const { sessionId } = await process.issued({ deviceId: `device-${token}` });
    await process.deleteLivenessSession({ customerId, sessionId });
    await process.drainResults();
    app.clock.advanceSeconds(60);
  }
};

const stored = () => app.correlations.storedOf(correlationId);
const published = () => app.publisher.published.map((event) => cloudEventOf(event));

describe('a latched verdict', () => {
  it('becomes one flag with a receipt that anyone can recompute, an event, and the closing of what is open', async () => {
    await failures('spoof', 4);

    expect(await process.detectAbusePatterns()).toEqual({ done: 1, postponed: 0 });

    const record = await correlationOf(app);
    const [flag] = stored().flags;
    expect(flag).toMatchObject({
      correlationId,
      customerId,
      verdict: aVerdict({ statistic: 5.560695 }),
      at: startOfTests,
      reasons: expect.arrayContaining(['4 failed checks within one day']) as string[],
    });
    expect(verifyReceipt(flag!.receipt, sha256Hex)).toEqual({ kind: 'same' });
    expect(record).toMatchObject({
      verdicts: [{ pattern: 'repeated-failures', flagId: flag!.flagId }],
      lastReceiptHash: flag!.receipt.hash,
    });
    expect(record.verdicts[0]?.pending).toBeUndefined();
    expect(record.dueAt).toBeUndefined();
    expect(published().at(-1)).toMatchObject({
      type: 'flag.raised',
      subject: correlationId,
      sequence: record.sequence,
      data: { flagId: flag!.flagId, pattern: 'repeated-failures', reasons: flag!.reasons },
    });
    expect(stored().events.every(({ dueAt }) => dueAt === undefined)).toBe(true);
  });

  it('is reported once: a second sweep has nothing to do', async () => {
    await failures('spoof', 4);
    await process.detectAbusePatterns();

    expect(await process.detectAbusePatterns()).toEqual({ done: 0, postponed: 0 });
    expect(stored().flags).toHaveLength(1);
  });

  it('is reported once by two sweeps at the same time', async () => {
    await failures('spoof', 4);

    await Promise.all([process.detectAbusePatterns(), process.detectAbusePatterns()]);

    expect(stored().flags).toHaveLength(1);
    expect(stored().events.filter(({ type }) => type === 'flag.raised')).toHaveLength(1);
  });

  it('revokes what is open in the same change', async () => {
    const open = await process.issued();
    await failures('spoof', 4);
    app.clock.advanceSeconds(5);

    await process.detectAbusePatterns();

    const session = await app.correlations.findSession(correlationId, open.sessionId);
    expect(session?.record).toMatchObject({ revoked: true, dueAt: secondsAfter(app.clock.now(), 60) });
  });

  it('is reported although another id, which is due before it, cannot be read', async () => {
    const broken = await process.issued({ endUserRef: 'bob' });
    await change((record) => pronounced(record, aPause(), app.clock.now()));
    const find = app.correlations.find.bind(app.correlations);
    const due = app.correlations.dueCorrelations.bind(app.correlations);
    instead(app.correlations, 'dueCorrelations', async (now) => [broken.correlationId, ...(await due(now))]);
    instead(app.correlations, 'find', (id) =>
      id === broken.correlationId ? Promise.reject(new TypeError('not a document')) : find(id),
    );

    expect(await process.detectAbusePatterns()).toMatchObject({ done: 1 });

    expect(stored().flags).toHaveLength(1);
    expect(app.log.events).toContain('correlation-not-judged');
  });

  it('stays due when the store is unwell', async () => {
    await failures('spoof', 4);
    const restore = instead(app.correlations, 'commit', () => Promise.reject(new Unavailable('no answer')));
    await expect(process.detectAbusePatterns()).rejects.toThrow('no answer');
    restore();

    expect(await process.detectAbusePatterns()).toEqual({ done: 1, postponed: 0 });
  });
});

describe('a pause', () => {
  const pausedUntil = () => correlationOf(app).then(({ verdicts: [pause] }) => pause?.untilMs);

  beforeEach(async () => {
    await failures('uncertain', 12);
    await process.detectAbusePatterns();
  });

  it('is told when it starts, with its end', async () => {
    expect(published().at(-1)).toMatchObject({
      type: 'pause.started',
      data: { until: new Date((await pausedUntil()) ?? NaN).toISOString() },
    });
    expect((await correlationOf(app)).dueAt).toEqual(new Date((await pausedUntil()) ?? NaN));
  });

  it('is told once when it ends, and gives way', async () => {
    expect(await process.issue()).toMatchObject({ because: 'paused' });
    app.clock.advanceSeconds(24 * HOUR_SECONDS);

    await process.detectAbusePatterns();
    await process.detectAbusePatterns();

    const { verdicts, sequence } = await correlationOf(app);
    expect(published().filter(({ type }) => type === 'pause.ended')).toEqual([
      expect.objectContaining({ sequence, data: { flagId: stored().flags[0]?.flagId } }),
    ]);
    expect(verdicts).toMatchObject([{ kind: 'paused', pauseEnded: true }]);
    expect((await correlationOf(app)).dueAt).toBeUndefined();
    expect(await process.issue()).toMatchObject({ kind: 'issued' });
  });

  it('becomes a flag when a spoof comes while it lasts, and its end is told no more', async () => {
    await failures('spoof', 1);
    await process.detectAbusePatterns();
    app.clock.advanceSeconds(25 * HOUR_SECONDS);
    await process.detectAbusePatterns();

    expect(published().map(({ type }) => type)).toEqual(expect.arrayContaining(['pause.started', 'flag.raised']));
    expect(published().map(({ type }) => type)).not.toContain('pause.ended');
    const [pause, flag] = stored().flags;
    expect(flag?.receipt.previousReceiptHash).toBe(pause?.receipt.hash);
  });
});

describe('several verdicts of one id', () => {
  /** Sessions that start every minute; the last one stays open. */
  const likeClockwork = async () => {
    app.clock.advanceSeconds(1000);
    await hoard(8);
    return process.issued();
  };

  const twoFlagsInAChain = async () => {
    const [first, second, ...others] = stored().flags;
    expect(others).toEqual([]);
    expect(first?.verdict.pattern).toBe('repeated-failures');
    expect(second?.verdict.pattern).toBe('machine-cadence');
    expect(first?.receipt.previousReceiptHash).toBeUndefined();
    expect(second?.receipt.previousReceiptHash).toBe(first?.receipt.hash);
    for (const { receipt } of stored().flags) expect(verifyReceipt(receipt, sha256Hex)).toEqual({ kind: 'same' });
    const { verdicts, lastReceiptHash, sequence } = await correlationOf(app);
    expect(verdicts.map(({ flagId }) => flagId)).toEqual([first?.flagId, second?.flagId]);
    expect(lastReceiptHash).toBe(second?.receipt.hash);
    const { events } = stored();
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, index) => index + 1));
    expect(events.at(-1)?.sequence).toBe(sequence);
    const raised = events.filter(({ type }) => type === 'flag.raised');
    expect(raised.map(({ data }) => data.flagId)).toEqual([first?.flagId, second?.flagId]);
  };

  it('that come one after the other are flags of their own, in one chain and one sequence', async () => {
    const [first] = stored().sessions;
    const last = await likeClockwork();
    await failures('spoof', 4, first?.sessionId);
    await process.detectAbusePatterns();
    expect(stored().flags).toHaveLength(1);

    await failures('technical', 4, last.sessionId);
    await process.detectAbusePatterns();

    await twoFlagsInAChain();
  });

  it('that come with one result are flags of one change', async () => {
    const last = await likeClockwork();
    await failures('spoof', 4, last.sessionId);

    await process.detectAbusePatterns();

    await twoFlagsInAChain();
  });

  it('tell the end of a pause that reached further than the flag beside it', async () => {
    const pause = aPause({ pattern: 'token-hoarding' });
    const flag = aVerdict({ pattern: 'unfamiliar-device', scope: 'device' });
    await change((record) => pronounced(pronounced(record, pause, app.clock.now()), flag, app.clock.now()));
    await process.detectAbusePatterns();
    app.clock.advanceSeconds(24 * HOUR_SECONDS);

    await process.detectAbusePatterns();

    expect(published().map(({ type }) => type)).toEqual(['pause.started', 'flag.raised', 'pause.ended']);
  });
});

describe('a pattern of time', () => {
  it('is found by the sweep: tokens that are stocked and never used', async () => {
    await hoard(11);
    await process.detectAbusePatterns();
    expect((await correlationOf(app)).verdicts).toEqual([]);

    await hoard(1);
    expect((await correlationOf(app)).verdicts).toEqual([]);
    await process.detectAbusePatterns();

    const { verdicts } = await correlationOf(app);
    expect(verdicts).toMatchObject([{ kind: 'paused', pattern: 'token-hoarding', source: 'timer', statistic: 12 }]);
    expect(stored().flags).toMatchObject([{ reasons: ['12 tokens asked for and never used within 24 h'] }]);
    expect(await process.issue()).toMatchObject({ because: 'paused' });
  });

  it('is not found when the tokens spread over more than its window', async () => {
    await hoard(6);
    app.clock.advanceSeconds(24 * HOUR_SECONDS);
    await hoard(6);
    await process.detectAbusePatterns();

    expect((await correlationOf(app)).verdicts).toEqual([]);
  });
});

describe('a retired id', () => {
  it('is not judged any more', async () => {
    await change((record) => ({ ...pronounced(record, aPause(), app.clock.now()), status: 'retired' }));

    await process.detectAbusePatterns();

    expect(stored().flags).toEqual([]);
    expect((await correlationOf(app)).dueAt).toBeUndefined();
  });
});

describe('closing what is open after a verdict', () => {
  it('deletes the sessions at Face and counts what they had', async () => {
    await process.issued();
    app.face.play('face-session-2', { status: 'Succeeded', livenessDecision: 'spoofface' });
    const sessionIds = stored().sessions.map(({ sessionId }) => sessionId);
    await app.correlations.commit(correlationId, { revoke: { sessionIds, dueAt: app.clock.now() } });

    expect(await process.closeOpenSessions(correlationId)).toEqual({ closed: 2, left: 0 });
    await process.drainResults();

    expect(app.face.deleted).toEqual(['face-session-1', 'face-session-2']);
    const { history, outstanding } = await correlationOf(app);
    expect(history.spoof).toHaveLength(1);
    expect(history.unused).toEqual([]);
    expect(outstanding).toEqual([]);
    expect(await process.closeOpenSessions(correlationId)).toEqual({ closed: 0, left: 0 });
  });

  it('leaves alone what no verdict concerns', async () => {
    expect(await process.closeOpenSessions(correlationId)).toEqual({ closed: 0, left: 0 });

    expect(app.face.deleted).toEqual([]);
  });

  it('leaves to the sweep what Face does not do now', async () => {
    await failures('spoof', 4);
    await process.issue({ deviceId: 'tablet' });
    const restore = instead(app.face, 'read', () => Promise.reject(new Error('no answer')));
    const open = await correlationOf(app).then(({ outstanding }) => outstanding.length);
    expect(await process.closeOpenSessions(correlationId)).toEqual({ closed: 0, left: open });
    restore();

    await letTimePass(app, process, 300);

    expect((await correlationOf(app)).outstanding).toEqual([]);
  });

  it('has nothing to do for an id that nobody has', async () => {
    expect(await process.closeOpenSessions('unknown')).toEqual({ closed: 0, left: 0 });
  });
});

import type { PlayedAttempt } from '../../../shared/adapters/memory/memory-face.ts';
import type { CorrelationRecord } from '../../../shared/application/records.ts';
import { aPause, aVerdict, customerId, pronounced } from '../../support/builders.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { letTimePass, type MemoryApp, memoryApp, type Process } from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

const decided = (livenessDecision: string, what: Partial<PlayedAttempt> = {}): PlayedAttempt => ({
  status: 'Succeeded',
  livenessDecision,
  digest: 'AB12',
  ...what,
});
const failed = (errorCode: string): PlayedAttempt => ({ status: 'Failed', errorCode });
const verify = (isIdentical: boolean) => ({ verify: { isIdentical, matchConfidence: 0.5 } });

const complete = (sessionId: string, report = {}) => process.completeLivenessSession({ customerId, sessionId, report });

/** Alice makes these attempts with a new token. */
const attempted = async (attempts: readonly PlayedAttempt[], request: Parameters<Process['issued']>[0] = {}) => {
  const token = await process.issued(request);
  app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', ...attempts);
  return token;
};

const change = async (correlationId: string, how: (record: CorrelationRecord) => CorrelationRecord) => {
  const found = await app.correlations.find(correlationId);
  if (found === undefined) throw new Error('nothing to change');
  const correlation = { record: how(found.record), version: found.version };
  expect(await app.correlations.commit(correlationId, { correlation })).toMatchObject({ kind: 'committed' });
};

describe('a completed session', () => {
  const withImage = { kind: 'liveness-with-verify', verifyImage: new Uint8Array(1024) } as const;

  it.each([
    ['a pass', {}, [decided('realface')], 'passed', 'live', 'proceed', 22],
    ['a pass after a failure', {}, [failed('TimedOut'), decided('realface')], 'passed', 'live', 'proceed', 22],
    ['a pass of the right person', withImage, [decided('realface', verify(true))], 'passed', 'live', 'proceed', 22],
    ['another person', withImage, [decided('realface', verify(false))], 'not-passed', 'mismatch', 'retry-now', 21],
    ['a face that was not compared', withImage, [decided('realface')], 'not-passed', 'mismatch', 'retry-now', 21],
    ['a spoof', {}, [decided('spoofface')], 'not-passed', 'not-live', 'retry-now', 21],
    ['an uncertain result', {}, [decided('uncertain')], 'not-passed', 'not-certain', 'retry-now', 21],
    ['a result that we do not know', {}, [decided('perhaps')], 'not-passed', 'not-certain', 'retry-now', 21],
    ['a failure', {}, [failed('TimedOut')], 'not-passed', 'technical', 'retry-now', 22],
    [
      'a spoof after a pass',
      {},
      [decided('realface'), decided('spoofface')],
      'not-passed',
      'not-live',
      'retry-now',
      21,
    ],
  ] as const)(
    'with %s tells so, and what to do next',
    async (_what, request, attempts, decision, reason, nextAction, remainingAttempts) => {
      const { sessionId } = await attempted(attempts, request);

      const completion = await complete(sessionId);

      expect(completion).toMatchObject({ kind: 'completed', decision, reason, nextAction, remainingAttempts });
    },
  );

  it('lists its attempts, and how like the person is to the image', async () => {
    const { sessionId } = await attempted([failed('TimedOut'), decided('realface', verify(true))], withImage);

    expect(await complete(sessionId)).toMatchObject({
      attempts: [
        { attemptId: 1, outcome: 'technical', errorCode: 'TimedOut' },
        { attemptId: 2, outcome: 'real' },
      ],
      verify: { isIdentical: true, matchConfidence: 0.5 },
    });
  });

  it('may not have been used at all', async () => {
    const { sessionId } = await process.issued();
    app.clock.advanceSeconds(600);

    expect(await complete(sessionId)).toMatchObject({ decision: 'not-passed', reason: 'no-attempt', attempts: [] });
  });

  it('may not have been possible on the device', async () => {
    const { sessionId } = await process.issued();

    expect(await complete(sessionId, { error: 'CameraPermissionDenied' })).toMatchObject({
      decision: 'not-passed',
      reason: 'technical',
      remainingAttempts: 22,
    });
  });

  it('may be lost at Face; then its tries stay reserved', async () => {
    const { sessionId } = await process.issued();
    app.face.lose('face-session-1');

    expect(await complete(sessionId)).toMatchObject({ reason: 'no-result', remainingAttempts: 19 });
  });

  it('has no result while a try is under way', async () => {
    const { sessionId } = await attempted([{ status: 'Running' }]);

    expect(await complete(sessionId)).toEqual({ kind: 'no-result-yet' });
  });
});

describe('the same answer', () => {
  it('comes when it is asked again: at once, after counting, and after a long time', async () => {
    const { sessionId } = await attempted([decided('uncertain')]);
    const first = await complete(sessionId);

    expect(await complete(sessionId)).toEqual(first);
    await process.drainResults();
    expect(await complete(sessionId)).toEqual(first);
    await letTimePass(app, process, 3600);
    expect(await complete(sessionId)).toEqual(first);
  });

  it('comes when a sweep collected the result before the client reported', async () => {
    const { sessionId } = await attempted([decided('spoofface')]);
    await letTimePass(app, process, 900);

    expect(await complete(sessionId)).toMatchObject({
      decision: 'not-passed',
      reason: 'not-live',
      remainingAttempts: 21,
    });
  });
});

describe('a client that does not tell the truth', () => {
  it('gets no pass for a digest that is not that of the service', async () => {
    const { sessionId } = await attempted([decided('realface')]);

    expect(await complete(sessionId, { digest: 'FF00' })).toMatchObject({
      decision: 'not-passed',
      reason: 'integrity',
      remainingAttempts: 21,
    });
  });

  it('is found out when it reports late, too', async () => {
    const { sessionId } = await attempted([decided('realface')]);
    await complete(sessionId, { digest: 'ab12' });

    expect(await complete(sessionId, { digest: 'FF00' })).toMatchObject({
      decision: 'not-passed',
      reason: 'integrity',
    });
    expect(await complete(sessionId)).toMatchObject({ decision: 'passed' });
  });

  it('makes nothing better by reporting an error after a spoof', async () => {
    const { sessionId } = await attempted([decided('spoofface')]);

    expect(await complete(sessionId, { error: 'CameraPermissionDenied' })).toMatchObject({
      reason: 'not-live',
      remainingAttempts: 21,
    });
  });
});

describe('what comes next', () => {
  it('is a later try when there were failures in a row', async () => {
    for (let times = 0; times < 4; times += 1) {
      const { sessionId } = await attempted([failed('TimedOut')]);
      await complete(sessionId);
      await process.drainResults();
    }
    const { sessionId } = await attempted([failed('TimedOut')]);

    expect(await complete(sessionId)).toMatchObject({
      nextAction: 'retry-later',
      retryAt: secondsAfter(startOfTests, 30),
    });
  });

  it('is a word with support when these very attempts flag the id, counted or not', async () => {
    for (let times = 0; times < 2; times += 1) {
      const { sessionId } = await attempted([decided('spoofface'), decided('spoofface'), decided('spoofface')]);
      const completion = await complete(sessionId);
      if (times === 1) expect(completion).toMatchObject({ nextAction: 'contact-support' });
      await process.drainResults();
      app.clock.advanceSeconds(60);
    }
  });

  it.each([
    ['flagged', aVerdict(), { nextAction: 'contact-support' }],
    ['paused', aPause(), { nextAction: 'use-alternative', retryAt: secondsAfter(startOfTests, 86_400) }],
  ])('is another way when the id is %s', async (_what, verdict, expected) => {
    const { sessionId, correlationId } = await attempted([decided('uncertain')]);
    await change(correlationId, (record) => pronounced(record, verdict, app.clock.now()));

    expect(await complete(sessionId)).toMatchObject(expected);
  });

  it('is to proceed after a pass, whatever else', async () => {
    const { sessionId, correlationId } = await attempted([decided('realface')]);
    await change(correlationId, (record) => pronounced(record, aPause(), app.clock.now()));

    expect(await complete(sessionId)).toMatchObject({ decision: 'passed', nextAction: 'proceed' });
  });

  it('is another way when the budget is used up', async () => {
    const { sessionId, correlationId } = await attempted([decided('uncertain')]);
    const failures = Array.from({ length: 19 }, (_, index) => ({ atMs: startOfTests.getTime() - index, tag: '' }));
    await change(correlationId, (record) => ({
      ...record,
      lineage: { history: record.history, failures },
    }));

    expect(await complete(sessionId)).toMatchObject({
      nextAction: 'use-alternative',
      remainingAttempts: 2,
      retryAt: expect.any(Date) as Date,
    });
  });
});

describe('a session that is not the caller’s', () => {
  it.each([
    ['another customer’s', (sessionId: string) => ({ sessionId, customerId: 'fabrikam' })],
    ['unknown', (sessionId: string) => ({ sessionId: `${sessionId.slice(0, -1)}_`, customerId })],
    ['no session id at all', () => ({ sessionId: 'nonsense', customerId })],
  ])('is not found when it is %s', async (_what, asked) => {
    const { sessionId } = await attempted([decided('realface')]);

    const report = {};
    expect(await process.completeLivenessSession({ ...asked(sessionId), report })).toEqual({ kind: 'not-found' });
    expect(await process.deleteLivenessSession(asked(sessionId))).toEqual({ kind: 'not-found' });
    expect(await process.readLivenessSession(asked(sessionId))).toEqual({ kind: 'not-found' });
    expect(app.results.sent).toEqual([]);
  });

  it('is not found when its token reached nobody', async () => {
    app.face.refuseNext({ kind: 'busy', retryAfterSeconds: 1 });
    await process.issue();
    const endUsers = app.face.created;
    expect(endUsers).toEqual([]);
    const { correlationId } = await process.issued();
    const released = app.correlations.storedOf(correlationId).sessions.find(({ state }) => state === 'released');

    expect(await complete(released?.sessionId ?? '')).toEqual({ kind: 'not-found' });
  });
});

// From a token to a decision: with a verify image and without, in one try and in several, reported and unreported.

import { playAttempt, startSession, type AttemptToPlay } from '../../local/face/device.ts';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import { tapWire, type Wiretap } from './wiretap.ts';
import { eventually, startApp, type Answer, type IssuedSession, type RunningApp } from './running-app.ts';

let app: RunningApp;
let toFace: Wiretap;

beforeAll(async () => {
  app = await startApp({
    settings: async ({ face }) => {
      toFace = await tapWire(face.endpoint);
      return { FACE_ENDPOINT: toFace.endpoint };
    },
  });
}, 60_000);

afterAll(async () => {
  await app.stop();
  await toFace.stop();
});

const askWithVerify = (endUserRef: string, portraitOf: string): Promise<Answer> => {
  const form = new FormData();
  form.append('endUserRef', endUserRef);
  form.append('verifyImage', new Blob([new Uint8Array(makeVerifyImage(portraitOf))]), 'portrait.jpg');
  return app.call('POST', '/api/v1/liveness-with-verify-sessions', { body: form });
};

const issueWithVerify = async (endUserRef: string, portraitOf: string): Promise<IssuedSession> => {
  const { status, body } = await askWithVerify(endUserRef, portraitOf);
  expect(status).toBe(201);
  return body as unknown as IssuedSession;
};

/** One try; the digest is what an honest client would report. */
const play = async (
  { authToken }: IssuedSession,
  shown: Partial<Omit<AttemptToPlay, 'endpoint' | 'authToken'>> = {},
): Promise<string | undefined> => {
  const { endpoint } = app.cloud.face;
  const played = await playAttempt({ endpoint, authToken, person: 'alice', media: 'live', ...shown });
  if (played.kind === 'refused') throw new Error(`Face refused the device: ${played.code}`);
  return played.digest;
};

const start = ({ authToken }: IssuedSession) => startSession({ endpoint: app.cloud.face.endpoint, authToken });
const read = ({ sessionId }: IssuedSession): Promise<Answer> =>
  app.call('GET', `/api/v1/liveness-sessions/${sessionId}`);
const remove = ({ sessionId }: IssuedSession): Promise<Answer> =>
  app.call('DELETE', `/api/v1/liveness-sessions/${sessionId}`);

/** What the ledger says about a session once its end is counted, in the order of attempts. */
const ledgerOf = async ({ sessionId }: IssuedSession): Promise<Record<string, unknown>[]> => {
  let records: Record<string, unknown>[] = [];
  await eventually(async () => {
    records = await app.documents(
      `SELECT c.type, c.attemptId, c.outcome, c.reason, c.errorCode FROM c
       WHERE c.documentKind = 'attempt' AND c.sessionId = '${sessionId}'`,
    );
    return records.some(({ type }) => type !== 'attempt');
  });
  return records.sort((a, b) => Number(a.attemptId ?? Infinity) - Number(b.attemptId ?? Infinity));
};

const isDeletedAtFace = ({ correlationId }: IssuedSession): boolean =>
  app.cloud.face
    .inspect()
    .list.filter(({ deviceCorrelationId }) => deviceCorrelationId === correlationId)
    .every(({ deleted }) => deleted);

describe('with a verify image', () => {
  it('the person on it passes', async () => {
    const session = await issueWithVerify('alice', 'alice');
    const clientDigest = await play(session);

    const answer = await app.complete(session, { clientDigest });

    expect([answer.status, answer.body]).toEqual([
      200,
      {
        decision: 'passed',
        reason: 'live',
        nextAction: 'proceed',
        remainingAttempts: 22,
        attempts: [{ attemptId: 1, outcome: 'real' }],
        verify: { isIdentical: true, matchConfidence: expect.any(Number) as number },
      },
    ]);
    expect((await read(session)).body).toMatchObject({ kind: 'liveness-with-verify', state: 'closed' });
    expect(await ledgerOf(session)).toMatchObject([{ attemptId: 1, outcome: 'real' }, { type: 'session.closed' }]);
  });

  it('another live person does not', async () => {
    const session = await issueWithVerify('bob', 'bob');
    await play(session, { person: 'mallory' });

    const { body } = await app.complete(session);

    expect(body).toMatchObject({
      decision: 'not-passed',
      reason: 'mismatch',
      nextAction: 'retry-now',
      attempts: [{ attemptId: 1, outcome: 'uncertain', reason: 'mismatch' }],
      verify: { isIdentical: false },
    });
    expect(await ledgerOf(session)).toMatchObject([{ outcome: 'uncertain', reason: 'mismatch' }, {}]);
  });

  it('a print of the right person does not', async () => {
    const session = await issueWithVerify('carol', 'carol');
    await play(session, { person: 'carol', media: 'print' });

    const { body } = await app.complete(session);

    expect(body).toMatchObject({ decision: 'not-passed', reason: 'not-live', verify: { isIdentical: true } });
  });

  it('an impostor who always waits as told is flagged as one, at the tenth face at the latest', async () => {
    let correlationId = '';
    let mismatches = 0;
    let refusal: Answer | undefined;
    while (refusal === undefined) {
      const answer = await askWithVerify('dave', 'dave');
      if (answer.status === 201) {
        const session = answer.body as unknown as IssuedSession;
        await play(session, { person: 'mallory' });
        expect((await app.complete(session)).body.decision).toBe('not-passed');
        await ledgerOf(session);
        ({ correlationId } = session);
        mismatches += 1;
        await app.advance(3600);
      } else if (answer.body.code === 'wait') {
        await app.advance((Date.parse(String(answer.body.retryAt)) - Date.now()) / 1000);
      } else refusal = answer;
    }
    await app.runTimer('detectAbusePatterns');

    expect([refusal.status, refusal.body.code]).toEqual([403, 'correlation-flagged']);
    expect(mismatches).toBeGreaterThan(3);
    expect(mismatches).toBeLessThanOrEqual(10);
    const flags = await app.documents(
      `SELECT c.verdict, c.reasons FROM c WHERE c.documentKind = 'flag' AND c.correlationId = '${correlationId}'`,
    );
    expect(flags).toMatchObject([
      {
        verdict: { kind: 'flagged', pattern: 'impostor' },
        reasons: [`${mismatches} times a live face that does not match the reference image`],
      },
    ]);
  }, 30_000);
});

describe('the digest that the device reports', () => {
  it('that Face does not know means a forged result', async () => {
    const session = await app.issue('forged');
    await play(session);

    const { body } = await app.complete(session, { clientDigest: 'AB'.repeat(32) });

    expect(body).toMatchObject({ decision: 'not-passed', reason: 'integrity' });
    expect(body.attempts).toEqual([{ attemptId: 1, outcome: 'spoof', reason: 'integrity' }]);
    expect(await ledgerOf(session)).toMatchObject([{ outcome: 'spoof', reason: 'integrity' }, {}]);
  });

  it('may be written in small letters', async () => {
    const session = await app.issue('small letters');
    const digest = await play(session);

    const { body } = await app.complete(session, { clientDigest: digest?.toLowerCase() });

    expect(body).toMatchObject({ decision: 'passed', reason: 'live', attempts: [{ outcome: 'real' }] });
    expect(await ledgerOf(session)).toMatchObject([{ outcome: 'real' }, {}]);
  });

  it('that comes after the right one still makes the answer worse, and a right one never better', async () => {
    const session = await app.issue('second thoughts');
    const digest = await play(session);
    const other = await app.issue('second thoughts');
    await play(other, { media: 'print' });

    const right = await app.complete(session, { clientDigest: digest });
    const wrong = await app.complete(session, { clientDigest: 'AB'.repeat(32) });
    await app.complete(other, { clientDigest: 'AB'.repeat(32) });
    const late = await app.complete(other);

    expect([right, wrong, late].map(({ body }) => [body.decision, body.reason])).toEqual([
      ['passed', 'live'],
      ['not-passed', 'integrity'],
      ['not-passed', 'integrity'],
    ]);
  });
});

describe('several tries with one token', () => {
  it.each<[string, Parameters<typeof play>[1][], string, string, object[]]>([
    [
      'the last one passes',
      [{ error: 'NoFaceDetected' }, { media: 'print' }, {}],
      'passed',
      'live',
      [{ outcome: 'technical', errorCode: 'NoFaceDetected' }, { outcome: 'spoof' }, { outcome: 'real' }],
    ],
    [
      'the last one is an attack',
      [{}, { media: 'screen' }],
      'not-passed',
      'not-live',
      [{ outcome: 'real' }, { outcome: 'spoof' }],
    ],
    [
      'the last one is not certain',
      [{ media: 'print' }, { outcome: 'uncertain' }],
      'not-passed',
      'not-certain',
      [{ outcome: 'spoof' }, { outcome: 'uncertain' }],
    ],
    [
      'the last one fails technically',
      [{ outcome: 'uncertain' }, { error: 'TimedOut' }],
      'not-passed',
      'technical',
      [{ outcome: 'uncertain' }, { outcome: 'technical', errorCode: 'TimedOut' }],
    ],
  ])('%s: it decides, and all are in the ledger', async (what, tries, decision, reason, outcomes) => {
    const session = await app.issue(what);
    for (const shown of tries) await play(session, shown);

    const { body } = await app.complete(session);

    expect([body.decision, body.reason]).toEqual([decision, reason]);
    const ledger = await ledgerOf(session);
    expect(ledger.filter(({ type }) => type === 'attempt')).toMatchObject(
      outcomes.map((outcome, index) => ({ attemptId: index + 1, ...outcome })),
    );
  });

  it('an error that the device reports hides none of them', async () => {
    const session = await app.issue('hides');
    await play(session, { media: 'mask' });

    const { body } = await app.complete(session, { clientError: 'CameraPermissionDenied' });

    expect([body.decision, body.reason]).toEqual(['not-passed', 'not-live']);
    expect(await ledgerOf(session)).toMatchObject([{ outcome: 'spoof' }, { type: 'session.closed' }]);
  });
});

describe('a completion', () => {
  it('that is repeated says the same', async () => {
    const session = await app.issue('repeats');
    await play(session, { outcome: 'uncertain' });

    const first = await app.complete(session);
    await ledgerOf(session);
    const second = await app.complete(session);

    expect(first.status).toBe(200);
    expect([second.status, second.body]).toEqual([first.status, first.body]);
  });

  it('that comes after the result was collected says what it would have said in time', async () => {
    const [inTime, late] = [await app.issue('in time'), await app.issue('late')];
    for (const session of [inTime, late]) await play(session, { media: 'print' });

    const expected = await app.complete(inTime);
    await app.advance(700);
    await app.runTimer('collectUnreportedResults');
    expect(await ledgerOf(late)).toMatchObject([{ outcome: 'spoof' }, {}]);
    const answer = await app.complete(late);

    expect([answer.status, answer.body]).toEqual([200, expected.body]);
  });

  it('before there is a result is 202, also when the device has begun', async () => {
    const session = await app.issue('too early');

    const untouched = await app.complete(session);
    await start(session);
    const begun = await app.complete(session);
    await play(session);
    const ended = await app.complete(session);

    for (const answer of [untouched, begun]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([202, '2']);
    }
    expect([ended.status, ended.body.decision]).toEqual([200, 'passed']);
  });

  it('of a token that ended unused says that there was no try', async () => {
    const session = await app.issue('never tried');
    await app.advance(601);

    const { status, body } = await app.complete(session);

    expect([status, body.decision, body.reason, body.attempts]).toEqual([200, 'not-passed', 'no-attempt', []]);
    expect(await ledgerOf(session)).toMatchObject([{ type: 'session.abandoned' }]);
  });

  it('of a device that could not try counts nothing against anybody', async () => {
    const session = await app.issue('no camera');

    const { body } = await app.complete(session, { clientError: 'CameraPermissionDenied' });

    expect(body).toMatchObject({ decision: 'not-passed', reason: 'technical', remainingAttempts: 22, attempts: [] });
    expect(await ledgerOf(session)).toMatchObject([{ type: 'session.closed' }]);
    expect(isDeletedAtFace(session)).toBe(true);
  });
});

describe('a session that the client deletes', () => {
  it('is closed at Face, and what it had is counted', async () => {
    const session = await app.issue('deletes');
    await play(session, { media: 'print' });

    const [first, second] = [await remove(session), await remove(session)];

    expect([first.status, second.status]).toEqual([204, 204]);
    expect(await ledgerOf(session)).toMatchObject([{ outcome: 'spoof' }, { type: 'session.closed' }]);
    expect(isDeletedAtFace(session)).toBe(true);
    expect((await read(session)).body).toMatchObject({
      state: 'closed',
      attempts: [{ attemptId: 1, outcome: 'spoof' }],
    });
    expect((await app.complete(session)).body.reason).toBe('not-live');
  });

  it('unused is one that was given up', async () => {
    const session = await app.issue('gives up');

    await remove(session);

    expect(await ledgerOf(session)).toMatchObject([{ type: 'session.abandoned' }]);
    expect((await start(session)).kind).toBe('refused');
  });
});

describe('a session that is open', () => {
  it('is shown so until its token ends, without the token', async () => {
    const session = await app.issue('looks');

    const open = await read(session);
    await app.advance(601);
    const expired = await read(session);

    expect(open.body).toMatchObject({ kind: 'liveness', state: 'open', attemptsAllowed: 3, attempts: [] });
    expect(open.body).not.toHaveProperty('authToken');
    expect(expired.body.state).toBe('expired');
  });
});

describe('words that Face has never said before', () => {
  afterEach(() => toFace.rewrite((body) => body));

  it.each([
    ['a decision', '"livenessDecision":"realface"', '"livenessDecision":"probablyface"', 'not-certain', 'uncertain'],
    ['an error', '"code":"NoFaceDetected"', '"code":"HandDetected"', 'technical', 'technical'],
    ['a status', '"attemptStatus":"Succeeded"', '"attemptStatus":"Finished"', 'live', 'real'],
    ['a field', '"targets":', '"spectrum":{"infrared":true},"targets":', 'live', 'real'],
  ])(
    '%s: what is known is understood, and what is not is neither a pass nor an attack',
    async (what, said, unheardOf, reason, outcome) => {
      const session = await app.issue(`unheard of: ${what}`);
      await play(session, what === 'an error' ? { error: 'NoFaceDetected' } : {});
      let changed = false;
      toFace.rewrite((body) => {
        changed ||= body.includes(said);
        return body.replaceAll(said, unheardOf);
      });

      const { status, body } = await app.complete(session);

      expect(changed).toBe(true);
      expect([status, body.reason]).toEqual([200, reason]);
      expect(await ledgerOf(session)).toMatchObject([{ outcome }, { type: 'session.closed' }]);
    },
  );

  it('an answer of another shape is an outage, and the result is read later', async () => {
    const session = await app.issue('another shape');
    await play(session, { media: 'print' });
    toFace.rewrite(() => '<html>maintenance</html>');
    const during = await app.complete(session);
    toFace.rewrite((body) => body);

    const after = await app.complete(session);

    expect([during.status, during.body.code]).toEqual([503, 'unavailable']);
    expect([after.status, after.body.reason]).toEqual([200, 'not-live']);
  });
});

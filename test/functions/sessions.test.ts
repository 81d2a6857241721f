// The calls about one session or correlation id: each answer of the use case becomes one HTTP answer.

import type { HttpHandler } from '@azure/functions';
import { completeLivenessSessionHandler } from '../../functions/http/complete-liveness-session.ts';
import { deleteLivenessSessionHandler } from '../../functions/http/delete-liveness-session.ts';
import { getCorrelationHandler } from '../../functions/http/get-correlation.ts';
import { getHealthHandler } from '../../functions/http/get-health.ts';
import { getLivenessSessionHandler } from '../../functions/http/get-liveness-session.ts';
import { getStatusHandler } from '../../functions/http/get-status.ts';
import { resetCorrelationHandler } from '../../functions/http/reset-correlation.ts';
import type { Completion } from '../../shared/application/complete-liveness-session.ts';
import { Unavailable } from '../../shared/application/errors.ts';
import type { CorrelationView } from '../../shared/application/read-correlation.ts';
import type { Reset } from '../../shared/application/reset-correlation.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';
import { ask, authentication, caller, invocationId, person, tools } from './support.ts';

const correlationId = 'c0ffee00-0000-4000-8000-000000000001';
const sessionId = `${correlationId}.AAAAAAAAAAA`;
const retryAt = secondsAfter(startOfTests, 90);

describe('a completion', () => {
  const completing = (completion: Completion) => {
    const asked: unknown[] = [];
    const handler = completeLivenessSessionHandler({
      ...tools(),
      completeLivenessSession: (request) => {
        asked.push(request);
        return Promise.resolve(completion);
      },
    });
    return { handler, asked };
  };

  it('tells decision, reason and each attempt, but never the digest', async () => {
    const { handler } = completing({
      kind: 'completed',
      decision: 'not-passed',
      reason: 'mismatch',
      nextAction: 'retry-later',
      retryAt,
      remainingAttempts: 12,
      attempts: [
        { attemptId: 1, outcome: 'technical', errorCode: 'NoFaceDetected' },
        { attemptId: 2, outcome: 'uncertain', reason: 'mismatch', digest: 'D'.repeat(64) },
      ],
      verify: { isIdentical: false, matchConfidence: 0.2 },
    });

    const answer = await ask(handler, { params: { sessionId } });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      decision: 'not-passed',
      reason: 'mismatch',
      nextAction: 'retry-later',
      retryAt: retryAt.toISOString(),
      remainingAttempts: 12,
      attempts: [
        { attemptId: 1, outcome: 'technical', reason: 'NoFaceDetected' },
        { attemptId: 2, outcome: 'uncertain', reason: 'mismatch' },
      ],
      verify: { isIdentical: false, matchConfidence: 0.2 },
    });
  });

  it('hands on what the device reported, and to whom the session must belong', async () => {
    const { handler, asked } = completing({ kind: 'no-result-yet' });

    await ask(handler, { params: { sessionId }, body: JSON.stringify({ clientError: 'CameraPermissionDenied' }) });
    await ask(handler, { params: { sessionId }, body: JSON.stringify({ clientDigest: 'ab'.repeat(32) }) });
    await ask(handler, { params: { sessionId } });

    const { customerId } = caller;
    expect(asked).toEqual([
      { customerId, sessionId, report: { error: 'CameraPermissionDenied' } },
      { customerId, sessionId, report: { digest: 'ab'.repeat(32) } },
      { customerId, sessionId, report: {} },
    ]);
  });

  it('without a result yet is 202, with the time to ask again', async () => {
    const answer = await ask(completing({ kind: 'no-result-yet' }).handler, { params: { sessionId } });

    expect([answer.status, answer.headers['retry-after'], answer.body]).toEqual([
      202,
      '2',
      { status: 'no-result-yet' },
    ]);
  });

  it('of nobody known is 404', async () => {
    const answer = await ask(completing({ kind: 'not-found' }).handler, { params: { sessionId } });

    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
  });
});

describe('a session', () => {
  it('is shown with its attempts, but without its token', async () => {
    const handler = getLivenessSessionHandler({
      ...tools(),
      readLivenessSession: () =>
        Promise.resolve({
          kind: 'found',
          sessionId,
          correlationId,
          sessionKind: 'liveness',
          state: 'closed',
          expiresAt: retryAt,
          attemptsAllowed: 3,
          attempts: [{ attemptId: 1, outcome: 'real', digest: 'D'.repeat(64) }],
        }),
    });

    const answer = await ask(handler, { method: 'GET', params: { sessionId } });

    expect([answer.status, answer.body]).toEqual([
      200,
      {
        sessionId,
        correlationId,
        kind: 'liveness',
        state: 'closed',
        expiresAt: retryAt.toISOString(),
        attemptsAllowed: 3,
        attempts: [{ attemptId: 1, outcome: 'real' }],
      },
    ]);
  });

  it('that is deleted is answered without a body', async () => {
    const handler = deleteLivenessSessionHandler({
      ...tools(),
      deleteLivenessSession: () => Promise.resolve({ kind: 'deleted' }),
    });

    expect(await ask(handler, { method: 'DELETE', params: { sessionId } })).toMatchObject({ status: 204, body: {} });
  });

  it('that is not there is 404, in either case', async () => {
    const missing = () => Promise.resolve({ kind: 'not-found' as const });
    const reading = getLivenessSessionHandler({ ...tools(), readLivenessSession: missing });
    const deleting = deleteLivenessSessionHandler({ ...tools(), deleteLivenessSession: missing });

    for (const handler of [reading, deleting]) {
      expect(await ask(handler, { params: { sessionId } })).toMatchObject({ status: 404, body: { code: 'not-found' } });
    }
  });
});

describe('a correlation id', () => {
  const reading = (view: CorrelationView): HttpHandler =>
    getCorrelationHandler({ ...tools(), readCorrelation: () => Promise.resolve(view) });
  const resetting = (reset: Reset) => {
    const asked: unknown[] = [];
    const handler = resetCorrelationHandler({
      ...tools(),
      resetCorrelation: (request) => {
        asked.push(request);
        return Promise.resolve(reset);
      },
    });
    return { handler, asked };
  };
  const body = JSON.stringify({ reason: 'The person has a new telephone.' });

  it('is shown with what is left and from when on', async () => {
    const found = { kind: 'found', correlationId, status: 'active', remainingAttempts: 5 } as const;

    const now = await ask(reading(found), { params: { correlationId } });
    const later = await ask(reading({ ...found, nextAllowedAt: retryAt }), { params: { correlationId } });

    expect(now.body).toEqual({ correlationId, status: 'active', remainingAttempts: 5 });
    expect(later.body).toEqual({ ...now.body, nextAllowedAt: retryAt.toISOString() });
  });

  it('is the same in capital letters', async () => {
    const asked: string[] = [];
    const handler = getCorrelationHandler({
      ...tools(),
      readCorrelation: (request) => {
        asked.push(request.correlationId);
        return Promise.resolve({ kind: 'not-found' });
      },
    });

    const answer = await ask(handler, { params: { correlationId: correlationId.toUpperCase() } });

    expect([answer.status, asked]).toEqual([404, [correlationId]]);
  });

  it.each<[Reset, number, object]>([
    [{ kind: 'reset', correlationId }, 200, { status: 'reset', correlationId }],
    [{ kind: 'under-way', correlationId }, 202, { status: 'under-way', correlationId }],
    [{ kind: 'not-found' }, 404, { code: 'not-found' }],
    [{ kind: 'needs-review' }, 409, { code: 'needs-review', nextAction: 'contact-support' }],
  ])('that is reset: %o is answered %i', async (reset, status, answered) => {
    const { handler, asked } = resetting(reset);

    const answer = await ask(handler, { params: { correlationId }, body });

    expect([answer.status, answer.body]).toEqual([status, expect.objectContaining(answered)]);
    expect(asked).toEqual([{ correlationId, decidedBy: person.personId, reason: 'The person has a new telephone.' }]);
  });
});

describe('health and status', () => {
  it('health says that the process answers, and asks nobody', async () => {
    expect(await ask(getHealthHandler(), { method: 'GET' })).toMatchObject({ status: 200, body: { status: 'up' } });
  });

  it('status is what the use case found', async () => {
    const handler = getStatusHandler({
      ...tools(),
      readStatus: () =>
        Promise.resolve({
          checkedAt: startOfTests,
          dependencies: { face: { state: 'down', advice: 'Look at its key.' } },
          sweeps: { 'publish-events': { lastRanAt: startOfTests } },
        }),
    });

    expect((await ask(handler, { method: 'GET' })).body).toEqual({
      checkedAt: startOfTests.toISOString(),
      dependencies: { face: { state: 'down', advice: 'Look at its key.' } },
      sweeps: { 'publish-events': { lastRanAt: startOfTests.toISOString() } },
    });
  });
});

describe('what goes wrong', () => {
  const failing = (error: Error) => {
    const parts = tools();
    return { ...parts, handler: getStatusHandler({ ...parts, readStatus: () => Promise.reject(error) }) };
  };

  it.each([
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['not-onboarded', 403],
  ] as const)('a caller who is %s is answered %i', async (code, status) => {
    const handler = getStatusHandler({
      ...tools(),
      authentication: authentication(code),
      readStatus: () => Promise.reject(new Error('must not be asked')),
    });

    const answer = await ask(handler, { method: 'GET' });

    expect([answer.status, answer.body.code, answer.body.requestId]).toEqual([status, code, invocationId]);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined);
  });

  it('a dependency that is unwell is 503, with Retry-After, and its words go to the log', async () => {
    const { handler, log } = failing(new Unavailable('the store is full of secrets', { retryAfterSeconds: 9 }));

    const answer = await ask(handler, { method: 'GET' });

    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '9']);
    expect(JSON.stringify(answer)).not.toContain('secrets');
    expect(log.lines).toMatchObject([{ level: 'warn', event: 'dependency-unavailable' }]);
  });

  it('a mistake of ours is 500 with fixed words, and the log has the error under the same request id', async () => {
    const error = new Error('boom with secrets');
    const { handler, log } = failing(error);

    const answer = await ask(handler, { method: 'GET' });

    expect([answer.status, answer.body.code, answer.body.requestId]).toEqual([500, 'internal', invocationId]);
    expect(JSON.stringify(answer)).not.toContain('secrets');
    expect(log.lines).toEqual([{ level: 'error', event: 'request-failed', told: { error, requestId: invocationId } }]);
  });
});

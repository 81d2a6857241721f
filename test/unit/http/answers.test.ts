import { InvocationContext } from '@azure/functions';
import { Unavailable } from '../../../shared/application/errors.ts';
import type { IssueDecision } from '../../../shared/application/issue-liveness-session.ts';
import { Denied, InvalidRequest } from '../../../shared/http/errors.ts';
import { httpHandler, json, type Problem } from '../../../shared/http/http-handler.ts';
import { problem, type ProblemCode, type ProblemFacts, problems } from '../../../shared/http/problem.ts';
import { readIdempotency, sessionAnswer } from '../../../shared/http/session-request.ts';
import { attemptView } from '../../../shared/http/session-view.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { heldClock, secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { memoryLog } from '../../support/memory-log.ts';
import { aRequest } from './requests.ts';

const now = startOfTests;
const authored: Problem = (code, facts = {}) => problem(code, 'request-1', facts, now);
const bodyOf = ({ body }: { body?: unknown }): Record<string, unknown> =>
  JSON.parse(body as string) as Record<string, unknown>;

describe('a problem', () => {
  it.each(Object.keys(problems) as ProblemCode[])(
    '%s says what happened and what to do, and is not to be kept',
    (code) => {
      const answer = authored(code);

      expect(answer).toMatchObject({
        status: problems[code].status,
        headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      });
      expect(bodyOf(answer)).toEqual({
        type: `urn:liveness-abuse-monitor:problem:${code}`,
        title: problems[code].title,
        status: problems[code].status,
        detail: problems[code].detail,
        code,
        nextAction: problems[code].nextAction,
        requestId: 'request-1',
      });
    },
  );

  it.each([
    [{ retryAt: secondsAfter(now, 90.2) }, '91'],
    [{ retryAt: secondsAfter(now, -5) }, '1'],
    [{ retryAfterSeconds: 7 }, '7'],
    [{}, undefined],
  ] satisfies [ProblemFacts, string | undefined][])('turns %j into Retry-After', (facts, expected) => {
    expect(authored('wait', facts).headers).toHaveProperty('content-type');
    expect((authored('wait', facts).headers as Record<string, string>)['retry-after']).toBe(expected);
  });

  it('tells how to authenticate only when that is what is missing', () => {
    expect(authored('unauthenticated').headers).toMatchObject({ 'www-authenticate': 'Bearer' });
    expect(authored('forbidden').headers).not.toHaveProperty('www-authenticate');
  });

  it('carries the moment, the other way and the fields where there are some', () => {
    const errors = [{ pointer: '/a', detail: 'Is missing.' }];
    const facts = { retryAt: secondsAfter(now, 1), alternativePath: 'Visit a branch.', errors };

    expect(bodyOf(authored('paused', facts))).toMatchObject({ ...facts, retryAt: '2026-03-02T12:00:01.000Z' });
    expect(bodyOf(authored('invalid-request', { errors: [] }))).not.toHaveProperty('errors');
  });
});

describe('httpHandler', () => {
  const answerTo = async (error: Error) => {
    const log = memoryLog();
    const handler = httpHandler({ clock: heldClock(), log }, () => Promise.reject(error));
    const answer = await handler(aRequest(), new InvocationContext({ invocationId: 'invocation-1' }));
    return { answer: answer as { status: number; headers: Record<string, string>; body: string }, log };
  };

  it.each([
    ['the sender’s mistake', new InvalidRequest([{ pointer: '/a', detail: 'Is missing.' }]), 400, 'invalid-request'],
    ['a body that is too large', new InvalidRequest([], 'body-too-large'), 413, 'body-too-large'],
    ['a caller that nobody knows', new Denied('unauthenticated'), 401, 'unauthenticated'],
    ['a caller that may not', new Denied('forbidden'), 403, 'forbidden'],
    ['a caller that is not onboarded', new Denied('not-onboarded'), 403, 'not-onboarded'],
  ])('answers %s and logs nothing', async (_what, error, status, code) => {
    const { answer, log } = await answerTo(error);

    expect(answer.status).toBe(status);
    expect(bodyOf(answer)).toMatchObject({ code, requestId: 'invocation-1' });
    expect(log.events).toEqual([]);
  });

  it('answers an outage with the time to wait, and logs what was unwell', async () => {
    const { answer, log } = await answerTo(new Unavailable('what the service said', { retryAfterSeconds: 9 }));

    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '9' } });
    expect(answer.body).not.toContain('what the service said');
    expect(log.events).toEqual(['dependency-unavailable']);
  });

  it('answers our own mistake with a fixed sentence and the id of the invocation', async () => {
    const { answer, log } = await answerTo(new TypeError('secret of alice'));

    expect(answer.status).toBe(500);
    expect(bodyOf(answer)).toMatchObject({ code: 'internal', requestId: 'invocation-1' });
    expect(answer.body).not.toContain('alice');
    expect(log.events).toEqual(['request-failed']);
  });

  it('hands on the answer of the trigger', async () => {
    const handler = httpHandler({ clock: heldClock(), log: memoryLog() }, () => Promise.resolve(json(200, { a: 1 })));

    expect(await handler(aRequest(), new InvocationContext())).toEqual({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: '{"a":1}',
    });
  });
});

describe('the answer to a token request', () => {
  const issued: IssueDecision & { kind: 'issued' } = {
    kind: 'issued',
    sessionId: 'session-1',
    correlationId: 'correlation-1',
    authToken: 'token',
    expiresAt: now,
    attemptsAllowed: 3,
    remainingAttempts: 19,
    lockOutProtection: 'off',
    replayed: false,
  };

  it('is 201 with the token, where the session is, and whether it is a repetition', () => {
    const first = sessionAnswer(issued, authored);
    const { kind: _kind, replayed: _replayed, ...body } = issued;

    expect(first).toMatchObject({ status: 201, headers: { location: '/api/v1/liveness-sessions/session-1' } });
    expect(bodyOf(first)).toEqual({ ...body, expiresAt: now.toISOString() });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(sessionAnswer({ ...issued, replayed: true }, authored).headers).toMatchObject({
      'idempotency-replayed': 'true',
    });
  });

  const until = secondsAfter(now, 60);
  const alternativePath = 'Visit a branch.';
  it.each([
    [{ kind: 'wait', until }, 429, { code: 'wait', retryAt: until.toISOString() }],
    [{ kind: 'customer-quota', until }, 429, { code: 'customer-quota', retryAt: until.toISOString() }],
    [
      { kind: 'refused', because: 'correlation-flagged', alternativePath },
      403,
      { code: 'correlation-flagged', alternativePath, nextAction: 'contact-support' },
    ],
    [
      { kind: 'refused', because: 'device-not-familiar', alternativePath },
      403,
      { code: 'device-not-familiar', alternativePath, nextAction: 'use-alternative' },
    ],
    [
      { kind: 'refused', because: 'paused', alternativePath, until },
      403,
      { code: 'paused', alternativePath, retryAt: until.toISOString(), nextAction: 'use-alternative' },
    ],
    [{ kind: 'refused', because: 'exposure-budget', alternativePath }, 403, { code: 'exposure-budget' }],
    [{ kind: 'refused', because: 'customer-not-eligible', alternativePath }, 403, { code: 'customer-not-eligible' }],
    [{ kind: 'service-busy', retryAfterSeconds: 3 }, 503, { code: 'service-busy' }],
    [{ kind: 'bad-image', code: 'InvalidImage' }, 400, { code: 'bad-image', errors: [{ pointer: '/verifyImage' }] }],
    [{ kind: 'request-in-progress' }, 409, { code: 'request-in-progress' }],
    [{ kind: 'session-in-progress' }, 409, { code: 'session-in-progress' }],
    [{ kind: 'key-reused' }, 422, { code: 'key-reused' }],
  ] satisfies [IssueDecision, number, object][])('to %j is a problem of its own', (decision, status, body) => {
    const answer = sessionAnswer(decision, authored);

    expect(answer.status).toBe(status);
    expect(bodyOf(answer)).toMatchObject(body);
  });
});

describe('an Idempotency-Key', () => {
  const read = (key?: string) =>
    readIdempotency(aRequest({ headers: key === undefined ? {} : { 'idempotency-key': key } }), 'body', sha256Hex);

  it('stands for what was asked', () => {
    expect(read('key-1')).toEqual({ idempotency: { key: 'key-1', bodyHash: sha256Hex('body') } });
    expect(read()).toEqual({});
  });

  it.each(['two words', 'é', 'x'.repeat(256)])('must be short and printable: %s', (key) => {
    expect(() => read(key)).toThrow(InvalidRequest);
  });
});

describe('the view of an attempt', () => {
  it('tells the outcome and why, and never the digest', () => {
    expect(attemptView({ attemptId: 1, outcome: 'spoof', reason: 'integrity', digest: 'AB' })).toEqual({
      attemptId: 1,
      outcome: 'spoof',
      reason: 'integrity',
    });
    expect(attemptView({ attemptId: 2, outcome: 'technical', errorCode: 'TimedOut' })).toEqual({
      attemptId: 2,
      outcome: 'technical',
      reason: 'TimedOut',
    });
  });
});

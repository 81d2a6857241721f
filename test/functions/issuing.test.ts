// Asking for a session, in both ways: what the use case is given, and how each of its decisions is answered.

import { createLivenessSessionHandler } from '../../functions/http/create-liveness-session.ts';
import { createLivenessWithVerifySessionHandler } from '../../functions/http/create-liveness-with-verify-session.ts';
import type { IssueDecision, SessionRequest } from '../../shared/application/issue-liveness-session.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';
import { ask, caller, invocationId, tools, type Asked } from './support.ts';

const issued: IssueDecision & { kind: 'issued' } = {
  kind: 'issued',
  sessionId: 'c0ffee00-0000-4000-8000-000000000001.AAAAAAAAAAA',
  correlationId: 'c0ffee00-0000-4000-8000-000000000001',
  authToken: 'token',
  expiresAt: secondsAfter(startOfTests, 600),
  attemptsAllowed: 3,
  remainingAttempts: 19,
  lockOutProtection: 'on',
  replayed: false,
};

const alternativePath = 'Visit a branch.';
const until = secondsAfter(startOfTests, 90);

const handlerThat = (decide: (request: SessionRequest) => IssueDecision, withVerify = false) => {
  const requests: SessionRequest[] = [];
  const parts = {
    ...tools(),
    sha256Hex,
    issueLivenessSession: (request: SessionRequest) => {
      requests.push(request);
      return Promise.resolve(decide(request));
    },
  };
  const handler = withVerify ? createLivenessWithVerifySessionHandler(parts) : createLivenessSessionHandler(parts);
  return { handler, requests };
};

const body = JSON.stringify({ endUserRef: 'alice' });
const image = Buffer.alloc(2048, 7);

const formOf = async (fields: Record<string, string | Buffer>): Promise<Asked> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([new Uint8Array(value)]), 'picture.jpg');
  }
  const encoded = new Response(form);
  return {
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    body: new Uint8Array(await encoded.arrayBuffer()),
  };
};

describe('an issued token', () => {
  it('is answered with 201, where it is, and never to be cached', async () => {
    const answer = await ask(handlerThat(() => issued).handler, { body });

    expect(answer).toEqual({
      status: 201,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        location: `/api/v1/liveness-sessions/${issued.sessionId}`,
      },
      body: {
        sessionId: issued.sessionId,
        correlationId: issued.correlationId,
        authToken: 'token',
        expiresAt: '2026-03-02T12:10:00.000Z',
        attemptsAllowed: 3,
        remainingAttempts: 19,
        lockOutProtection: 'on',
      },
    });
  });

  it('says so when it takes the place of an earlier one', async () => {
    const answer = await ask(handlerThat(() => ({ ...issued, replayed: true })).handler, { body });

    expect(answer.headers['idempotency-replayed']).toBe('true');
  });
});

describe('every other decision is a problem of its own', () => {
  const refused = (because: (IssueDecision & { kind: 'refused' })['because'], when?: Date): IssueDecision => ({
    kind: 'refused',
    because,
    alternativePath,
    ...(when !== undefined && { until: when }),
  });

  it.each<[string, IssueDecision, number, object]>([
    ['wait', { kind: 'wait', until }, 429, { nextAction: 'retry-later', retryAt: until.toISOString() }],
    ['customer-quota', { kind: 'customer-quota', until }, 429, { retryAt: until.toISOString() }],
    ['correlation-flagged', refused('correlation-flagged'), 403, { nextAction: 'contact-support', alternativePath }],
    ['paused', refused('paused', until), 403, { alternativePath, retryAt: until.toISOString() }],
    ['exposure-budget', refused('exposure-budget', until), 403, { nextAction: 'use-alternative', alternativePath }],
    ['customer-not-eligible', refused('customer-not-eligible'), 403, { alternativePath }],
    ['service-busy', { kind: 'service-busy', retryAfterSeconds: 7 }, 503, { nextAction: 'retry-now' }],
    ['request-in-progress', { kind: 'request-in-progress' }, 409, { nextAction: 'retry-later' }],
    ['session-in-progress', { kind: 'session-in-progress' }, 409, {}],
    ['key-reused', { kind: 'key-reused' }, 422, {}],
    [
      'bad-image',
      { kind: 'bad-image', code: 'InvalidImage' },
      400,
      { errors: [{ pointer: '/verifyImage', detail: expect.any(String) as unknown }] },
    ],
  ])('%s', async (code, decision, status, facts) => {
    const answer = await ask(handlerThat(() => decision).handler, { body });

    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `urn:liveness-abuse-monitor:problem:${code}`,
      status,
      code,
      requestId: invocationId,
      ...facts,
    });
  });

  it.each<[string, IssueDecision, string | undefined]>([
    ['the moment at which asking again helps', { kind: 'wait', until }, '90'],
    ['what the busy service said', { kind: 'service-busy', retryAfterSeconds: 7 }, '7'],
    ['a moment for the request under way to end', { kind: 'request-in-progress' }, '2'],
    ['nothing, when time does not help', { kind: 'session-in-progress' }, undefined],
  ])('Retry-After is %s', async (_what, decision, seconds) => {
    const answer = await ask(handlerThat(() => decision).handler, { body });

    expect(answer.headers['retry-after']).toBe(seconds);
  });
});

describe('what the use case is asked', () => {
  it('names caller, end user and device, and a mode that the caller may leave out', async () => {
    const { handler, requests } = handlerThat(() => issued);

    await ask(handler, { body: JSON.stringify({ endUserRef: 'alice', deviceId: 'phone', clientIp: '2001:db8::1' }) });

    expect(requests).toEqual([
      { caller, kind: 'liveness', endUserRef: 'alice', deviceId: 'phone', operationMode: 'PassiveActive' },
    ]);
  });

  it('has the picture that comes as multipart', async () => {
    const { handler, requests } = handlerThat(() => issued, true);

    const asked = await formOf({ endUserRef: 'alice', operationMode: 'Passive', verifyImage: image });
    const answer = await ask(handler, asked);

    expect(answer.status).toBe(201);
    expect(requests).toMatchObject([{ kind: 'liveness-with-verify', endUserRef: 'alice', operationMode: 'Passive' }]);
    expect(Buffer.from(requests[0]?.verifyImage ?? []).equals(image)).toBe(true);
  });

  it('has one hash for one content, whatever the order of its fields and the spaces between them', async () => {
    const { handler, requests } = handlerThat(() => issued);
    const headers = { 'idempotency-key': 'key-1' };

    await ask(handler, { headers, body: '{"endUserRef":"alice","platform":"ios","appVersion":"1"}' });
    await ask(handler, { headers, body: '{ "appVersion": "1", "platform": "ios", "endUserRef": "alice" }' });
    await ask(handler, { headers, body: '{"endUserRef":"alice","platform":"web","appVersion":"1"}' });

    const [first, reordered, other] = requests.map(({ idempotency }) => idempotency);
    expect(first?.key).toBe('key-1');
    expect(reordered).toEqual(first);
    expect(other?.bodyHash).not.toBe(first?.bodyHash);
  });

  it('has another hash for another picture', async () => {
    const { handler, requests } = handlerThat(() => issued, true);
    for (const filling of [7, 7, 8]) {
      const asked = await formOf({ endUserRef: 'alice', verifyImage: Buffer.alloc(2048, filling) });
      await ask(handler, { ...asked, headers: { ...asked.headers, 'idempotency-key': 'key-1' } });
    }

    const [first, same, other] = requests.map(({ idempotency }) => idempotency?.bodyHash);
    expect(same).toBe(first);
    expect(other).not.toBe(first);
  });
});

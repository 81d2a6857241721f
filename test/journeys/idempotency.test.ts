// A client that did not hear the answer asks again: with its Idempotency-Key it gets one token in the end, and one unit
// of budget is used. Without a key, a device may take the place of its own unused token.

import { playAttempt, startSession } from '../../local/face/device.ts';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { eventually, startApp, type Answer, type IssuedSession, type RunningApp } from './running-app.ts';

const SESSIONS = '/api/v1/liveness-sessions';
/** What is left of 22 while one token, good for three tries, is out. */
const LEFT_WITH_ONE_TOKEN = 19;

let app: RunningApp;

beforeAll(async () => {
  app = await startApp();
}, 60_000);

afterEach(() => {
  app.cloud.face.faults.clear();
  app.cloud.cosmos.faults.clear();
});

afterAll(() => app.stop());

const ask = (endUserRef: string, key?: string, fields: Record<string, unknown> = {}): Promise<Answer> =>
  app.call('POST', SESSIONS, {
    body: { endUserRef, ...fields },
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });

const issuedIn = ({ status, body }: Answer): IssuedSession => {
  expect(status).toBe(201);
  return body as unknown as IssuedSession;
};

const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';
const summary = ({ status, body }: Answer): unknown[] => [status, body.code];

/** Whether a device can still do something with the token; asking uses it up. */
const isAlive = async ({ authToken }: IssuedSession): Promise<boolean> => {
  const { endpoint } = app.cloud.face;
  return (await playAttempt({ endpoint, authToken, person: 'anybody', media: 'live' })).kind === 'played';
};

const outstanding = async ({ correlationId }: IssuedSession): Promise<string[]> =>
  (await app.history(correlationId)).outstanding.map(({ sessionId }) => sessionId);

describe('a request with a key that comes again', () => {
  it('while the first is under way is told to wait for it', async () => {
    app.cloud.face.faults.add({ operation: 'create', latencyMs: 30_000, times: 1 });
    const first = ask('under way', 'key-under-way');
    await eventually(async () => (await app.documents(keyDocuments, 'client-applications')).length === 1);

    const second = await ask('under way', 'key-under-way');
    let ended = false;
    void first.finally(() => (ended = true));
    await eventually(async () => {
      await app.advance(10);
      return ended;
    });

    expect(summary(second)).toEqual([409, 'request-in-progress']);
    expect(second.headers.get('retry-after')).toBe('2');
    expect(isReplay(await first)).toBe(false);
    expect(await isAlive(issuedIn(await first))).toBe(true);
  });

  it('later gets a fresh token; the earlier one is dead, and its budget is back', async () => {
    const first = await ask('came again', 'key-again');
    const again = await ask('came again', 'key-again');

    const [earlier, fresh] = [issuedIn(first), issuedIn(again)];
    expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
    expect(fresh.sessionId).not.toBe(earlier.sessionId);
    expect([first.body.remainingAttempts, again.body.remainingAttempts]).toEqual([
      LEFT_WITH_ONE_TOKEN,
      LEFT_WITH_ONE_TOKEN,
    ]);
    expect(await outstanding(fresh)).toEqual([fresh.sessionId]);
    expect([await isAlive(earlier), await isAlive(fresh)]).toEqual([false, true]);
    // A token that was taken back is not one that somebody gave up.
    const ledger = await app.documents(
      `SELECT c.type FROM c WHERE c.documentKind = 'attempt' AND c.sessionId = '${earlier.sessionId}'`,
    );
    expect(ledger).toEqual([{ type: 'session.closed' }]);
  });

  it('many times one after the other always leaves one token', async () => {
    const answers: Answer[] = [];
    for (let time = 0; time < 5; time += 1) answers.push(await ask('many times', 'key-many'));

    const sessions = answers.map(issuedIn);
    expect(answers.map(isReplay)).toEqual([false, true, true, true, true]);
    expect(await outstanding(sessions[0]!)).toEqual([sessions.at(-1)?.sessionId]);
  });

  it('many times at once leaves one token, and the others are told to wait', async () => {
    const first = issuedIn(await ask('at once', 'key-at-once'));

    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('at once', 'key-at-once')));

    const issued = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ body }) => body.code === 'request-in-progress');
    expect(issued.length).toBeGreaterThanOrEqual(1);
    expect(issued.length + waiting.length).toBe(8);
    expect(await outstanding(first)).toHaveLength(1);
    expect(await isAlive(first)).toBe(false);
  });

  it('after the device has begun is too late, and the token goes on', async () => {
    const session = issuedIn(await ask('has begun', 'key-begun'));
    await startSession({ endpoint: app.cloud.face.endpoint, authToken: session.authToken });

    const again = await ask('has begun', 'key-begun');
    const oncemore = await ask('has begun', 'key-begun');

    expect([again, oncemore].map(summary)).toEqual([
      [409, 'session-in-progress'],
      [409, 'session-in-progress'],
    ]);
    expect(await isAlive(session)).toBe(true);
  });

  it('after the check has ended is too late as well', async () => {
    const session = issuedIn(await ask('has ended', 'key-ended'));
    await app.play(session, { media: 'live' });
    await app.complete(session);
    await eventually(async () => (await outstanding(session)).length === 0);

    expect(summary(await ask('has ended', 'key-ended'))).toEqual([409, 'session-in-progress']);
  });

  it('with another body is a mistake of the client', async () => {
    const session = issuedIn(await ask('one body', 'key-body'));

    const otherUser = await ask('another body', 'key-body');
    const otherField = await ask('one body', 'key-body', { platform: 'ios' });
    const form = new FormData();
    form.append('endUserRef', 'one body');
    form.append('verifyImage', new Blob([new Uint8Array(makeVerifyImage('alice'))]), 'alice.jpg');
    const otherRoute = await app.call('POST', '/api/v1/liveness-with-verify-sessions', {
      body: form,
      headers: { 'idempotency-key': 'key-body' },
    });

    for (const answer of [otherUser, otherField, otherRoute]) expect(summary(answer)).toEqual([422, 'key-reused']);
    expect(await isAlive(session)).toBe(true);
  });

  it('from another client application is another request', async () => {
    const session = issuedIn(await ask('two applications', 'key-shared'));
    const otherClient = defaultConfiguration.tenants[0]?.clients[1]?.clientId ?? '';

    const answer = await app.call('POST', SESSIONS, {
      body: { endUserRef: 'somebody else' },
      token: await app.cloud.identity.appToken(otherClient),
      headers: { 'idempotency-key': 'key-shared' },
    });

    expect([answer.status, isReplay(answer)]).toEqual([201, false]);
    expect(await isAlive(session)).toBe(true);
  });

  it('after a day is a new request', async () => {
    const session = issuedIn(await ask('a day later', 'key-day'));
    await app.advance(86_400 - 60);
    const almost = await ask('another body a day later', 'key-day');
    await app.advance(120);

    const answer = await ask('another body a day later', 'key-day');

    expect(summary(almost)).toEqual([422, 'key-reused']);
    expect([answer.status, isReplay(answer)]).toEqual([201, false]);
    expect(answer.body.sessionId).not.toBe(session.sessionId);
  });
});

describe('a key whose request brought no token', () => {
  it.each([
    ['Face was busy', 'service-busy', { status: 429 }],
    ['Face was down', 'unavailable', { status: 500 }],
  ])('may be used again: %s', async (what, code, fault) => {
    const key = `key-${code}`;
    app.cloud.face.faults.add({ operation: 'create', ...fault, times: 1 });

    const refused = await ask(what, key);
    const again = await ask(what, key);

    expect(summary(refused)).toEqual([503, code]);
    expect([again.status, isReplay(again)]).toEqual([201, false]);
  });

  it('may be used again: two tokens were out already', async () => {
    const sessions = [await app.issue('two are out'), await app.issue('two are out')];

    const refused = await ask('two are out', 'key-wait');
    for (const session of sessions) await app.call('DELETE', `${SESSIONS}/${session.sessionId}`);
    await eventually(async () => (await outstanding(sessions[0]!)).length === 0);
    const again = await ask('two are out', 'key-wait');

    expect(summary(refused)).toEqual([429, 'wait']);
    expect([again.status, isReplay(again)]).toEqual([201, false]);
  });

  it('still stands for the earlier token when Face could not be asked about it', async () => {
    const earlier = issuedIn(await ask('not asked', 'key-not-asked'));
    app.cloud.face.faults.add({ operation: 'get', status: 500, times: 1 });

    const failed = await ask('not asked', 'key-not-asked');
    const again = await ask('not asked', 'key-not-asked');

    expect(summary(failed)).toEqual([503, 'unavailable']);
    expect([again.status, isReplay(again)]).toEqual([201, true]);
    expect(await outstanding(earlier)).toEqual([again.body.sessionId]);
    expect(await isAlive(earlier)).toBe(false);
  });
});

describe('at two alive tokens', () => {
  const phone = { deviceId: 'phone' };
  /** Two tokens of one device, ten seconds apart. */
  const twoTokens = async (user: string): Promise<[IssuedSession, IssuedSession]> => {
    const first = await app.issue(user, phone);
    await app.advance(10);
    return [first, await app.issue(user, phone)];
  };
  const secondsUntilRetry = ({ body }: Answer): number =>
    Math.round((Date.parse(String(body.retryAt)) - Date.now()) / 1000);

  it('the device that has them replaces the older when it is 15 seconds old', async () => {
    const [older, newer] = await twoTokens('replaces');

    const atOnce = await ask('replaces', undefined, phone);
    await app.advance(5);
    const later = await ask('replaces', undefined, phone);

    expect(summary(atOnce)).toEqual([429, 'wait']);
    expect(secondsUntilRetry(atOnce)).toBeLessThanOrEqual(5);
    expect([later.status, later.body.remainingAttempts]).toEqual([201, 16]);
    expect((await outstanding(newer)).sort()).toEqual([newer.sessionId, String(later.body.sessionId)].sort());
    expect([await isAlive(older), await isAlive(newer)]).toEqual([false, true]);
  });

  it.each([
    ['another device', { deviceId: 'tablet' }],
    ['a device that does not say who it is', {}],
  ])('%s waits for the end of the first', async (who, fields) => {
    const [older, newer] = await twoTokens(who);
    await app.advance(60);

    const answer = await ask(who, undefined, fields);

    expect(summary(answer)).toEqual([429, 'wait']);
    expect(secondsUntilRetry(answer)).toBeGreaterThan(500);
    expect([await isAlive(older), await isAlive(newer)]).toEqual([true, true]);
  });

  it('a token that the device has begun to use is not replaced', async () => {
    const [older] = await twoTokens('begun already');
    await startSession({ endpoint: app.cloud.face.endpoint, authToken: older.authToken });
    await app.advance(20);

    const answer = await ask('begun already', undefined, phone);

    expect(summary(answer)).toEqual([429, 'wait']);
    expect(await isAlive(older)).toBe(true);
  });
});

const keyDocuments = `SELECT * FROM c WHERE c.documentKind = 'idempotency-key'`;

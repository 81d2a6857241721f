// What is sent may be anything: each mistake gets an answer that names the field, tells nothing back, and is never 500.
// And when Face fails, nothing is counted.

import { randomUUID } from 'node:crypto';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import { eventually, startApp, type Answer, type RunningApp } from './running-app.ts';

const SESSIONS = '/api/v1/liveness-sessions';
const VERIFY_SESSIONS = '/api/v1/liveness-with-verify-sessions';
const JSON_LIMIT = 64 * 1024;
const IMAGE_LIMIT = 6 * 1024 * 1024;

/** In everything that is sent here, and never in an answer. */
const SECRET = 'sent-by-alice';
const ref = `${SECRET}@example.com`;

let app: RunningApp;

beforeAll(async () => {
  app = await startApp();
}, 60_000);

afterAll(() => app.stop());

interface FieldError {
  pointer: string;
  detail: string;
}

const expectProblem = (answer: Answer, status: number, code: string): FieldError[] => {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(answer.body)).not.toContain(SECRET);
  return (answer.body.errors ?? []) as FieldError[];
};

const expectInvalid = (answer: Answer, pointers: readonly string[]): void => {
  const errors = expectProblem(answer, 400, 'invalid-request');
  expect(errors.map(({ pointer }) => pointer).sort()).toEqual([...pointers].sort());
  for (const { detail } of errors) expect(detail).toMatch(/^\w.+\.$/);
};

const postJson = (path: string, text: string | Uint8Array, contentType = 'application/json'): Promise<Answer> =>
  app.call('POST', path, { body: text, headers: { 'content-type': contentType } });

describe('the JSON of a token request', () => {
  it.each<[string, string | Uint8Array]>([
    ['is cut off', `{"endUserRef": "${ref}`],
    ['is not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['is followed by something', `{"endUserRef":"${ref}"} {}`],
    ['is a list', `["${ref}"]`],
    ['is a text', `"${ref}"`],
    ['is null', 'null'],
    ['is a number', '7'],
  ])('as a whole: %s', async (_what, text) => {
    expectInvalid(await postJson(SESSIONS, text), ['']);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['nothing at all', {}, ['/endUserRef']],
    ['no reference', { deviceId: SECRET }, ['/endUserRef']],
    ['an empty reference', { endUserRef: '' }, ['/endUserRef']],
    ['a reference of 257 characters', { endUserRef: SECRET.padEnd(257, 'x') }, ['/endUserRef']],
    ['a reference that is a number', { endUserRef: 7 }, ['/endUserRef']],
    ['a reference that is null', { endUserRef: null }, ['/endUserRef']],
    ['a reference that is a list', { endUserRef: [ref] }, ['/endUserRef']],
    ['an empty device', { endUserRef: ref, deviceId: '' }, ['/deviceId']],
    ['a device of 257 characters', { endUserRef: ref, deviceId: SECRET.padEnd(257, 'x') }, ['/deviceId']],
    ['a platform that does not exist', { endUserRef: ref, platform: SECRET }, ['/platform']],
    ['a mode that does not exist', { endUserRef: ref, operationMode: SECRET }, ['/operationMode']],
    ['an address that is a name', { endUserRef: ref, clientIp: SECRET }, ['/clientIp']],
    ['an address out of range', { endUserRef: ref, clientIp: '256.0.0.1' }, ['/clientIp']],
    ['an address with a port', { endUserRef: ref, clientIp: '192.0.2.1:443' }, ['/clientIp']],
    ['a range of addresses', { endUserRef: ref, clientIp: '192.0.2.0/24' }, ['/clientIp']],
    ['a version of 65 characters', { endUserRef: ref, appVersion: SECRET.padEnd(65, 'x') }, ['/appVersion']],
    ['a field that is not known', { endUserRef: ref, colour: SECRET }, ['/colour']],
    ['a name that needs escaping', { endUserRef: ref, 'a/b~c': SECRET }, ['/a~1b~0c']],
    [
      'several mistakes, told together',
      { endUserRef: '', platform: SECRET, clientIp: SECRET, colour: SECRET, size: 7 },
      ['/endUserRef', '/platform', '/clientIp', '/colour', '/size'],
    ],
  ])('has %s', async (_what, body, pointers) => {
    expectInvalid(await app.call('POST', SESSIONS, { body }), pointers);
  });

  it('has a field named __proto__', async () => {
    expectInvalid(await postJson(SESSIONS, `{"endUserRef":"${ref}","__proto__":{"customerId":"${SECRET}"}}`), [
      '/__proto__',
    ]);
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=b'])(
    'is called %s',
    async (contentType) => {
      expectProblem(await postJson(SESSIONS, `{"endUserRef":"${ref}"}`, contentType), 415, 'unsupported-media-type');
    },
  );

  it('is over 64 KB', async () => {
    const atLimit = JSON.stringify({ endUserRef: SECRET.padEnd(JSON_LIMIT - '{"endUserRef":""}'.length, 'x') });
    expect(atLimit).toHaveLength(JSON_LIMIT);

    expectInvalid(await postJson(SESSIONS, atLimit), ['/endUserRef']);
    expectProblem(await postJson(SESSIONS, `${atLimit} `), 413, 'body-too-large');
  });

  it('is right, at every edge of what is permitted', async () => {
    const body = {
      endUserRef: 'é'.repeat(256),
      deviceId: 'x'.repeat(256),
      platform: 'web',
      appVersion: 'x'.repeat(64),
      sdkVersion: '1',
      clientIp: '2001:db8::ffff:192.0.2.1',
      operationMode: 'Passive',
    };

    const answer = await postJson(SESSIONS, JSON.stringify(body), 'Application/JSON; charset=utf-8');

    expect(answer.status).toBe(201);
  });
});

describe('the form of a token request with verify image', () => {
  const formOf = (fields: readonly [string, string | Buffer][]): FormData => {
    const form = new FormData();
    for (const [name, value] of fields) {
      if (typeof value === 'string') form.append(name, value);
      else form.append(name, new Blob([new Uint8Array(value)], { type: 'image/jpeg' }), `${SECRET}.jpg`);
    }
    return form;
  };
  const post = (...fields: [string, string | Buffer][]): Promise<Answer> =>
    app.call('POST', VERIFY_SESSIONS, { body: formOf(fields) });
  const portrait = makeVerifyImage('alice');
  const portraitOf = (bytes: number): Buffer => Buffer.concat([portrait, Buffer.alloc(bytes)]).subarray(0, bytes);
  const who: [string, string] = ['endUserRef', ref];

  it.each<[string, [string, string | Buffer][], string[]]>([
    ['lacks the image', [who], ['/verifyImage']],
    ['has an image under 1 KB', [who, ['verifyImage', portraitOf(1023)]], ['/verifyImage']],
    ['has an empty image', [who, ['verifyImage', Buffer.alloc(0)]], ['/verifyImage']],
    ['has the image twice', [who, ['verifyImage', portrait], ['verifyImage', portrait]], ['/verifyImage']],
    ['has the image as text', [who, ['verifyImage', SECRET.repeat(100)]], ['/verifyImage']],
    ['has the reference twice', [who, who, ['verifyImage', portrait]], ['/endUserRef']],
    [
      'has the reference as a file',
      [
        ['endUserRef', portrait],
        ['verifyImage', portrait],
      ],
      ['/endUserRef'],
    ],
    ['has a file too many', [who, ['verifyImage', portrait], ['selfie', portrait]], ['/selfie']],
    ['lacks the reference', [['verifyImage', portrait]], ['/endUserRef']],
    [
      'has an empty reference',
      [
        ['endUserRef', ''],
        ['verifyImage', portrait],
      ],
      ['/endUserRef'],
    ],
    ['has a field that is not known', [who, ['colour', SECRET], ['verifyImage', portrait]], ['/colour']],
    ['has a wrong address', [who, ['clientIp', SECRET], ['verifyImage', portrait]], ['/clientIp']],
  ])('%s', async (_what, fields, pointers) => {
    expectInvalid(await post(...fields), pointers);
  });

  it('has a field called like something that every object has', async () => {
    const answer = await post(who, ['constructor', SECRET], ['verifyImage', portrait]);

    expect(expectProblem(answer, 400, 'invalid-request')).toEqual([
      { pointer: '/constructor', detail: 'Is not known.' },
    ]);
  });

  it.each([
    ['shows nobody', makeVerifyImage('nobody')],
    ['shows two people', Buffer.concat([makeVerifyImage('alice'), makeVerifyImage('bob')])],
    ['is no picture', Buffer.alloc(2048, 'text')],
  ])('has an image that %s, and nothing is counted', async (_what, image) => {
    const user = `${SECRET}-${randomUUID()}`;
    const answer = await post(['endUserRef', user], ['verifyImage', image]);

    const errors = expectProblem(answer, 400, 'bad-image');
    const next = await post(['endUserRef', user], ['verifyImage', portrait]);
    expect(errors).toEqual([{ pointer: '/verifyImage', detail: expect.any(String) as string }]);
    expect(next.body.remainingAttempts).toBe(19);
  });

  it('has an image over 6 MB, by one byte or by far', async () => {
    for (const bytes of [IMAGE_LIMIT + 1, IMAGE_LIMIT + 200_000]) {
      const answer = await post(who, ['verifyImage', portraitOf(bytes)]);
      expectProblem(answer, 413, 'body-too-large');
    }
  });

  it('is right with the smallest and the largest image', async () => {
    for (const bytes of [1024, IMAGE_LIMIT]) {
      const answer = await post(['endUserRef', `${SECRET}-${bytes}`], ['verifyImage', portraitOf(bytes)]);
      expect(answer.status).toBe(201);
    }
  });

  it.each([
    ['has no boundary', 'multipart/form-data', '--b\r\n'],
    ['has another boundary', 'multipart/form-data; boundary=c', '--b\r\n\r\n--b--'],
    [
      'is cut off',
      'multipart/form-data; boundary=b',
      `--b\r\nContent-Disposition: form-data; name="endUserRef"\r\n\r\n${ref}`,
    ],
    ['has no names', 'multipart/form-data; boundary=b', `--b\r\nX: y\r\n\r\n${ref}\r\n--b--\r\n`],
    ['is empty', 'multipart/form-data; boundary=b', ''],
  ])('is malformed: it %s', async (_what, contentType, text) => {
    expectInvalid(await postJson(VERIFY_SESSIONS, text, contentType), ['']);
  });

  it('is sent as JSON, or to the route that takes JSON', async () => {
    const asJson = await app.call('POST', VERIFY_SESSIONS, { body: { endUserRef: ref } });
    const elsewhere = await app.call('POST', SESSIONS, { body: formOf([who]) });

    expectProblem(asJson, 415, 'unsupported-media-type');
    expectProblem(elsewhere, 415, 'unsupported-media-type');
  });
});

describe('the Idempotency-Key', () => {
  it.each([
    ['is empty', ''],
    ['has a space', `${SECRET} 1`],
    ['has 256 characters', SECRET.padEnd(256, 'x')],
    ['is not ASCII', `${SECRET}-é`],
  ])('%s', async (_what, key) => {
    const answer = await app.call('POST', SESSIONS, { body: { endUserRef: ref }, headers: { 'idempotency-key': key } });
    expectInvalid(answer, ['header:idempotency-key']);
  });
});

describe('ids in the path', () => {
  const callsOf = (sessionId: string): Promise<Answer[]> =>
    Promise.all([
      app.call('GET', `${SESSIONS}/${sessionId}`),
      app.call('DELETE', `${SESSIONS}/${sessionId}`),
      app.call('POST', `${SESSIONS}/${sessionId}/completion`, { body: {} }),
    ]);

  it.each([
    ['is of nobody', `${randomUUID()}.AAAAAAAAAAA`],
    ['is no session id', SECRET],
    ['has capitals', `${randomUUID().toUpperCase()}.AAAAAAAAAAA`],
    ['has characters that stores forbid', 'a%23b%3Fc%5Cd'],
    ['is of another script', '%F0%9F%92%A9'],
  ])('a session id that %s is not found', async (_what, sessionId) => {
    for (const answer of await callsOf(sessionId)) expectProblem(answer, 404, 'not-found');
  });

  it('a session id of 129 characters is refused', async () => {
    for (const answer of await callsOf('x'.repeat(129))) expectInvalid(answer, ['path:sessionId']);
  });

  it.each([SECRET, '00000000', '%7B%7D', `${randomUUID()}0`])('a correlation id %s is refused', async (id) => {
    expectInvalid(await app.call('GET', `/api/v1/correlations/${id}`), ['path:correlationId']);
  });

  it('a correlation id of nobody is not found', async () => {
    expectProblem(await app.call('GET', `/api/v1/correlations/${randomUUID()}`), 404, 'not-found');
  });
});

describe('the report of a completion', () => {
  const complete = (text: string, contentType?: string): Promise<Answer> =>
    postJson(`${SESSIONS}/${randomUUID()}.AAAAAAAAAAA/completion`, text, contentType);

  it.each<[string, string, string[]]>([
    ['is no JSON', SECRET, ['']],
    ['has a digest that is too short', '{"clientDigest":"abc"}', ['/clientDigest']],
    ['has a digest that is no digest', `{"clientDigest":"${SECRET.padEnd(64, '0')}"}`, ['/clientDigest']],
    ['has a digest that is a number', '{"clientDigest":7}', ['/clientDigest']],
    ['has a sentence as an error', `{"clientError":"it is ${SECRET}"}`, ['/clientError']],
    ['has a decision of its own', '{"decision":"passed"}', ['/decision']],
  ])('%s', async (_what, text, pointers) => {
    expectInvalid(await complete(text), pointers);
  });

  it('has another content type', async () => {
    expectProblem(await complete(SECRET, 'text/plain'), 415, 'unsupported-media-type');
  });
});

describe('when Face fails, nothing is counted', () => {
  /** Asked before anything else here: Face does not answer it, and meanwhile the others come and go. */
  let unanswered: Promise<Answer>;

  let unansweredId: string;

  beforeAll(async () => {
    unansweredId = await known('unanswered');
    app.cloud.face.faults.add({ operation: 'create', hang: true, times: 1 });
    unanswered = ask('unanswered');
    await eventually(async () => (await app.history(unansweredId)).outstanding.length === 1);
  });

  const ask = (user: string): Promise<Answer> =>
    app.call('POST', SESSIONS, { body: { endUserRef: `${SECRET}-${user}` } });

  /** An end user with a correlation id and a full budget. */
  const known = async (user: string): Promise<string> => {
    const session = await app.issue(`${SECRET}-${user}`);
    await app.complete(session, { clientError: 'CameraPermissionDenied' });
    await eventually(async () => (await app.history(session.correlationId)).outstanding.length === 0);
    return session.correlationId;
  };

  const expectNothingCounted = async (correlationId: string): Promise<void> => {
    expect((await app.history(correlationId)).outstanding).toEqual([]);
    const { body } = await app.call('GET', `/api/v1/correlations/${correlationId}`);
    expect(body).toMatchObject({ status: 'active', remainingAttempts: 22 });
    expect(body).not.toHaveProperty('nextAllowedAt');
  };

  it('too many calls a second: 503 service-busy with its Retry-After', async () => {
    const correlationId = await known('busy');
    app.cloud.face.faults.add({ operation: 'create', status: 429, retryAfterSeconds: 7, times: 1 });

    const answer = await ask('busy');

    expectProblem(answer, 503, 'service-busy');
    expect(answer.headers.get('retry-after')).toBe('7');
    await expectNothingCounted(correlationId);
  });

  it.each([
    ['answers 500', { status: 500 }],
    ['answers 503', { status: 503 }],
    ['has no approval for liveness', { status: 403 }],
    ['does not know our key', { status: 401 }],
    ['cuts the line', { drop: 'before' as const }],
    ['makes a session, and the answer is lost', { drop: 'after' as const }],
  ])('it %s: 503, and the reservation is given back', async (what, fault) => {
    const correlationId = await known(what);
    app.cloud.face.faults.add({ operation: 'create', ...fault, times: 1 });

    const answer = await ask(what);

    expectProblem(answer, 503, 'unavailable');
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await expectNothingCounted(correlationId);
  });

  it('it does not answer in time: 503, and the reservation is given back', async () => {
    const answer = await unanswered;

    expectProblem(answer, 503, 'unavailable');
    await expectNothingCounted(unansweredId);
  }, 30_000);
});

describe('the quota of a customer', () => {
  it('used up is 429 until the next UTC midnight, and the reservation is given back', async () => {
    const customer = app.cloud.database.container('customers').item('customer', 'contoso');
    const first = await app.issue(`${SECRET}-quota`);
    await customer.patch([{ op: 'set', path: '/dailySessionQuota', value: 1 }]);

    const answer = await app.call('POST', SESSIONS, { body: { endUserRef: `${SECRET}-quota` } });
    const now = Date.now();
    const newcomer = await app.call('POST', SESSIONS, { body: { endUserRef: `${SECRET}-newcomer` } });
    await customer.patch([{ op: 'set', path: '/dailySessionQuota', value: 100_000 }]);

    expectProblem(answer, 429, 'customer-quota');
    expectProblem(newcomer, 429, 'customer-quota');
    const midnight = new Date(now).setUTCHours(24, 0, 0, 0);
    expect(answer.body.retryAt).toBe(new Date(midnight).toISOString());
    expect(Math.abs(Number(answer.headers.get('retry-after')) - (midnight - now) / 1000)).toBeLessThan(5);
    const { outstanding } = await app.history(first.correlationId);
    expect(outstanding.map(({ sessionId }) => sessionId)).toEqual([first.sessionId]);
  });

  it('is not used up by sessions that Face did not make', async () => {
    const customer = app.cloud.database.container('customers').item('customer', 'contoso');
    await app.advance(86_400);
    await customer.patch([{ op: 'set', path: '/dailySessionQuota', value: 1 }]);
    for (const fault of [{ status: 429 }, { status: 500 }, { drop: 'before' as const }]) {
      app.cloud.face.faults.add({ operation: 'create', ...fault, times: 1 });
      const { status } = await app.call('POST', SESSIONS, { body: { endUserRef: `${SECRET}-outage` } });
      expect(status).toBe(503);
    }

    const answer = await app.call('POST', SESSIONS, { body: { endUserRef: `${SECRET}-outage` } });

    expect(answer.status).toBe(201);
  });

  it('is full again on the next day', async () => {
    const customer = app.cloud.database.container('customers').item('customer', 'contoso');
    await customer.patch([{ op: 'set', path: '/dailySessionQuota', value: 1 }]);
    await app.advance(86_400);

    const answers = [
      await app.call('POST', SESSIONS, { body: { endUserRef: `${SECRET}-next-day` } }),
      await app.call('POST', SESSIONS, { body: { endUserRef: `${SECRET}-next-day` } }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([201, 429]);
  });
});

describe('nothing of all this', () => {
  it('was a mistake of ours: no answer was 500, and no log record says otherwise', () => {
    expect(app.logs.filter(({ level }) => level === 'error' || level === 'critical')).toEqual([]);
  });

  it('is in the log', () => {
    expect(app.logs.length).toBeGreaterThan(0);
    expect(app.logs.filter((record) => JSON.stringify(record).includes(SECRET))).toEqual([]);
  });
});

import { makeVerifyImage } from '../../../local/face/verify-image.ts';
import {
  aClient,
  aFace,
  createSession,
  createVerifySession,
  type FaceUnderTest,
  session,
  sessionBody,
  sessions,
  stopAll,
  verifySession,
  verifySessions,
} from './support.ts';

let test: FaceUnderTest;

beforeAll(async () => {
  test = await aFace();
});

afterAll(stopAll);

const faceError = (code: string) => ({ error: { code, message: expect.stringMatching(/\w/) as string } });

it.each([
  { field: 'livenessOperationMode', value: 'Active', code: 'InvalidLivenessOperationMode' },
  { field: 'livenessOperationMode', value: undefined, code: 'InvalidLivenessOperationMode' },
  { field: 'deviceCorrelationId', value: undefined, code: 'InvalidDeviceCorrelationId' },
  { field: 'deviceCorrelationId', value: '', code: 'InvalidDeviceCorrelationId' },
  { field: 'deviceCorrelationId', value: 'x'.repeat(65), code: 'InvalidDeviceCorrelationId' },
  { field: 'authTokenTimeToLiveInSeconds', value: 59, code: 'InvalidTokenLifetime' },
  { field: 'authTokenTimeToLiveInSeconds', value: 86_401, code: 'InvalidTokenLifetime' },
  { field: 'authTokenTimeToLiveInSeconds', value: 60.5, code: 'InvalidTokenLifetime' },
  { field: 'enableSessionImage', value: 'yes', code: 'InvalidRequestBody' },
  { field: 'deviceCorrelationIdSetInClient', value: true, code: 'InvalidRequestBody' },
  { field: 'userCorrelationId', value: 'only in v1.3', code: 'InvalidRequestBody' },
])('refuses a session with $field $value as $code', async ({ field, value, code }) => {
  const answer = await test.client.path(sessions).post({ body: { ...sessionBody, [field]: value } });

  expect(answer.status).toBe('400');
  expect(answer.body).toEqual(faceError(code));
  expect(answer.headers).toMatchObject({ 'x-ms-error-code': code });
});

it.each([
  { what: 'bytes that are no JSON', contentType: 'application/json', body: '{"livenessOperationMode"' },
  { what: 'JSON that is no object', contentType: 'application/json', body: '[]' },
  { what: 'another content type', contentType: 'text/plain', body: JSON.stringify(sessionBody) },
])('refuses $what as a request body', async ({ contentType, body }) => {
  const answer = await fetch(`${test.face.endpoint}/face/v1.2${sessions}`, {
    method: 'POST',
    headers: { 'content-type': contentType, 'ocp-apim-subscription-key': test.face.key },
    body,
  });

  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual(faceError('InvalidRequestBody'));
});

it.each([
  { what: 'smaller than 1 KB', image: makeVerifyImage('alice').subarray(0, 1023), code: 'InvalidImageSize' },
  { what: 'larger than 6 MB', image: Buffer.alloc(6 * 1024 * 1024 + 1, 'person:alice '), code: 'InvalidImageSize' },
  { what: 'far larger than 6 MB', image: Buffer.alloc(8 * 1024 * 1024, 'person:alice '), code: 'InvalidImageSize' },
  { what: 'of nobody', image: makeVerifyImage('nobody'), code: 'InvalidImage' },
  { what: 'of two people', image: Buffer.concat(['alice', 'bob'].map(makeVerifyImage)), code: 'InvalidImage' },
  { what: 'of no known format', image: Buffer.alloc(2000, 'x'), code: 'InvalidImage' },
])('refuses a verify image $what as $code', async ({ image, code }) => {
  const answer = await createVerifySession(test.client, { image });

  expect(answer.status).toBe('400');
  expect(answer.body).toEqual(faceError(code));
});

it.each([
  { field: 'authTokenTimeToLiveInSeconds', value: '59', code: 'InvalidTokenLifetime' },
  { field: 'authTokenTimeToLiveInSeconds', value: 'soon', code: 'InvalidTokenLifetime' },
  { field: 'deviceCorrelationId', value: '', code: 'InvalidDeviceCorrelationId' },
  { field: 'verifyConfidenceThreshold', value: '1.5', code: 'InvalidRequestBody' },
  { field: 'returnVerifyImageHash', value: 'yes', code: 'InvalidRequestBody' },
])('refuses the part $field $value as $code', async ({ field, value, code }) => {
  const answer = await createVerifySession(test.client, { fields: { [field]: value } });

  expect(answer.status).toBe('400');
  expect(answer.body).toEqual(faceError(code));
});

it.each([
  { what: 'is missing', parts: [] },
  { what: 'has no filename', parts: [{ name: 'verifyImage' as const, body: makeVerifyImage('alice') }] },
])('refuses a verify image that $what', async ({ parts }) => {
  const answer = await test.client.path(verifySessions).post({
    contentType: 'multipart/form-data',
    body: [
      { name: 'livenessOperationMode', body: 'Passive' },
      { name: 'deviceCorrelationId', body: sessionBody.deviceCorrelationId },
      ...parts,
    ],
  });

  expect(answer.status).toBe('400');
  expect(answer.body).toEqual(faceError('InvalidRequestBody'));
});

it('refuses a wrong key', async () => {
  const answer = await aClient(test.face, 'guessed').path(sessions).post({ body: sessionBody });

  expect(answer.status).toBe('401');
  expect(answer.body).toEqual(faceError('401'));
});

it('finds a session only under the path of its kind', async () => {
  const { sessionId } = await createSession(test.client);

  const answer = await test.client.path(verifySession, sessionId).get();

  expect(answer.status).toBe('404');
  expect(answer.body).toEqual(faceError('SessionNotFound'));
});

it('does not know an id that it never gave', async () => {
  const answer = await test.client.path(session, '00000000-0000-4000-8000-000000000000').delete();

  expect(answer.status).toBe('404');
  expect(answer.body).toEqual(faceError('SessionNotFound'));
});

it.each([
  { path: '/face/v1.3-preview.1/detectLiveness-sessions', says: 'v1.2 only, not v1.3-preview.1' },
  { path: '/face/v1.2/detect', says: 'liveness sessions only' },
])('says what it does not serve: $path', async ({ path, says }) => {
  const answer = await fetch(`${test.face.endpoint}${path}`, { method: 'POST', body: '{}' });

  expect(answer.status).toBe(404);
  const { error } = (await answer.json()) as { error: { code: string; message: string } };
  expect(error.message).toContain(says);
});

describe('on the client side', () => {
  const call = (path: string, authToken: string, body: object = {}) =>
    fetch(`${test.face.endpoint}/face/v1.2/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${authToken}` },
      body: JSON.stringify(body),
    });
  const alice = { person: 'alice', media: 'live' };

  it('refuses a token that it did not sign', async () => {
    const { authToken } = await createSession(test.client);
    const [header, , signature] = authToken.split('.');
    const claims = Buffer.from(JSON.stringify({ sid: 'another' })).toString('base64url');

    expect((await call('session/start', `${header}.${claims}.${signature}`)).status).toBe(401);
    expect((await call('session/start', 'no token at all')).status).toBe(401);
  });

  it('refuses an attempt before the start, and a second start', async () => {
    const { authToken } = await createSession(test.client);

    expect((await call('detectLiveness/singleModal', authToken, alice)).status).toBe(400);
    expect((await call('session/start', authToken)).status).toBe(200);
    expect((await call('session/start', authToken)).status).toBe(403);
  });

  it('refuses an attempt on the path of the other kind of session', async () => {
    const { authToken } = await createSession(test.client);
    await call('session/start', authToken);

    expect((await call('detectLivenessWithVerify/singleModal', authToken, alice)).status).toBe(401);
  });

  it('refuses a presentation that it cannot picture', async () => {
    const { authToken } = await createSession(test.client);
    await call('session/start', authToken);

    const answer = await call('detectLiveness/singleModal', authToken, { person: 'alice', media: 'hologram' });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual(faceError('InvalidRequestBody'));
  });

  it('lets a page of another origin ask first', async () => {
    const answer = await fetch(`${test.face.endpoint}/face/v1.2/session/start`, { method: 'OPTIONS' });

    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization');
  });
});

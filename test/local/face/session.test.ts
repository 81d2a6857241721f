import { playAttempt, startSession } from '../../../local/face/device.ts';
import { aFace, createSession, type ReadSession, session, sessionBody, sessions, stopAll } from './support.ts';

afterEach(stopAll);

it('creates a session with a token, and shows the token only then', async () => {
  const { client } = await aFace();

  const created = await client.path(sessions).post({ body: sessionBody });
  const { sessionId } = created.body as { sessionId: string };
  const read = await client.path(session, sessionId).get();

  expect(created.status).toBe('200');
  expect(created.body).toEqual({
    sessionId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string,
    authToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) as string,
    status: 'NotStarted',
    modelVersion: '2024-11-15',
    results: { attempts: [] },
  });
  expect(read.body).toEqual({ sessionId, authToken: '', status: 'NotStarted', results: { attempts: [] } });
});

it('shows an attempt with decision and digest, of which the client learns the digest alone', async () => {
  const { face, client } = await aFace();
  const { sessionId, authToken } = await createSession(client);

  const played = await playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' });
  const read = await client.path(session, sessionId).get();

  expect(played).toEqual({ kind: 'played', attemptId: 1, digest: expect.stringMatching(/^[0-9A-F]{64}$/) as string });
  expect(read.body).toMatchObject({
    status: 'Succeeded',
    modelVersion: '2024-11-15',
    results: {
      attempts: [
        {
          attemptId: 1,
          attemptStatus: 'Succeeded',
          result: {
            livenessDecision: 'realface',
            digest: (played as { digest: string }).digest,
            targets: { color: { faceRectangle: { width: 646 } } },
          },
        },
      ],
    },
  });
});

it('runs from the start of the device until an attempt ends', async () => {
  const { face, client } = await aFace();
  const { sessionId, authToken } = await createSession(client);

  await startSession({ endpoint: face.endpoint, authToken });
  const read = await client.path(session, sessionId).get();

  expect(read.body).toEqual({ sessionId, authToken: '', status: 'Running', results: { attempts: [] } });
});

it('allows three attempts a token and lists them newest first', async () => {
  const { face, client } = await aFace();
  const { sessionId, authToken } = await createSession(client);
  const play = (media: 'live' | 'print') => playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media });

  await play('print');
  await play('print');
  await play('live');
  const fourth = await play('live');
  const read = await client.path(session, sessionId).get();

  expect(fourth).toEqual({ kind: 'refused', status: 403, code: 'QuotaExceeded' });
  expect((read.body as ReadSession).results.attempts).toMatchObject([
    { attemptId: 3, result: { livenessDecision: 'realface' } },
    { attemptId: 2, result: { livenessDecision: 'spoofface' } },
    { attemptId: 1, result: { livenessDecision: 'spoofface' } },
  ]);
});

it('shows a failed attempt by its error, and runs on while another is permitted', async () => {
  const { face, client } = await aFace({ attemptsPerToken: 2 });
  const { sessionId, authToken } = await createSession(client);
  const play = () =>
    playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live', error: 'FaceWithMaskDetected' });

  const played = await play();
  const between = (await client.path(session, sessionId).get()).body as ReadSession;
  await play();
  const after = (await client.path(session, sessionId).get()).body as ReadSession;

  expect(played).toEqual({ kind: 'played', attemptId: 1, errorCode: 'FaceWithMaskDetected' });
  expect(between.status).toBe('Running');
  expect(between.results.attempts).toEqual([
    {
      attemptId: 1,
      attemptStatus: 'Failed',
      error: {
        code: 'FaceWithMaskDetected',
        message: 'Mask detected on face image.',
        targets: { color: { faceRectangle: { top: 669, left: 203, width: 646, height: 724 } } },
      },
    },
  ]);
  expect(after.status).toBe('Failed');
});

it('shows a session that nobody started as not started, also when its token has expired', async () => {
  const { client, clock } = await aFace();
  const { sessionId } = await createSession(client);

  clock.advance(601_000);
  const read = await client.path(session, sessionId).get();

  expect((read.body as ReadSession).status).toBe('NotStarted');
});

it.each([
  { lifetime: 'ten minutes by default', fields: {}, lastSecond: 599 },
  { lifetime: 'a minute', fields: { authTokenTimeToLiveInSeconds: 60 }, lastSecond: 59 },
  { lifetime: 'a day', fields: { authTokenTimeToLiveInSeconds: 86_400 }, lastSecond: 86_399 },
])('accepts a token until its last second: $lifetime', async ({ fields, lastSecond }) => {
  const { face, client, clock } = await aFace();
  const { authToken } = await createSession(client, fields);
  const play = () => playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' });

  clock.advance(lastSecond * 1000);
  const inTime = await play();
  clock.advance(1000);
  const late = await play();

  expect(inTime.kind).toBe('played');
  expect(late).toEqual({ kind: 'refused', status: 401, code: '401' });
});

it('keeps results readable after the token has expired, and forgets them after 48 hours', async () => {
  const { face, client, clock } = await aFace();
  const { sessionId, authToken } = await createSession(client);
  await playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' });

  clock.advance(48 * 3_600_000 - 1);
  const before = await client.path(session, sessionId).get();
  clock.advance(1);
  const after = await client.path(session, sessionId).get();

  expect((before.body as ReadSession).results.attempts).toHaveLength(1);
  expect(after.status).toBe('404');
  expect(after.body).toMatchObject({ error: { code: 'SessionNotFound' } });
});

it('revokes the token of a deleted session and knows it no more', async () => {
  const { face, client } = await aFace();
  const { sessionId, authToken } = await createSession(client);

  const deleted = await client.path(session, sessionId).delete();
  const played = await playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' });
  const read = await client.path(session, sessionId).get();
  const again = await client.path(session, sessionId).delete();

  expect(deleted.status).toBe('204');
  expect(played).toEqual({ kind: 'refused', status: 401, code: '401' });
  expect(read.status).toBe('404');
  expect(again.status).toBe('404');
});

it('forgets a session before its time when it is told to, and its token with it', async () => {
  const { face, client } = await aFace();
  const { sessionId, authToken } = await createSession(client);
  await playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' });

  face.forget(sessionId);

  expect((await client.path(session, sessionId).get()).status).toBe('404');
  const played = await playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' });
  expect(played).toEqual({ kind: 'refused', status: 401, code: '401' });
  expect(face.inspect()).toMatchObject({ sessions: { created: 1, forgotten: 1, open: 0 }, attempts: 1 });
});

it('names session images only when they are enabled, and keeps none', async () => {
  const { face, client } = await aFace();
  const without = await createSession(client);
  const withImages = await createSession(client, { enableSessionImage: true });
  const imageIdOf = async ({ sessionId, authToken }: typeof without) => {
    await playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' });
    const read = await client.path(session, sessionId).get();
    return (read.body as ReadSession).results.attempts[0]?.result?.sessionImageId;
  };

  const imageId = await imageIdOf(withImages);

  expect(await imageIdOf(without)).toBeUndefined();
  expect(imageId).toMatch(/^[\w-]{44}$/);
  expect((await client.path('/sessionImages/{sessionImageId}', imageId!).get()).status).toBe('404');
});

it('answers with the headers that support asks for', async () => {
  const { client } = await aFace();

  const { headers } = await client.path(sessions).post({ body: sessionBody });

  expect(headers).toMatchObject({
    'apim-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    'csp-billing-usage': 'CognitiveServices.Face.Transaction=1',
    'content-type': 'application/json; charset=utf-8',
  });
});

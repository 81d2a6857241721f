import { playAttempt, startSession } from '../../../local/face/device.ts';
import { aFace, createSession, session, sessionBody, sessions, stopAll } from './support.ts';

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

import createFaceClient, { type FaceClient } from '@azure-rest/ai-vision-face';

import { playAttempt } from '../../../local/face/device.ts';
import type { LocalFace } from '../../../local/face/start-face.ts';
import { makeVerifyImage } from '../../../local/face/verify-image.ts';
import {
  aFace,
  createSession,
  createVerifySession,
  type CreatedSession,
  type ReadSession,
  session,
  sessionBody,
  sessions,
  stopAll,
  verifySession,
} from './support.ts';

afterEach(stopAll);

const clientWithoutSocket = ({ endpoint, key, httpClient }: LocalFace): FaceClient =>
  createFaceClient(endpoint, { key }, { httpClient, retryOptions: { maxRetries: 0 } });

const aFaceWithoutSocket = async (options: Parameters<typeof aFace>[0] = {}) => {
  const { face, clock } = await aFace({ port: false, ...options });
  return { face, clock, client: clientWithoutSocket(face) };
};

it('takes a session from its creation to its deletion without a socket', async () => {
  const { face, client } = await aFaceWithoutSocket();
  const { endpoint, call } = face;
  const { sessionId, authToken } = await createSession(client);

  const played = await playAttempt({ endpoint, call, authToken, person: 'alice', media: 'print' });
  const read = await client.path(session, sessionId).get();
  const deleted = await client.path(session, sessionId).delete();
  const afterwards = await playAttempt({ endpoint, call, authToken, person: 'alice', media: 'live' });

  expect(played).toMatchObject({ kind: 'played', attemptId: 1 });
  expect((read.body as ReadSession).results.attempts[0]?.result?.livenessDecision).toBe('spoofface');
  expect(deleted.status).toBe('204');
  expect(afterwards).toMatchObject({ kind: 'refused', status: 401 });
});

it('reads the form with a verify image', async () => {
  const { face, client } = await aFaceWithoutSocket();
  const { endpoint, call } = face;
  const created = await createVerifySession(client, { image: makeVerifyImage('alice') });
  const { sessionId, authToken } = created.body as CreatedSession;

  await playAttempt({ endpoint, call, authToken, person: 'bob', media: 'live' });
  const read = await client.path(verifySession, sessionId).get();

  expect((read.body as ReadSession).results.attempts[0]?.result?.verifyResult?.isIdentical).toBe(false);
});

it('is done with a call in one turn of the machine: nothing waits for a moment', async () => {
  const { client } = await aFaceWithoutSocket();
  const done: string[] = [];

  void createSession(client).then(() => done.push('without'));
  void createVerifySession(client).then(() => done.push('with a verify image'));
  await new Promise((resolve) => setImmediate(resolve));

  expect(done).toEqual(['without', 'with a verify image']);
});

it('gives the same ids, tokens, digests and request ids for the same seed', async () => {
  const aDay = async (): Promise<unknown> => {
    const { face, client } = await aFaceWithoutSocket({ seed: 7 });
    const { endpoint, call } = face;
    const created = await createSession(client);
    const played = await playAttempt({ endpoint, call, authToken: created.authToken, person: 'eve', media: 'mask' });
    const { headers, body } = await client.path(session, created.sessionId).get();
    return { created, played, headers, body };
  };

  expect(await aDay()).toEqual(await aDay());
});

it.each(['before', 'after'] as const)('breaks the connection %s the call', async (drop) => {
  const { face, client } = await aFaceWithoutSocket({ faults: [{ operation: 'create', drop, times: 1 }] });

  await expect(client.path(sessions).post({ body: sessionBody })).rejects.toMatchObject({ code: 'ECONNRESET' });

  expect(face.inspect().sessions.created).toBe(drop === 'after' ? 1 : 0);
});

it('hangs until the caller gives up', async () => {
  const { face, client } = await aFaceWithoutSocket({ faults: [{ operation: 'create', hang: true }] });
  const abort = new AbortController();

  const hanging = client.path(sessions).post({ body: sessionBody, abortSignal: abort.signal });
  abort.abort();

  await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
  expect(face.inspect().sessions.created).toBe(0);
});

it('cuts what still hangs when it stops, and everything later', async () => {
  const { face, client } = await aFaceWithoutSocket({ faults: [{ operation: 'create', hang: true, times: 1 }] });
  const hanging = client.path(sessions).post({ body: sessionBody });
  const ended = expect(hanging).rejects.toMatchObject({ code: 'ECONNRESET' });

  await face.stop();

  await ended;
  await expect(client.path(sessions).post({ body: sessionBody })).rejects.toMatchObject({ code: 'ECONNRESET' });
});

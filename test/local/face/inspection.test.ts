import { playAttempt } from '../../../local/face/device.ts';
import { aFace, aliceDevice, createSession, createVerifySession, NOON, session, stopAll } from './support.ts';

afterEach(stopAll);

it('tells the truth about every session, also the deleted and the forgotten', async () => {
  const { face, client, clock } = await aFace();
  const { endpoint } = face;
  const old = await createSession(client);
  clock.advance(48 * 3_600_000);
  const gone = await createSession(client);
  await playAttempt({ endpoint, authToken: gone.authToken, person: 'mallory', media: 'print' });
  await client.path(session, gone.sessionId).delete();
  const verified = (await createVerifySession(client)).body as typeof old;
  await playAttempt({ endpoint, authToken: verified.authToken, person: 'mallory', media: 'live' });
  await playAttempt({ endpoint, authToken: verified.authToken, person: 'alice', media: 'live', error: 'TimedOut' });

  const truth = face.inspect();

  expect(truth).toMatchObject({ sessions: { created: 3, deleted: 1, forgotten: 1, open: 1 }, attempts: 3 });
  expect(truth.list).toMatchObject([
    {
      sessionId: old.sessionId,
      kind: 'liveness',
      deviceCorrelationId: aliceDevice,
      status: 'NotStarted',
      createdAt: new Date(NOON),
      tokenExpiresAt: new Date(NOON + 600_000),
      deleted: false,
      forgotten: true,
      attempts: [],
    },
    {
      sessionId: gone.sessionId,
      status: 'Succeeded',
      deleted: true,
      forgotten: false,
      attempts: [{ attemptId: 1, person: 'mallory', media: 'print', livenessDecision: 'spoofface' }],
    },
    {
      sessionId: verified.sessionId,
      kind: 'liveness-with-verify',
      status: 'Running',
      attempts: [
        { attemptId: 1, person: 'mallory', livenessDecision: 'realface', isIdentical: false },
        { attemptId: 2, person: 'alice', errorCode: 'TimedOut' },
      ],
    },
  ]);
});

it('shows no token', async () => {
  const { face, client } = await aFace();
  const { authToken } = await createSession(client);

  expect(JSON.stringify(face.inspect())).not.toContain(authToken.split('.')[2]);
});

import createFaceClient from '@azure-rest/ai-vision-face';
import { aFace, createSession, session, sessionBody, sessions, stopAll } from './support.ts';

afterEach(stopAll);

const connect = async (token: string) => {
  const { face } = await aFace({ port: false, verifyToken: (one) => one === 'good' });
  const { endpoint, key, httpClient } = face;
  const credential = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return {
    client: createFaceClient(endpoint, credential, { httpClient }),
    withKey: createFaceClient(endpoint, { key }, { httpClient }),
  };
};

it('takes the Entra tokens that it was told are good', async () => {
  const { client } = await connect('good');
  const { sessionId } = await createSession(client);

  const read = await client.path(session, sessionId).get();

  expect(read.status).toBe('200');
});

it('refuses other Entra tokens, and goes on taking the key', async () => {
  const { client, withKey } = await connect('expired');

  const refused = await client.path(sessions).post({ body: { ...sessionBody, livenessOperationMode: 'Passive' } });
  const taken = await withKey.path(sessions).post({ body: { ...sessionBody, livenessOperationMode: 'Passive' } });

  expect([refused.status, taken.status]).toEqual(['401', '200']);
});

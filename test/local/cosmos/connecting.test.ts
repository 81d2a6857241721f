import { CosmosClient } from '@azure/cosmos';
import { refusalOf } from './support/answers.ts';
import { clientOf, inEveryWorld, openWorld, type World } from './support/worlds.ts';

describe('connecting', () => {
  inEveryWorld((world) => {
    it('(1) serves a default client, which moves to the endpoint that the account names', async () => {
      const { resource } = await world().client.getDatabaseAccount();

      expect(resource?.writableLocations).toHaveLength(1);
      expect(resource?.consistencyPolicy).toBe('Session');
      await expect(world().client.database('test').read()).resolves.toMatchObject({ statusCode: 200 });
    });

    it('(2) serves a client without endpoint discovery', async () => {
      const client = clientOf(world().cosmos, { connectionPolicy: { enableEndpointDiscovery: false } });

      await expect(client.database('test').read()).resolves.toMatchObject({ statusCode: 200 });
      client.dispose();
    });

    it('(5) refuses a wrong key with 401', async () => {
      const client = clientOf(world().cosmos, { key: Buffer.from('another key').toString('base64') });

      expect(await refusalOf(client.database('test').read())).toBe(401);
      client.dispose();
    });

    it('(4) refuses Entra tokens with a sentence', async () => {
      const { endpoint, httpClient } = world().cosmos;
      const client = new CosmosClient({
        endpoint: endpoint.replace('http:', 'https:'),
        httpClient,
        tokenProvider: () => Promise.resolve('type=aad&ver=1.0&sig=a.b.c'),
      });

      await expect(client.getDatabaseAccount()).rejects.toMatchObject({
        code: 400,
        message: expect.stringContaining('Entra tokens') as string,
      });
      client.dispose();
    });
  });

  describe('over HTTP', () => {
    let world: World;
    beforeAll(async () => {
      world = await openWorld();
    });
    afterAll(() => world.stop());

    const getDatabases = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${world.cosmos.endpoint}/dbs`, { headers });

    it('(3) serves a client made from a connection string', async () => {
      const client = new CosmosClient(`AccountEndpoint=${world.cosmos.endpoint};AccountKey=${world.cosmos.key};`);

      await expect(client.database('test').read()).resolves.toMatchObject({ statusCode: 200 });
      client.dispose();
    });

    it('(6) refuses a request without authorization, with a JSON body', async () => {
      const response = await getDatabases({});

      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ code: 'Unauthorized' });
    });

    it('(7) refuses a signature that was made for another verb or another resource', async () => {
      const { client, sent } = recordingClient(world);
      await client.database('test').read();
      const recorded = sent.at(-1)!;

      const asRecorded = await fetch(`${world.cosmos.endpoint}/dbs/test`, { headers: recorded });
      const otherVerb = await fetch(`${world.cosmos.endpoint}/dbs/test`, { headers: recorded, method: 'DELETE' });
      const otherResource = await fetch(`${world.cosmos.endpoint}/dbs/other`, { headers: recorded });

      expect([asRecorded.status, otherVerb.status, otherResource.status]).toEqual([200, 401, 401]);
      client.dispose();
    });

    it.each(['', 'nonsense', 'type=master', 'type%3Dmaster%26ver%3D1.0%26sig%3D', '%E0%A4%A', 'type=other&sig=x'])(
      '(8) refuses the malformed token "%s"',
      async (authorization) => {
        const response = await getDatabases({ authorization });

        expect(response.status).toBe(401);
        expect(await response.json()).toMatchObject({ code: 'Unauthorized', message: expect.any(String) as string });
      },
    );
  });
});

/** A client in process that shows the headers it sends. */
const recordingClient = ({ cosmos }: World): { client: CosmosClient; sent: Record<string, string>[] } => {
  const sent: Record<string, string>[] = [];
  const client = clientOf(cosmos, {
    httpClient: {
      sendRequest: (request) => {
        sent.push(request.headers.toJSON());
        return cosmos.httpClient.sendRequest(request);
      },
    },
  });
  return { client, sent };
};

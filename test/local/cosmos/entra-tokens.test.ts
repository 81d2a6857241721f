import { CosmosClient } from '@azure/cosmos';
import { startCosmos } from '../../../local/cosmos/start-cosmos.ts';
import { keyedBy } from './support/worlds.ts';

const connect = async (token: string) => {
  const cosmos = await startCosmos({ port: false, verifyToken: (one) => one === 'good' });
  const { endpoint, httpClient } = cosmos;
  const aadCredentials = { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return { cosmos, client: new CosmosClient({ endpoint, httpClient, aadCredentials }) };
};

it('takes the Entra tokens that it was told are good', async () => {
  const { cosmos, client } = await connect('good');

  const { database } = await client.databases.create({ id: 'app' });
  const { container } = await database.containers.create({ id: 'things', partitionKey: keyedBy('/pk') });
  const created = await container.items.create({ id: 'a', pk: 'a' });

  expect(created.statusCode).toBe(201);
  client.dispose();
  await cosmos.stop();
});

it('refuses other Entra tokens, and goes on taking the key', async () => {
  const { cosmos, client } = await connect('expired');
  const withKey = new CosmosClient(cosmos);

  await expect(client.databases.create({ id: 'app' })).rejects.toMatchObject({ code: 401 });
  await expect(withKey.databases.create({ id: 'app' })).resolves.toMatchObject({ statusCode: 201 });

  client.dispose();
  withKey.dispose();
  await cosmos.stop();
});

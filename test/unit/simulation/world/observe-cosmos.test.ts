import { type Container, CosmosClient, type OperationInput } from '@azure/cosmos';
import { type LocalCosmos, startCosmos } from '../../../../local/cosmos/start-cosmos.ts';
import type { InProcessClient } from '../../../../local/http-client.ts';
import { type CosmosWrite, cosmosOperationOf, cosmosWriteOf } from '../../../../simulation/world/observe-cosmos.ts';
import { keyedBy } from '../../../local/cosmos/support/worlds.ts';

let cosmos: LocalCosmos;
let container: Container;
let operations: (string | undefined)[];
let writes: CosmosWrite[];
beforeEach(async () => {
  cosmos = await startCosmos({ port: false });
  const { endpoint, key, httpClient } = cosmos;
  const watched: InProcessClient = {
    sendRequest: async (request) => {
      const response = await httpClient.sendRequest(request);
      const operation = cosmosOperationOf(request);
      const write = cosmosWriteOf(operation, response);
      operations.push(operation.operation);
      if (write !== undefined) writes.push(write);
      return response;
    },
  };
  operations = [];
  writes = [];
  const client = new CosmosClient({ endpoint, key, httpClient: watched });
  const { database } = await client.databases.create({ id: 'app' });
  ({ container } = await database.containers.create({ id: 'things', partitionKey: keyedBy('/pk') }));
  await container.items.create({ id: 'a', pk: 'p', n: 1 });
  operations = [];
  writes = [];
});
afterEach(() => cosmos.stop());

const item = () => container.item('a', 'p');
const increment: OperationInput = {
  operationType: 'Patch',
  id: 'a',
  resourceBody: { operations: [{ op: 'incr', path: '/n', value: 1 }] },
};

it.each<[string, string, () => Promise<unknown>, object[]]>([
  ['a creation', 'Create', () => container.items.create({ id: 'b', pk: 'p' }), [{ id: 'b', pk: 'p' }]],
  ['a replacement', 'Replace', () => item().replace({ id: 'a', pk: 'p', n: 7 }), [{ id: 'a', n: 7 }]],
  ['an upsert', 'Upsert', () => container.items.upsert({ id: 'a', pk: 'p', n: 8 }), [{ id: 'a', n: 8 }]],
  ['a patch', 'Patch', () => item().patch([{ op: 'incr', path: '/n', value: 1 }]), [{ id: 'a', n: 2 }]],
  [
    'a batch',
    'Batch',
    () =>
      container.items.batch([increment, { operationType: 'Create', resourceBody: { id: 'b', pk: 'p', n: 1 } }], 'p'),
    [
      { id: 'a', n: 2 },
      { id: 'b', n: 1 },
    ],
  ],
])('%s is seen with its documents as they are afterwards', async (_, operation, write, documents) => {
  await write();

  expect(operations).toEqual([operation]);
  expect(writes).toMatchObject([{ operation, container: 'things', documents }]);
  expect(writes[0]?.documents).toHaveLength(documents.length);
});

it.each<[string, () => Promise<unknown>]>([
  ['a read', () => item().read()],
  ['a query', () => container.items.query('SELECT * FROM c').fetchAll()],
  ['a creation of what is there', () => container.items.create({ id: 'a', pk: 'p' })],
  [
    'a replacement of another version',
    () => item().replace({ id: 'a', pk: 'p', n: 7 }, { accessCondition: { type: 'IfMatch', condition: '"another"' } }),
  ],
  [
    'a batch of which one part fails',
    () => container.items.batch([increment, { operationType: 'Create', resourceBody: { id: 'a', pk: 'p' } }], 'p'),
  ],
])('%s changes nothing', async (_, call) => {
  await call().catch(() => undefined);

  expect(operations.length).toBeGreaterThan(0);
  expect(writes).toEqual([]);
});

it('a read of the container itself concerns no item', async () => {
  await container.read();

  expect(operations).toEqual([undefined]);
  expect(writes).toEqual([]);
});

it('a batch whose answer leaves out the documents is told, not passed over', async () => {
  const written = container.items.batch([increment], 'p', { contentResponseOnWriteEnabled: false });

  await expect(written).rejects.toThrow('the answer to a write has no document');
});

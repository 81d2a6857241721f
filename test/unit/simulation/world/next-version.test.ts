import { CosmosClient, type Container, type OperationInput } from '@azure/cosmos';
import { type LocalCosmos, startCosmos } from '../../../../local/cosmos/start-cosmos.ts';
import { keyedBy } from '../../../local/cosmos/support/worlds.ts';
import { nextVersionClient, ofNextVersion } from '../../../../simulation/world/next-version.ts';

const document = { id: 'a', pk: 'p', schemaVersion: 1, n: 1 };
const added = { schemaVersion: 2, addedInNextVersion: 'kept' };

let cosmos: LocalCosmos;
let container: Container;
let written = 0;
beforeEach(async () => {
  written = 0;
  cosmos = await startCosmos({ port: false });
  const { endpoint, key, httpClient } = cosmos;
  const client = new CosmosClient({ endpoint, key, httpClient: nextVersionClient(httpClient, () => (written += 1)) });
  const { database } = await client.databases.create({ id: 'app' });
  ({ container } = await database.containers.create({ id: 'things', partitionKey: keyedBy('/pk') }));
});
afterEach(() => cosmos.stop());

const stored = async () => (await container.item('a', 'p').read<Record<string, unknown>>()).resource;

describe('the next version', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['creates', () => container.items.create(document)],
    ['stores', () => container.items.upsert(document)],
    ['creates in a batch', () => container.items.batch([{ operationType: 'Create', resourceBody: document }], 'p')],
  ])('adds its field to what it %s', async (_, write) => {
    await write();

    expect(await stored()).toMatchObject({ ...document, ...added });
    expect(written).toBe(1);
  });

  it('changes nothing about what it only patches or reads', async () => {
    const { endpoint, key, httpClient } = cosmos;
    const thisVersion = new CosmosClient({ endpoint, key, httpClient }).database('app').container('things');
    await thisVersion.items.create(document);
    const patch = { op: 'incr' as const, path: '/n', value: 1 };
    const inBatch: OperationInput = { operationType: 'Patch', id: 'a', resourceBody: { operations: [patch] } };

    await container.item('a', 'p').patch([patch]);
    await container.items.batch([inBatch], 'p');

    expect(await stored()).toMatchObject({ ...document, n: 3 });
    expect(await stored()).not.toHaveProperty('addedInNextVersion');
  });

  it('has one number, also for what it had written before', () => {
    expect(ofNextVersion(ofNextVersion(document))).toEqual({ ...document, ...added });
    expect(ofNextVersion({ sweep: 'publish-events' })).toEqual({ sweep: 'publish-events', addedInNextVersion: 'kept' });
  });
});

import { PartitionKeyKind, type ContainerRequest, PartitionKeyDefinitionVersion } from '@azure/cosmos';
import { refusalOf, resultsOf } from './support/answers.ts';
import { type RawRequest, send } from './support/raw-request.ts';
import { openWorld, type World } from './support/worlds.ts';

describe('what is left out', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ port: false, ranges: 4 });
  });
  afterAll(() => world.stop());

  const docs = '/dbs/test/colls/items-1/docs';
  const batch = {
    'x-ms-cosmos-is-batch-request': 'True',
    'x-ms-cosmos-batch-atomic': 'False',
    'x-ms-documentdb-partitionkeyrangeid': '0',
  };

  it.each<[string, Partial<ContainerRequest>]>([
    [
      'hierarchical',
      {
        partitionKey: {
          paths: ['/a', '/b'],
          kind: PartitionKeyKind.MultiHash,
          version: PartitionKeyDefinitionVersion.V2,
        },
      },
    ],
    ['version 1', { partitionKey: { paths: ['/pk'] } }],
    ['version 1', { partitionKey: { paths: ['/pk'], version: PartitionKeyDefinitionVersion.V1 } }],
    ['unique keys', { uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/mail'] }] } }],
    ['vector search', { vectorEmbeddingPolicy: { vectorEmbeddings: [] } }],
    ['full-text search', { fullTextPolicy: { defaultLanguage: 'en-US', fullTextPaths: [] } }],
  ])('(108) refuses a container with %s, by name', async (feature, request) => {
    await expect(world.container(request)).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining(feature) as string,
    });
  });

  it.each<[string, string]>([
    ['DISTINCT', 'SELECT DISTINCT c.a FROM c'],
    ['JOIN', 'SELECT * FROM c JOIN t IN c.tags'],
    ['IN as a source', 'SELECT * FROM t IN c.tags'],
    ['several sources', 'SELECT * FROM c, d'],
    ['GROUP BY', 'SELECT c.a FROM c GROUP BY c.a'],
    ['subqueries', 'SELECT * FROM c WHERE EXISTS(SELECT VALUE 1)'],
    ['subqueries', 'SELECT ARRAY(SELECT VALUE 1) FROM c'],
    ['subqueries', 'SELECT (SELECT VALUE 1) FROM c'],
    ['subqueries', 'SELECT * FROM (SELECT * FROM c)'],
    ['subqueries', 'SELECT * FROM c WHERE c.a IN (SELECT VALUE 1)'],
    ...['AVG', 'MIN', 'MAX', 'COUNTIF', 'MAKELIST', 'MAKESET'].map((name): [string, string] => [
      name,
      `SELECT VALUE ${name}(c.a) FROM c`,
    ]),
    ['VectorDistance', 'SELECT VectorDistance(c.a, [1]) FROM c'],
    ['time functions', 'SELECT VALUE GetCurrentTimestamp() FROM c'],
    ['time functions', 'SELECT * FROM c WHERE c.at > GetCurrentDateTime()'],
    ['time functions', 'SELECT VALUE DateTimeAdd("dd", 1, c.at) FROM c'],
    ['RegexMatch', 'SELECT * FROM c WHERE RegexMatch(c.a, "x")'],
    ['full-text search', 'SELECT * FROM c WHERE FullTextContains(c.a, "x")'],
    ['geospatial', 'SELECT * FROM c WHERE ST_ISVALID(c.a)'],
    ['user-defined functions', 'SELECT udf.tax(c.a) FROM c'],
    ['around or beside an aggregate', 'SELECT VALUE COUNT(1) + 1 FROM c'],
  ])('(65 to 68, 72, 108) refuses %s in a query, by name: %s', async (feature, query) => {
    const container = await world.container();

    await expect(resultsOf(container, query)).rejects.toMatchObject({
      code: 400,
      message: expect.stringContaining(feature) as string,
    });
  });

  it.each<[string, RawRequest]>([
    ['the change feed', { method: 'GET', path: docs, headers: { 'a-im': 'Incremental Feed' } }],
    ['bulk requests', { method: 'POST', path: docs, headers: batch, body: '[{"operationType":"Create"}]' }],
    ['hierarchical', { method: 'GET', path: `${docs}/1`, headers: { 'x-ms-documentdb-partitionkey': '["a","b"]' } }],
    ['deleting by partition key', { method: 'POST', path: '/dbs/test/colls/items-1/operations/partitionkeydelete' }],
    ['offers', { method: 'POST', path: '/offers', body: '{"query":"SELECT * FROM root"}' }],
    ['stored procedures', { method: 'POST', path: '/dbs/test/colls/items-1/sprocs/s' }],
    ['triggers', { method: 'GET', path: '/dbs/test/colls/items-1/triggers' }],
    ['user-defined functions', { method: 'GET', path: '/dbs/test/colls/items-1/udfs' }],
    ['users and permissions', { method: 'POST', path: '/dbs/test/users', body: '{"id":"u"}' }],
    ['conflicts', { method: 'GET', path: '/dbs/test/colls/items-1/conflicts' }],
  ])('(32 to 40, 57, 79 to 84, 107, 108) refuses %s, by name', async (feature, request) => {
    await world.container({ id: 'items-1' }).catch(() => undefined);

    const { status, body } = await send(world.cosmos, request);

    expect([status, body.code]).toEqual([400, 'BadRequest']);
    expect(body.message).toContain(feature);
  });

  it('(13) takes throughput and does not keep it', async () => {
    const container = await world.container({ throughput: 400 });

    expect((await container.read()).statusCode).toBe(200);
    expect(await refusalOf(world.container({ maxThroughput: 4000 }))).toBe('accepted');
  });

  const post = (headers: Record<string, string>, body: string): Promise<{ status: number }> =>
    send(world.cosmos, { method: 'POST', path: docs, headers, body });

  it.each([200, 5000])('(108) refuses an item that is nested %d levels deep', async (levels) => {
    const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`;

    const { status } = await post({ 'x-ms-documentdb-partitionkey': '["a"]' }, `{"id":"1","pk":"a","x":${nested}}`);

    expect(status).toBe(400);
  });

  it.each([
    [100, 200],
    [100_000, 400],
  ])('(108) answers a query of %d operators with %d', async (count, expected) => {
    const query = `SELECT VALUE ${'- '.repeat(count)}1 ${'+ 1'.repeat(count)}`;
    const headers = { 'x-ms-documentdb-isquery': 'True', 'x-ms-documentdb-partitionkey': '["a"]' };

    const { status } = await post(headers, JSON.stringify({ query }));

    expect(status).toBe(expected);
  });

  it.each<RawRequest>([
    { method: 'GET', path: '/nonsense' },
    { method: 'GET', path: '/dbs/test/nonsense' },
    { method: 'PUT', path: '/dbs/test' },
    { method: 'PATCH', path: docs },
    { method: 'POST', path: `${docs}/1` },
    { method: 'POST', path: '/dbs', body: 'nonsense' },
    { method: 'POST', path: docs, headers: { 'x-ms-documentdb-isquery': 'True' }, body: '{"query":1}' },
    {
      method: 'POST',
      path: docs,
      headers: { 'x-ms-documentdb-isquery': 'True' },
      body: '{"query":"SELECT 1","parameters":[1]}',
    },
    { method: 'GET', path: docs, headers: { 'x-ms-max-item-count': 'many' } },
    { method: 'GET', path: `${docs}/1`, headers: { 'x-ms-documentdb-partitionkey': '[[1]]' } },
    { method: 'GET', path: `${docs}/1`, headers: { 'x-ms-documentdb-partitionkey': '[]' } },
    { method: 'GET', path: docs, headers: { 'x-ms-consistency-level': 'Whatever' } },
  ])('(108) refuses %j without failing', async (request) => {
    const { status, body } = await send(world.cosmos, request);

    expect([400, 404, 405]).toContain(status);
    expect(body.message).not.toBe('');
  });
});

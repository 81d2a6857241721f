import { effectivePartitionKey } from '../../../local/cosmos/effective-partition-key.ts';
import { partitionRanges } from '../../../local/cosmos/partition-ranges.ts';
import { ids, refusalOf, resultsOf } from './support/answers.ts';
import { send } from './support/raw-request.ts';
import { inEveryWorld, keyedBy } from './support/worlds.ts';

const partitionKey = keyedBy('/pk');

describe('databases and containers', () => {
  inEveryWorld((world) => {
    it('(9) creates a database once, reads and deletes it', async () => {
      const { databases } = world().client;

      expect((await databases.create({ id: 'ledger' })).statusCode).toBe(201);
      expect(await refusalOf(databases.create({ id: 'ledger' }))).toBe(409);
      expect((await databases.createIfNotExists({ id: 'ledger' })).statusCode).toBe(200);
      expect((await world().client.database('ledger').delete()).statusCode).toBe(204);
      expect(await refusalOf(world().client.database('ledger').read())).toBe(404);
      expect(await refusalOf(world().client.database('ledger').delete())).toBe(404);
    });

    it('(9) creates a container once, reads and deletes it', async () => {
      const { containers } = world().client.database('test');
      const container = world().client.database('test').container('shelf');

      expect((await containers.create({ id: 'shelf', partitionKey })).statusCode).toBe(201);
      expect(await refusalOf(containers.create({ id: 'shelf', partitionKey }))).toBe(409);
      expect((await containers.createIfNotExists({ id: 'shelf', partitionKey })).statusCode).toBe(200);
      expect((await container.delete()).statusCode).toBe(204);
      expect(await refusalOf(container.read())).toBe(404);
      expect(await refusalOf(container.delete())).toBe(404);
    });

    it('(10) lists and queries them', async () => {
      const { database } = await world().client.databases.create({ id: 'listed' });
      await database.containers.create({ id: 'a', partitionKey });
      await database.containers.create({ id: 'b', partitionKey });
      const byId = { query: 'SELECT * FROM root r WHERE r.id = @id', parameters: [{ name: '@id', value: 'b' }] };

      expect(ids((await database.containers.readAll().fetchAll()).resources)).toEqual(['a', 'b']);
      expect(ids((await database.containers.query(byId).fetchAll()).resources)).toEqual(['b']);
      expect(ids((await world().client.databases.readAll().fetchAll()).resources)).toContain('listed');
      const named = { query: 'SELECT VALUE d.id FROM d WHERE STARTSWITH(d.id, "list")' };
      expect((await world().client.databases.query(named).fetchAll()).resources).toEqual(['listed']);
      await database.delete();
    });

    it('(11) fills in the defaults of a definition', async () => {
      const { containers } = world().client.database('test');

      const { resource } = await containers.create({ id: 'plain', partitionKey });

      expect(resource).toMatchObject({
        id: 'plain',
        partitionKey: { paths: ['/pk'], kind: 'Hash', version: 2 },
        indexingPolicy: {
          indexingMode: 'consistent',
          automatic: true,
          includedPaths: [{ path: '/*' }],
          excludedPaths: [{ path: '/"_etag"/?' }],
        },
        conflictResolutionPolicy: { mode: 'LastWriterWins' },
        _docs: 'docs/',
      });
      expect(resource).not.toHaveProperty('defaultTtl');
    });

    it('(12) replaces TTL and indexing, and keeps the partition key', async () => {
      const container = await world().container({ defaultTtl: 60 });
      const indexingPolicy = { includedPaths: [{ path: '/kind/?' }], excludedPaths: [{ path: '/*' }] };
      const { id } = container;

      const { resource } = await container.replace({ id, partitionKey, defaultTtl: 30, indexingPolicy });
      const otherKey = keyedBy('/other');

      expect(resource).toMatchObject({ defaultTtl: 30, indexingPolicy: { includedPaths: [{ path: '/kind/?' }] } });
      expect(await refusalOf(container.replace({ id, partitionKey: otherKey }))).toBe(400);
      expect((await container.read()).resource).toMatchObject({ partitionKey: { paths: ['/pk'] }, defaultTtl: 30 });
      expect((await container.replace({ id, partitionKey })).resource).not.toHaveProperty('defaultTtl');
    });

    it.each([0, -2, 1.5])('(12) refuses the default TTL %d', async (defaultTtl) => {
      expect(await refusalOf(world().container({ defaultTtl }))).toBe(400);
    });

    it('(14) deletes a database with everything in it; a namesake is another one', async () => {
      const { databases } = world().client;
      const fill = async (): Promise<{ databaseRid: string; containerRid: string }> => {
        const { database, resource } = await databases.create({ id: 'short-lived' });
        const { container, resource: definition } = await database.containers.create({ id: 'c', partitionKey });
        await container.items.create({ id: '1', pk: 'a' });
        return { databaseRid: resource!._rid, containerRid: definition!._rid };
      };
      const first = await fill();
      await world().client.database('short-lived').delete();

      const { database } = await databases.create({ id: 'short-lived' });
      const { container } = await database.containers.create({ id: 'c', partitionKey });
      const items = await resultsOf(container, 'SELECT * FROM c');
      await database.delete();
      const third = await fill();
      await database.delete();

      expect(items).toEqual([]);
      expect(third.databaseRid).not.toBe(first.databaseRid);
      expect(third.containerRid).not.toBe(first.containerRid);
    });

    it('(15) tells items of a missing container apart by the sub-status', async () => {
      const missing = world().client.database('test').container('nowhere');

      const read = await missing.item('1', 'a').read();

      expect([read.statusCode, read.substatus]).toEqual([404, 1003]);
      expect(await refusalOf(missing.items.create({ id: '1', pk: 'a' }))).toBe(404);
    });

    it('(16) cuts a container into gapless ranges, with each item in exactly one', async () => {
      const container = await world().container();
      const keys = Array.from({ length: 20 }, (_, i) => i);
      for (const key of keys) await container.items.create({ id: String(key), pk: key });
      const feedOf = async (range: string): Promise<string[]> => {
        const path = `/dbs/test/colls/${container.id}/docs`;
        const headers = { 'x-ms-documentdb-partitionkeyrangeid': range };
        const { body } = await send(world().cosmos, { method: 'GET', path, headers });
        return ids(body.Documents as unknown[]);
      };

      const { resources } = await container.readPartitionKeyRanges().fetchAll();
      const bounds = resources.map(({ minInclusive, maxExclusive }) => [minInclusive, maxExclusive]);
      const feeds = await Promise.all(resources.map((range) => feedOf(range.id)));

      expect(resources).toHaveLength(world().ranges);
      expect(bounds[0]![0]).toBe('');
      expect(bounds.at(-1)![1]).toBe('FF');
      bounds.slice(1).forEach(([min], i) => expect(min).toBe(bounds[i]![1]));
      expect(feeds.flat().toSorted()).toEqual(keys.map(String).toSorted());
    });

    it.each(['""', '"a/b"', '"a?b"', '"a#b"', '7', 'null'])('refuses a container with the id %s', async (id) => {
      const body = `{"id":${id},"partitionKey":{"paths":["/pk"],"version":2}}`;

      const answer = await send(world().cosmos, { method: 'POST', path: '/dbs/test/colls', body });

      expect([answer.status, answer.body.code]).toEqual([400, 'BadRequest']);
    });
  });

  it.each([
    ['A', '14F53A0810CE6727EB1CD722D321216F'],
    [7, '36ECBAF0D9CC21F10F0938014BB52739'],
    [null, '378867E4430E67857ACE5C908374FE16'],
    [undefined, '11622DAA78F835834610ABE56EFF5CB5'],
    ['t1', '3D48BB14DA9D090D22112C96695028B6'],
  ])('(16) places the key %p where the service does', (value, epk) => {
    expect(effectivePartitionKey(value)).toBe(epk);
  });

  it('(16) cuts 64 ranges without gaps, in order', () => {
    const ranges = partitionRanges(64);

    ranges.slice(1).forEach(({ min }, i) => expect(min).toBe(ranges[i]!.max));
    expect(ranges.every(({ min, max }) => min < max)).toBe(true);
  });
});

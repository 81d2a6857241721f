import type { Container, OperationInput, OperationResponse } from '@azure/cosmos';
import { resultsOf } from './support/answers.ts';
import { send } from './support/raw-request.ts';
import { inEveryWorld } from './support/worlds.ts';

const statuses = (results: readonly OperationResponse[] | undefined): number[] =>
  (results ?? []).map(({ statusCode }) => statusCode);

describe('atomic batch', () => {
  inEveryWorld((world) => {
    let container: Container;
    beforeEach(async () => {
      container = await world().container();
    });
    const run = async (operations: OperationInput[]): Promise<{ code: number | undefined; statuses: number[] }> => {
      const { code, result } = await container.items.batch(operations, 'a');
      return { code, statuses: statuses(result) };
    };
    const create = (id: string, body: object = {}): OperationInput => ({
      operationType: 'Create',
      resourceBody: { id, pk: 'a', ...body },
    });
    const everything = (): Promise<unknown[]> => resultsOf(container, 'SELECT * FROM c ORDER BY c.id');
    const lsn = (): number => world().cosmos.inspect().containers[`test/${container.id}`]!.lsn;

    it('(49) runs all types in order; reads see what was written before', async () => {
      const { code, result } = await container.items.batch(
        [
          create('1', { n: 1 }),
          { operationType: 'Upsert', resourceBody: { id: '2', pk: 'a' } },
          { operationType: 'Replace', id: '1', resourceBody: { id: '1', pk: 'a', n: 2 } },
          { operationType: 'Patch', id: '1', resourceBody: [{ op: 'incr', path: '/n', value: 1 }] },
          { operationType: 'Read', id: '1' },
          { operationType: 'Delete', id: '2' },
        ],
        'a',
      );

      expect(code).toBe(200);
      expect(statuses(result)).toEqual([201, 201, 200, 200, 200, 204]);
      expect(result![4]).toMatchObject({ resourceBody: { id: '1', n: 3 }, eTag: result![3]!.eTag });
      expect(result!.every(({ requestCharge }) => requestCharge > 0)).toBe(true);
      expect(await everything()).toHaveLength(1);
    });

    it.each([0, 1, 2])('(50) undoes everything when operation %d of three fails', async (position) => {
      await container.items.create({ id: 'there', pk: 'a', n: 1 });
      const before = await everything();
      const lsnBefore = lsn();
      const operations: OperationInput[] = [
        create('new'),
        { operationType: 'Upsert', resourceBody: { id: 'there', pk: 'a', n: 2 } },
      ];

      const { code, statuses } = await run(operations.toSpliced(position, 0, create('there')));

      expect(code).toBe(207);
      expect(statuses).toEqual([424, 424, 424].with(position, 409));
      expect(await everything()).toEqual(before);
      expect(lsn()).toBe(lsnBefore);
    });

    it('(51) fails as a whole on a stale ifMatch, and succeeds with the current one', async () => {
      const { etag } = await container.items.create({ id: '1', pk: 'a' });
      await container.items.create({ id: '2', pk: 'a' });
      const replace = (ifMatch: string): OperationInput => ({
        operationType: 'Replace',
        id: '1',
        ifMatch,
        resourceBody: { id: '1', pk: 'a', n: 1 },
      });

      expect(await run([create('3'), replace('"stale"')])).toEqual({ code: 207, statuses: [424, 412] });
      expect(await run([create('3'), replace(etag)])).toEqual({ code: 200, statuses: [201, 200] });
      expect(await run([{ operationType: 'Upsert', ifMatch: etag, resourceBody: { id: '1', pk: 'a' } }])).toEqual({
        code: 207,
        statuses: [412],
      });
    });

    it('(52) fails as a whole when the condition of a patch is false', async () => {
      await container.items.create({ id: '1', pk: 'a', status: 'closed' });
      const patch: OperationInput = {
        operationType: 'Patch',
        id: '1',
        resourceBody: {
          condition: 'from c where c.status = "open"',
          operations: [{ op: 'set', path: '/status', value: 'done' }],
        },
      };

      expect(await run([create('2'), patch])).toEqual({ code: 207, statuses: [424, 412] });
      expect(await everything()).toMatchObject([{ id: '1', status: 'closed' }]);
    });

    it.each<[string, OperationInput[], number[]]>([
      ['a bad patch', [create('1'), patchOf('1', '/missing')], [424, 400]],
      ['a missing read', [{ operationType: 'Read', id: 'missing' }, create('1')], [404, 424]],
      ['a missing delete', [create('1'), { operationType: 'Delete', id: 'missing' }], [424, 404]],
      ['one id twice', [create('1'), create('1')], [424, 409]],
      ['another partition key', [create('1'), create('2', { pk: 'b' })], [424, 400]],
      ['a bad ttl', [create('1'), create('2', { ttl: 0 })], [424, 400]],
    ])('(53) fails as a whole on %s', async (_, operations, expected) => {
      expect(await run(operations)).toEqual({ code: 207, statuses: expected });
      expect(await everything()).toEqual([]);
    });

    it('(54) refuses none, more than 100 operations, and more than 2 MB', async () => {
      const post = async (operations: unknown[]): Promise<number> => {
        const { status } = await send(world().cosmos, {
          method: 'POST',
          path: `/dbs/test/colls/${container.id}/docs`,
          headers: {
            'x-ms-cosmos-is-batch-request': 'True',
            'x-ms-cosmos-batch-atomic': 'True',
            'x-ms-documentdb-partitionkey': '["a"]',
          },
          body: JSON.stringify(operations),
        });
        return status;
      };
      const creates = Array.from({ length: 101 }, (_, i) => create(String(i)));

      expect(await post([])).toBe(400);
      expect(await post(creates)).toBe(400);
      expect(await post([{ operationType: 'Swap' }])).toBe(400);
      expect(await post([create('1', { x: 'x'.repeat(2 * 1024 * 1024) })])).toBe(413);
      expect(await everything()).toEqual([]);
      expect(await post(creates.slice(1))).toBe(200);
    });

    it('(55) deletes and creates one id in one batch', async () => {
      const { resource } = await container.items.create({ id: '1', pk: 'a' });

      expect(await run([{ operationType: 'Delete', id: '1' }, create('1', { n: 2 })])).toEqual({
        code: 200,
        statuses: [204, 201],
      });
      const [item] = (await everything()) as { _rid: string; n: number }[];
      expect(item!.n).toBe(2);
      expect(item!._rid).not.toBe(resource!._rid);
    });

    it('(56) leaves written bodies out when asked for the minimum', async () => {
      const { result } = await container.items.batch([create('1'), { operationType: 'Read', id: '1' }], 'a', {
        contentResponseOnWriteEnabled: false,
      });

      expect(result![0]).not.toHaveProperty('resourceBody');
      expect(result![0]!.eTag).toMatch(/^".+"$/);
      expect(result![1]).toMatchObject({ resourceBody: { id: '1' } });
    });
  });
});

function patchOf(id: string, path: string): OperationInput {
  return { operationType: 'Patch', id, resourceBody: [{ op: 'replace', path, value: 1 }] };
}

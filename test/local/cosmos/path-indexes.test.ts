import type { Container, IndexingPolicy, JSONValue } from '@azure/cosmos';
import { resultsOf } from './support/answers.ts';
import { keyedBy, openWorld, type World } from './support/worlds.ts';

const byName: IndexingPolicy = {
  includedPaths: [{ path: '/kind/?' }, { path: '/at/"due at"/?' }, { path: '/tags/[]/?' }],
  excludedPaths: [{ path: '/*' }],
  compositeIndexes: [
    [
      { path: '/kind', order: 'ascending' },
      { path: '/dueAt', order: 'ascending' },
    ],
  ],
};

describe('paths that are indexed by name', () => {
  describe('give what a scan gives', () => {
    let world: World;
    let indexed: Container;
    let scanned: Container;
    beforeAll(async () => {
      world = await openWorld({ ranges: 4, port: false });
      indexed = await world.container({ indexingPolicy: byName });
      scanned = await world.container();
      const values: JSONValue[] = [
        null,
        true,
        false,
        0,
        1,
        1.5,
        -3,
        1e21,
        '',
        '1',
        'a',
        'B',
        'é',
        '\uffee',
        '😀',
        [],
        [1],
        { a: 1 },
      ];
      for (const [i, value] of values.entries()) {
        const item = { id: String(i), pk: String(i % 5), kind: value, dueAt: i, at: { 'due at': value } };
        await indexed.items.create(item);
        await scanned.items.create(item);
      }
      await indexed.items.create({ id: 'bare', pk: '0' });
      await scanned.items.create({ id: 'bare', pk: '0' });
    });

    afterAll(() => world.stop());

    const constants: JSONValue[] = ['a', '1', '', 'é', 1, 0, -3, 1.5, true, false, null];

    it.each(['=', '<', '<=', '>', '>='])(
      'select by %s the same as a scan does, whatever the types',
      async (operator) => {
        for (const value of constants) {
          for (const path of ['c.kind', 'c.at["due at"]', 'c.dueAt']) {
            const query = `SELECT VALUE c.id FROM c WHERE ${path} ${operator} @value`;
            const spec = { query, parameters: [{ name: '@value', value }] };
            for (const scope of [{}, { partitionKey: '0' }, { partitionKey: '2' }]) {
              const narrowed = await resultsOf(indexed, spec, scope);
              const whole = await resultsOf(scanned, spec, scope);
              expect([query, value, scope, narrowed]).toEqual([query, value, scope, whole]);
            }
          }
        }
      },
    );

    it('for several conditions, in pages, and counted', async () => {
      const query = 'SELECT VALUE c.id FROM c WHERE c.kind >= "" AND c.dueAt > 8 AND c.dueAt <= 12';

      expect((await resultsOf(indexed, query, { maxItemCount: 1 })).toSorted()).toEqual(
        ['10', '11', '12', '9'].toSorted(),
      );
      expect(await resultsOf(indexed, 'SELECT VALUE COUNT(1) FROM c WHERE c.kind = "a"')).toEqual([1]);
      expect(await resultsOf(indexed, 'SELECT VALUE c.id FROM c WHERE c.kind = "a"', { partitionKey: '0' })).toEqual([
        '10',
      ]);
    });

    it('after writes, deletes and a new policy', async () => {
      const container = await world.container({ indexingPolicy: byName });
      const found = (): Promise<unknown[]> => resultsOf(container, 'SELECT VALUE c.id FROM c WHERE c.kind = "x"');
      await container.items.create({ id: '1', pk: 'a', kind: 'x' });
      await container.items.create({ id: '2', pk: 'a', kind: 'x' });
      await container.items.create({ id: '3', pk: 'a', kind: 'y' });

      await container.item('1', 'a').patch([{ op: 'set', path: '/kind', value: 'y' }]);
      await container.item('3', 'a').patch([{ op: 'set', path: '/kind', value: 'x' }]);
      await container.item('2', 'a').delete();
      expect(await found()).toEqual(['3']);
      await container.replace({ id: container.id, partitionKey: keyedBy('/pk') });
      expect(await found()).toEqual(['3']);
      await container.replace({ id: container.id, partitionKey: keyedBy('/pk'), indexingPolicy: byName });
      expect(await found()).toEqual(['3']);
    });
  });
});

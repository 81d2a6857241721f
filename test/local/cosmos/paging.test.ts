import type { Container, FeedOptions } from '@azure/cosmos';
import { refusalOf } from './support/answers.ts';
import { send } from './support/raw-request.ts';
import { clientOf, inEveryWorld, openWorld } from './support/worlds.ts';

interface Numbered {
  id: string;
  n: number;
}

describe('paging', () => {
  inEveryWorld((world) => {
    let container: Container;
    const count = 25;
    beforeAll(async () => {
      container = await world().container();
      for (let i = 0; i < count; i++) {
        await container.items.create({ id: String(i), pk: `p${i % 7}`, n: Math.floor(i / 3), one: 'a' });
      }
      for (let i = 0; i < 11; i++) await container.items.create({ id: `s${i}`, pk: 'same', n: i % 2, one: 'same' });
    });

    /** All pages, each asked for by a client of its own that knows only the token. */
    const pagesOf = async (query: string, options: FeedOptions): Promise<Numbered[][]> => {
      const pages: Numbered[][] = [];
      let token: string | undefined;
      for (let isFirst = true; isFirst || (token !== undefined && pages.length < 100); isFirst = false) {
        const client = clientOf(world().cosmos);
        const iterator = client
          .database('test')
          .container(container.id)
          .items.query<Numbered>(query, {
            ...options,
            ...(token === undefined ? {} : { continuationToken: token }),
          });
        const page = await iterator.fetchNext();
        client.dispose();
        pages.push(page.resources);
        token = page.continuationToken;
      }
      return pages;
    };
    const own = (items: readonly Numbered[]): string[] => items.map(({ id }) => id);
    const everyId = Array.from({ length: count }, (_, i) => String(i));

    it('(74) gives a partition in pages of the size asked for, complete and in order', async () => {
      const pages = await pagesOf('SELECT * FROM c', { partitionKey: 'same', maxItemCount: 4 });

      expect(pages.map(({ length }) => length)).toEqual([4, 4, 3]);
      expect(own(pages.flat())).toEqual(Array.from({ length: 11 }, (_, i) => `s${i}`));
    });

    it('(74) gives all partitions in pages, each item once', async () => {
      const pages = await pagesOf('SELECT * FROM c WHERE c.one = "a"', { maxItemCount: 4 });

      expect(pages.every(({ length }) => length <= 4)).toBe(true);
      expect(own(pages.flat()).toSorted()).toEqual(everyId.toSorted());
    });

    it.each(['ASC', 'DESC'])(
      '(76) goes on in another client within one partition, ordered %s with ties',
      async (direction) => {
        const query = `SELECT * FROM c ORDER BY c.n ${direction}`;

        const whole = await pagesOf(query, { partitionKey: 'same' });
        const pages = await pagesOf(query, { partitionKey: 'same', maxItemCount: 2 });

        expect(pages).toHaveLength(6);
        expect(own(pages.flat())).toEqual(own(whole.flat()));
      },
    );

    it.each(['ASC', 'DESC'])(
      '(76) goes on in another client across ranges, ordered %s with ties',
      async (direction) => {
        const query = `SELECT * FROM c WHERE c.one = "a" ORDER BY c.n ${direction}`;

        const pages = await pagesOf(query, { maxItemCount: 4, enableQueryControl: true });
        const items = pages.flat();
        const sorted = items.map(({ n }) => n).toSorted((a, b) => (direction === 'ASC' ? a - b : b - a));

        expect(items.map(({ n }) => n)).toEqual(sorted);
        expect(own(items).toSorted()).toEqual(everyId.toSorted());
      },
    );

    it('(76) goes on in another client across ranges without an order', async () => {
      const pages = await pagesOf('SELECT * FROM c WHERE c.one = "a"', { maxItemCount: 3, enableQueryControl: true });

      expect(own(pages.flat()).toSorted()).toEqual(everyId.toSorted());
    });

    it('(76) keeps TOP and LIMIT over the pages of a partition', async () => {
      const top = await pagesOf('SELECT TOP 5 * FROM c', { partitionKey: 'same', maxItemCount: 2 });
      const window = await pagesOf('SELECT * FROM c OFFSET 3 LIMIT 5', { partitionKey: 'same', maxItemCount: 2 });

      expect(own(top.flat())).toEqual(['s0', 's1', 's2', 's3', 's4']);
      expect(own(window.flat())).toEqual(['s3', 's4', 's5', 's6', 's7']);
    });

    it('(77) neither repeats nor hides items when others come and go in between', async () => {
      const changing = await world().container();
      for (let i = 0; i < 9; i++) await changing.items.create({ id: String(i), pk: 'a', n: i * 10 });
      const next = async (continuationToken?: string): Promise<{ ids: string[]; token: string | undefined }> => {
        const options = continuationToken === undefined ? {} : { continuationToken };
        const page = await changing.items
          .query<Numbered>('SELECT * FROM c ORDER BY c.n', { partitionKey: 'a', maxItemCount: 3, ...options })
          .fetchNext();
        return { ids: own(page.resources), token: page.continuationToken };
      };

      const first = await next();
      await changing.item('0', 'a').delete();
      await changing.item('2', 'a').delete();
      await changing.items.create({ id: 'before', pk: 'a', n: 5 });
      await changing.items.create({ id: 'after', pk: 'a', n: 35 });
      const second = await next(first.token);
      const third = await next(second.token);

      expect([first.ids, second.ids, third.ids]).toEqual([
        ['0', '1', '2'],
        ['3', 'after', '4'],
        ['5', '6', '7'],
      ]);
    });

    it('refuses a continuation that is none', async () => {
      const options = { partitionKey: 'same', continuationToken: 'nonsense' };

      expect(await refusalOf(container.items.query('SELECT * FROM c', options).fetchNext())).toBe(400);
    });

    it('(78) counts the items of a page, and gives query metrics only on request', async () => {
      const headersOf = async (asked: Record<string, string>): Promise<Record<string, string>> => {
        const { headers } = await send(world().cosmos, {
          method: 'POST',
          path: `/dbs/test/colls/${container.id}/docs`,
          headers: { 'x-ms-documentdb-isquery': 'True', 'x-ms-documentdb-partitionkey': '["same"]', ...asked },
          body: '{"query":"SELECT * FROM c WHERE c.n = 0"}',
        });
        return headers;
      };

      const plain = await headersOf({});
      const measured = await headersOf({ 'x-ms-documentdb-populatequerymetrics': 'true' });

      expect(plain['x-ms-item-count']).toBe('6');
      expect(plain).not.toHaveProperty('x-ms-documentdb-query-metrics');
      expect(measured['x-ms-documentdb-query-metrics']).toContain('outputDocumentCount=6');
    });
  });

  it('(75) keeps a page under 4 MB', async () => {
    const world = await openWorld({ port: false });
    const container = await world.container();
    for (let i = 0; i < 4; i++) await container.items.create({ id: String(i), pk: 'a', text: 'x'.repeat(1_500_000) });

    const iterator = container.items.query('SELECT * FROM c', { partitionKey: 'a' });
    const sizes: number[] = [];
    while (iterator.hasMoreResults()) sizes.push((await iterator.fetchNext()).resources.length);

    expect(sizes).toEqual([2, 2]);
    await world.stop();
  });
});

import type { Container } from '@azure/cosmos';
import { refusalOf, resultsOf } from './support/answers.ts';
import { inEveryWorld, keyedBy } from './support/worlds.ts';

describe('time to live', () => {
  inEveryWorld((world) => {
    const seconds = (count: number): void => world().clock.advance(count * 1000);
    const isThere = async (container: Container, id: string): Promise<boolean> =>
      (await container.item(id, 'a').read()).statusCode === 200;
    const remaining = (container: Container): Promise<unknown[]> =>
      resultsOf(container, 'SELECT VALUE c.id FROM c', { partitionKey: 'a' });

    it('(85) takes the ttl of the item before the default, and -1 as never', async () => {
      const container = await world().container({ defaultTtl: 60 });
      await container.items.create({ id: 'default', pk: 'a' });
      await container.items.create({ id: 'short', pk: 'a', ttl: 10 });
      await container.items.create({ id: 'never', pk: 'a', ttl: -1 });

      expect(await remaining(container)).toEqual(['default', 'short', 'never']);
      seconds(10);
      expect(await remaining(container)).toEqual(['default', 'never']);
      seconds(50);
      expect(await remaining(container)).toEqual(['never']);
    });

    it('(85) expires nothing by itself under the default -1', async () => {
      const container = await world().container({ defaultTtl: -1 });
      await container.items.create({ id: 'plain', pk: 'a' });
      await container.items.create({ id: 'short', pk: 'a', ttl: 10 });

      seconds(1_000_000);

      expect(await remaining(container)).toEqual(['plain']);
    });

    it('(85) ignores the ttl of items where the container has no default, until it gets one', async () => {
      const { container } = await world()
        .client.database('test')
        .containers.create({ id: 'without-ttl', partitionKey: keyedBy('/pk') });
      await container.items.create({ id: 'short', pk: 'a', ttl: 10 });

      seconds(100);
      expect(await isThere(container, 'short')).toBe(true);
      await container.replace({ id: 'without-ttl', partitionKey: keyedBy('/pk'), defaultTtl: -1 });
      expect(await isThere(container, 'short')).toBe(false);
    });

    it('(86, 88) starts anew with each write and each patch, to the second of the clock', async () => {
      const container = await world().container({ defaultTtl: 10 });
      await container.items.create({ id: '1', pk: 'a' });

      seconds(9);
      await container.item('1', 'a').replace({ id: '1', pk: 'a' });
      seconds(9);
      await container.item('1', 'a').patch([{ op: 'set', path: '/x', value: 1 }]);
      seconds(9);
      expect(await isThere(container, '1')).toBe(true);
      seconds(1);
      expect(await isThere(container, '1')).toBe(false);
    });

    it('(87) hides an expired item from everything and frees its id', async () => {
      const container = await world().container({ defaultTtl: 10 });
      const { etag } = await container.items.create({ id: '1', pk: 'a', n: 1 });
      const item = container.item('1', 'a');

      seconds(10);

      expect(await remaining(container)).toEqual([]);
      expect(await resultsOf(container, 'SELECT VALUE COUNT(1) FROM c')).toEqual([0]);
      expect((await container.items.readAll().fetchAll()).resources).toEqual([]);
      expect(await refusalOf(item.replace({ id: '1', pk: 'a' }))).toBe(404);
      expect(await refusalOf(item.patch([{ op: 'incr', path: '/n', value: 1 }]))).toBe(404);
      expect(await refusalOf(item.delete({ accessCondition: { type: 'IfMatch', condition: etag } }))).toBe(404);
      const batch = await container.items.batch([{ operationType: 'Read', id: '1' }], 'a');
      expect(batch.result!.map(({ statusCode }) => statusCode)).toEqual([404]);
      expect((await container.items.create({ id: '1', pk: 'a' })).statusCode).toBe(201);
    });
  });
});

import type { Container, OperationInput } from '@azure/cosmos';
import { refusalOf, resultsOf } from './support/answers.ts';
import { inEveryWorld } from './support/worlds.ts';

const times = <Result>(count: number, work: (i: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => work(i)));

describe('many at once', () => {
  inEveryWorld((world) => {
    let container: Container;
    beforeEach(async () => {
      container = await world().container();
    });
    const read = async (id: string): Promise<{ n: number; _etag: string }> => {
      const { resource } = await container.item(id, 'a').read<{ n: number }>();
      return resource!;
    };

    it('(94) lets one of fifty creates of the same id win', async () => {
      const answers = await times(50, () => refusalOf(container.items.create({ id: '1', pk: 'a' })));

      expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 409)).toHaveLength(49);
    });

    it('(95) loses none of a hundred patch increments', async () => {
      await container.items.create({ id: '1', pk: 'a', n: 0 });

      await times(100, () => container.item('1', 'a').patch([{ op: 'incr', path: '/n', value: 1 }]));

      expect((await read('1')).n).toBe(100);
    });

    it('(96) loses no increment that is guarded by If-Match', async () => {
      await container.items.create({ id: '1', pk: 'a', n: 0 });
      const increment = async (): Promise<void> => {
        for (;;) {
          const { n, _etag } = await read('1');
          const accessCondition = { type: 'IfMatch', condition: _etag };
          const answer = await refusalOf(
            container.item('1', 'a').replace({ id: '1', pk: 'a', n: n + 1 }, { accessCondition }),
          );
          if (answer === 'accepted') return;
        }
      };

      await times(4, async () => {
        for (let i = 0; i < 5; i++) await increment();
      });

      expect((await read('1')).n).toBe(20);
    });

    it('(97) counts once what a marker and an increment in one batch say fifty times', async () => {
      await container.items.create({ id: 'count', pk: 'a', n: 0 });
      const operations: OperationInput[] = [
        { operationType: 'Create', resourceBody: { id: 'marker', pk: 'a' } },
        { operationType: 'Patch', id: 'count', resourceBody: [{ op: 'incr', path: '/n', value: 1 }] },
      ];

      const codes = await times(50, async () => (await container.items.batch(operations, 'a')).code);

      expect(codes.filter((code) => code === 200)).toHaveLength(1);
      expect((await read('count')).n).toBe(1);
    });

    it('(98) applies one of fifty batches that hold the same etag, and that one whole', async () => {
      const { etag } = await container.items.create({ id: 'count', pk: 'a', n: -1 });
      const batch = (n: number): OperationInput[] => [
        { operationType: 'Create', resourceBody: { id: `marker:${n}`, pk: 'a' } },
        { operationType: 'Replace', id: 'count', ifMatch: etag, resourceBody: { id: 'count', pk: 'a', n } },
      ];

      const codes = await times(50, async (i) => (await container.items.batch(batch(i), 'a')).code);

      const winner = (await read('count')).n;
      const markers = await resultsOf(container, 'SELECT VALUE c.id FROM c WHERE STARTSWITH(c.id, "marker:")');
      expect(codes.filter((code) => code === 200)).toHaveLength(1);
      expect(markers).toEqual([`marker:${winner}`]);
    });

    it('(99) shows no reader half a batch', async () => {
      await container.items.create({ id: 'left', pk: 'a', n: 0 });
      await container.items.create({ id: 'right', pk: 'a', n: 0 });
      const write = (): Promise<unknown> =>
        container.items.batch(
          ['left', 'right'].map((id) => ({
            operationType: 'Patch',
            id,
            resourceBody: [{ op: 'incr', path: '/n', value: 1 }],
          })),
          'a',
        );
      const readBoth = (): Promise<unknown[]> => resultsOf(container, 'SELECT VALUE c.n FROM c', { partitionKey: 'a' });

      const [pairs] = await Promise.all([times(20, readBoth), times(20, write)]);

      expect(pairs.every(([left, right]) => left === right)).toBe(true);
      expect(await readBoth()).toEqual([20, 20]);
    });
  });

  describe('over kept-alive connections', () => {
    inEveryWorld((world) => {
      it('(100) answers hundreds of requests', async () => {
        const container = await world().container();

        await times(250, (i) => container.items.create({ id: String(i), pk: i % 10 }));

        expect(await resultsOf(container, 'SELECT VALUE COUNT(1) FROM c')).toEqual([250]);
      });
    });
  });
});

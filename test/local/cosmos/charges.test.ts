import type { Container } from '@azure/cosmos';
import { ConsistencyLevel, CosmosClient } from '@azure/cosmos';
import { readCharge, createCharge } from '../../../local/cosmos/request-charge.ts';
import { refusalOf } from './support/answers.ts';
import { clientOf, inEveryWorld, openWorld } from './support/worlds.ts';

describe('sessions and charges', () => {
  inEveryWorld((world) => {
    let container: Container;
    beforeAll(async () => {
      container = await world().container();
    });

    it('(89) gives session tokens that grow with each write, with the content path that keeps them', async () => {
      const first = await container.items.create({ id: '89a', pk: 'a' });
      const second = await container.items.create({ id: '89b', pk: 'a' });
      const tokens = [first, second].map(({ headers }) => String(headers['x-ms-session-token']));
      const parsed = tokens.map((token) => /^(\d+):-1#(\d+)$/.exec(token)!.slice(1).map(Number));

      expect(parsed[0]![0]).toBe(parsed[1]![0]);
      expect(parsed[1]![1]).toBe(parsed[0]![1]! + 1);
      expect(first.headers['x-ms-content-path']).toBe((await container.read()).resource!._rid);
    });

    it('(89) is sent its tokens by a client with session consistency', async () => {
      const { cosmos } = world();
      const sent: (string | undefined)[] = [];
      const client = new CosmosClient({
        endpoint: 'https://cosmos.local/',
        key: cosmos.key,
        consistencyLevel: ConsistencyLevel.Session,
        httpClient: {
          sendRequest: (request) => {
            sent.push(request.headers.get('x-ms-session-token'));
            return cosmos.httpClient.sendRequest(request);
          },
        },
      });
      const { items } = client.database('test').container(container.id);

      const { headers } = await items.create({ id: '89c', pk: 'a' });
      await client.database('test').container(container.id).item('89c', 'a').read();

      expect(sent.at(-1)).toContain(headers['x-ms-session-token']);
      client.dispose();
    });

    it('(90) accepts a weaker consistency level and refuses a stronger one', async () => {
      const readWith = async (consistencyLevel: ConsistencyLevel): Promise<unknown> => {
        const client = clientOf(world().cosmos, { consistencyLevel });
        const status = await refusalOf(client.database('test').container(container.id).item('89a', 'a').read());
        client.dispose();
        return status;
      };

      expect(await readWith(ConsistencyLevel.Eventual)).toBe('accepted');
      expect(await readWith(ConsistencyLevel.Session)).toBe('accepted');
      expect(await readWith(ConsistencyLevel.Strong)).toBe(400);
    });

    it('(91) charges failures too, and more for more', async () => {
      const small = await container.items.create({ id: 'small', pk: 'a' });
      const large = await container.items.create({ id: 'large', pk: 'a', text: 'x'.repeat(100_000) });
      const missing = await container.item('missing', 'a').read();

      expect(large.requestCharge).toBeGreaterThan(small.requestCharge);
      expect(missing.requestCharge).toBe(1);
      await expect(container.items.create({ id: 'small', pk: 'a' })).rejects.toMatchObject({
        code: 409,
        headers: { 'x-ms-request-charge': '1' },
      });
    });

    it('(92) charges less where fewer paths are indexed, and then more for a replace than for a create', async () => {
      const lean = await world().container({
        indexingPolicy: { includedPaths: [{ path: '/kind/?' }], excludedPaths: [{ path: '/*' }] },
      });
      const item = { id: '1', pk: 'a', kind: 'x', list: [1, 2, 3, 4, 5], nested: { a: 1, b: 2 } };

      const indexed = await container.items.create(item);
      const created = await lean.items.create(item);
      const replaced = await lean.item('1', 'a').replace(item);

      expect(created.requestCharge).toBeLessThan(indexed.requestCharge);
      expect(replaced.requestCharge).toBeGreaterThan(created.requestCharge);
    });

    it('(109) counts by container, operation and kind', async () => {
      const counted = await world().container();
      await counted.items.create({ id: 'history', pk: 'a' });
      await counted.items.batch(
        [
          { operationType: 'Create', resourceBody: { id: 'attempt:1', pk: 'a' } },
          { operationType: 'Create', resourceBody: { id: 'attempt:2', pk: 'a' } },
          { operationType: 'Patch', id: 'history', resourceBody: [{ op: 'incr', path: '/n', value: 1 }] },
        ],
        'a',
      );
      await counted.item('attempt:1', 'a').read();
      await counted.items.query('SELECT * FROM c', { partitionKey: 'a' }).fetchAll();

      const usage = world().cosmos.inspect().containers[`test/${counted.id}`]!;

      expect(usage).toMatchObject({
        items: 3,
        lsn: 4,
        operations: { Create: { count: 1 }, Batch: { count: 1 }, Read: { count: 1 }, Query: { count: 1 } },
        kinds: {
          history: { Create: { count: 1 }, Patch: { count: 1 } },
          attempt: { Create: { count: 2 }, Read: { count: 1 } },
        },
      });
      const sum = Object.values(usage.operations).reduce((total, { requestCharge }) => total + requestCharge, 0);
      expect(usage.requestCharge).toBeCloseTo(sum);
    });
  });

  it.each([
    [1, 1.0, 4.95],
    [4, 1.14, 6.67],
    [16, 1.67, 9.52],
    [64, 4.76, 22.67],
  ])('(91) models %d KB by the published table', (kb, read, write) => {
    expect(readCharge(kb * 1024)).toBeCloseTo(read);
    expect(createCharge({ bytes: kb * 1024, terms: [] })).toBeCloseTo(write);
  });

  it('(90) doubles the charge of reads on a strong account', async () => {
    const strong = await openWorld({ consistency: 'Strong', port: false });
    const container = await strong.container();
    await container.items.create({ id: '1', pk: 'a' });

    expect((await container.item('1', 'a').read()).requestCharge).toBe(2);
    await strong.stop();
  });

  it('(93) answers 429 with a wait when the budget is spent, and the default client gets through', async () => {
    let nowMs = Date.parse('2026-03-01T12:00:00Z');
    const clock = { now: () => new Date(nowMs) };
    const world = await openWorld({ ruBudget: 10, clock, port: false });
    const container = await world.container();
    const impatient = clientOf(world.cosmos, {
      connectionPolicy: {
        retryOptions: { maxRetryAttemptCount: 0, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 0 },
      },
    });
    const create = (from: typeof container, id: string): Promise<unknown> => from.items.create({ id, pk: 'a' });
    const hasty = impatient.database('test').container(container.id);

    await create(container, '1');
    await create(container, '2');
    await expect(create(hasty, '3')).rejects.toMatchObject({ code: 429, substatus: 3200, retryAfterInMs: 71 });
    const { httpClient } = world.cosmos;
    const patient = clientOf(world.cosmos, {
      httpClient: {
        sendRequest: (request) => {
          nowMs += 50;
          return httpClient.sendRequest(request);
        },
      },
    });
    await create(patient.database('test').container(container.id), '3');

    expect(world.cosmos.inspect().containers[`test/${container.id}`]!.operations.Create!.throttled).toBeGreaterThan(0);
    impatient.dispose();
    patient.dispose();
    await world.stop();
  });
});

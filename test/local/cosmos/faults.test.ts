import { CosmosClient } from '@azure/cosmos';
import type { Container } from '@azure/cosmos';
import { type FaultRule, Faults } from '../../../local/cosmos/faults.ts';
import { until } from './support/until.ts';
import { clientOf, inEveryWorld, openWorld, type World } from './support/worlds.ts';

describe('faults', () => {
  inEveryWorld((world) => {
    let client: CosmosClient;
    let container: Container;
    beforeAll(async () => {
      const { id } = await world().container();
      // Without retries: what a request meets is what the test sees.
      client = clientOf(world().cosmos, {
        connectionPolicy: {
          enableEndpointDiscovery: false,
          retryOptions: { maxRetryAttemptCount: 0, fixedRetryIntervalInMilliseconds: 0, maxWaitTimeInSeconds: 0 },
        },
      });
      container = client.database('test').container(id);
      await container.items.create({ id: 'there', pk: 'a', n: 0 });
    });
    afterAll(() => client.dispose());
    afterEach(() => world().cosmos.faults.clear());

    const faults = (): Faults => world().cosmos.faults;
    const upsert = (id: string): Promise<unknown> => container.items.upsert({ id, pk: 'a' });
    const isThere = async (id: string): Promise<boolean> => (await container.item(id, 'a').read()).statusCode === 200;

    it.each([408, 429, 449, 503])('(101) answers %d instead of executing', async (status) => {
      faults().add({ operation: 'Upsert', status, substatus: 3200, retryAfterMs: 7, times: 1 });

      await expect(upsert(`status-${status}`)).rejects.toMatchObject({ code: status });

      expect(await isThere(`status-${status}`)).toBe(false);
      await upsert(`status-${status}`);
      expect(await isThere(`status-${status}`)).toBe(true);
    });

    it('(101) is retried by the default client when the answer is 429', async () => {
      faults().add({ operation: 'Create', status: 429, retryAfterMs: 1, times: 3 });
      const patient = world().client.database('test').container(container.id);

      await patient.items.create({ id: 'patient', pk: 'a' });

      expect(faults().fired).toHaveLength(3);
    });

    it('(102) executes once what loses its reply', async () => {
      faults().add({ operation: 'Patch', drop: 'after', times: 1 });
      const before = (await container.item('there', 'a').read<{ n: number }>()).resource!.n;

      await expect(container.item('there', 'a').patch([{ op: 'incr', path: '/n', value: 1 }])).rejects.toMatchObject({
        code: 'ECONNRESET',
      });

      expect((await container.item('there', 'a').read<{ n: number }>()).resource!.n).toBe(before + 1);
    });

    it('(102) executes nothing of what is cut before', async () => {
      faults().add({ operation: 'Upsert', drop: 'before', times: 1 });

      await expect(upsert('cut')).rejects.toMatchObject({ code: 'ECONNRESET' });

      expect(await isThere('cut')).toBe(false);
    });

    it('(102) loses the reply of a whole batch, which is done all the same', async () => {
      faults().add({ operation: 'Batch', kind: 'attempt', drop: 'after', times: 1 });
      const batch = ['attempt:1', 'other'].map((id) => ({
        operationType: 'Create' as const,
        resourceBody: { id, pk: 'a' },
      }));

      await expect(container.items.batch(batch, 'a')).rejects.toThrow('Batch request error');

      expect(await isThere('attempt:1')).toBe(true);
      expect(await isThere('other')).toBe(true);
    });

    it.each<[string, FaultRule]>([
      ['operation', { operation: 'Upsert' }],
      ['container', { container: 'CONTAINER' }],
      ['kind', { kind: 'wanted' }],
      ['partition key', { partitionKey: 'wanted' }],
    ])('(101) hits only the %s that is meant', async (_, rule) => {
      const meant = rule.container === undefined ? rule : { container: container.id };
      faults().add({ ...meant, status: 503 });
      const another = client.database('test').container((await world().container()).id);
      const statusOf = (work: Promise<{ statusCode: number }>): Promise<number> =>
        work.then(
          ({ statusCode }) => statusCode,
          (error: unknown) => (error as { code: number }).code,
        );

      const hit = await statusOf(container.items.upsert({ id: 'wanted:1', pk: 'wanted' }));
      const passed = await statusOf(another.items.create({ id: 'other:1', pk: 'other' }));

      expect([hit, passed]).toEqual([503, 201]);
    });

    it('(101) skips, then fires as often as it should', async () => {
      faults().add({ operation: 'Upsert', status: 449, skip: 2, times: 2 });

      const answers: boolean[] = [];
      for (let i = 0; i < 6; i++)
        answers.push(
          await upsert('skips').then(
            () => true,
            () => false,
          ),
        );

      expect(answers).toEqual([true, true, false, false, true, true]);
    });

    it('(101) delays by the clock of the service', async () => {
      faults().add({ operation: 'Read', latencyMs: 30, times: 1 });
      const { clock } = world();
      const [startedAt, fired] = [clock.now().getTime(), faults().fired.length];

      const delayed = isThere('there').then((found) => [found, clock.now().getTime() - startedAt]);
      await until(() => faults().fired.length > fired);
      clock.advance(29);
      await isThere('there');
      clock.advance(1);

      expect(await delayed).toEqual([true, 30]);
    });

    it('(101, 103) hangs until the client gives up', async () => {
      faults().add({ operation: 'Upsert', hang: true, times: 1 });
      const controller = new AbortController();

      const hanging = container.items.upsert({ id: 'hung', pk: 'a' }, { abortSignal: controller.signal });
      await until(() => faults().fired.length > 0);
      controller.abort();

      await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
      expect(await isThere('hung')).toBe(false);
    });

    it('takes a single rule away again', async () => {
      const remove = faults().add({ operation: 'Upsert', status: 503 });
      faults().add({ operation: 'Read', status: 503 });

      remove();

      await expect(upsert('removed')).resolves.toBeDefined();
      await expect(container.item('there', 'a').read()).rejects.toMatchObject({ code: 503 });
    });

    it('counts injected answers apart', async () => {
      const usage = (): { injected: number; requestCharge: number } =>
        world().cosmos.inspect().containers[`test/${container.id}`]!;
      const before = usage();
      faults().add({ operation: 'Upsert', status: 503, times: 1 });

      await expect(upsert('uncharged')).rejects.toMatchObject({ code: 503 });

      expect(usage()).toMatchObject({ injected: before.injected + 1, requestCharge: before.requestCharge });
    });
  });

  it('(101) fires the same for the same seed and the same requests', () => {
    const request = { operation: 'Read' as const, container: 'c', kinds: [], partition: '["a"]' };
    const run = (seed: number): boolean[] => {
      const faults = new Faults({ seed, rules: [{ rate: 0.5, status: 503 }] });
      return Array.from({ length: 64 }, () => faults.hit(request) !== undefined);
    };

    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(1).filter(Boolean).length).toBeGreaterThan(16);
    expect(run(1).filter(Boolean).length).toBeLessThan(48);
  });

  describe('when the server stops', () => {
    let world: World;

    it.each([0, false] as const)('cuts what hangs (port %p)', async (port) => {
      world = await openWorld({ port });
      const container = await world.container();
      world.cosmos.faults.add({ hang: true });

      const hanging = container.items.create({ id: '1', pk: 'a' });
      const outcome = expect(hanging).rejects.toMatchObject({ code: 'ECONNRESET' });
      await until(() => world.cosmos.faults.fired.length > 0);
      await world.stop();

      await outcome;
    });
  });
});

import { ServiceBusClient } from '@azure/service-bus';
import { type CloudProcess, startCloudProcess } from '../../../performance/cloud/cloud-process.ts';
import { type ConnectedProduct, connectProduct } from '../../../performance/pipelines/connect-product.ts';
import { makeContestants, PLAIN, PLAIN_ALL_DUTIES, PRODUCT } from '../../../performance/pipelines/contestants.ts';
import { drain } from '../../../performance/pipelines/drain.ts';
import { silentLog } from '../../../performance/pipelines/silent-log.ts';
import { makeWorkload } from '../../../performance/pipelines/workload.ts';
import { measureSessionCosts } from '../../../performance/sessions/session-costs.ts';

const shape = { name: 'test', people: 3, sessionsEach: 2, atOnce: 3, failure: 'technical', passes: 0.5 } as const;

describe('emptying a full queue', () => {
  let cloud: CloudProcess;
  let connected: ConnectedProduct;
  let client: ServiceBusClient;
  beforeAll(async () => {
    cloud = await startCloudProcess();
    connected = connectProduct(cloud, silentLog);
    client = new ServiceBusClient(cloud.settings.ServiceBusConnection ?? '');
  });
  afterAll(async () => {
    await Promise.all([client.close(), connected.close()]);
    await cloud.stop();
  });

  it.each([PRODUCT, PLAIN, PLAIN_ALL_DUTIES])('leaves each result written down once: %s', async (name) => {
    const pipeline = makeContestants(connected).find((contestant) => contestant.name === name)!;
    const workload = makeWorkload(shape, 1, new Date());

    const drained = await drain({ cloud, client, pipeline, workload, latencyMs: 1 });

    expect(drained).toMatchObject({ results: workload.events.length, sessions: 6, failedCalls: 0 });
    expect(drained.charge).toBeGreaterThan(drained.requests);
    expect(await cloud.waitingMessages()).toBe(0);
  });

  it('shows what each step of a session costs, and that an idle sweep costs little', async () => {
    const { steps, recordedApart, sweeps } = await measureSessionCosts(cloud, connected);

    expect(steps.map(({ step }) => step)).toEqual(['token requested', 'completed', 'recorded and published']);
    for (const { first, later } of steps) {
      expect(later.charge).toBeGreaterThan(later.requests);
      expect(first.charge).toBeGreaterThanOrEqual(later.charge);
    }
    expect(recordedApart.charge).toBeGreaterThan(steps[2]?.later.charge ?? NaN);
    expect(sweeps).toHaveLength(5);
  });

  it('is given up when a message fails each time it comes', async () => {
    const pipeline = makeContestants(connected).find(({ name }) => name === PLAIN)!;
    const workload = makeWorkload(shape, 1, new Date());
    const failing = { ...pipeline, handle: () => Promise.reject(new Error('never')) };

    const drained = drain({ cloud, client, pipeline: failing, workload, latencyMs: 0, patienceMs: 500 });

    await expect(drained).rejects.toThrow(/^plain, results only: 0 of \d+ messages were handled, \d+ calls failed$/);
  });
});

import { ServiceBusClient } from '@azure/service-bus';
import { Random } from '../../../../evaluation/random.ts';
import { serviceBusConfig } from '../../../../local/cloud.ts';
import { type LocalServiceBus, startServiceBus } from '../../../../local/service-bus/service-bus.ts';
import { Unavailable } from '../../../../shared/application/errors.ts';
import { SimulatedProcess } from '../../../../simulation/engine/simulated-process.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import type { DeliveryTrouble } from '../../../../simulation/faults/weather-of.ts';
import { MessagePump } from '../../../../simulation/world/message-pump.ts';

const LOCK_SECONDS = 300;

let time: VirtualTime;
let serviceBus: LocalServiceBus;
beforeEach(async () => {
  time = new VirtualTime(Date.UTC(2026, 0, 5));
  serviceBus = await startServiceBus({ port: false, clock: time, config: serviceBusConfig([]) });
});
afterEach(() => serviceBus.stop());

const send = async (queue: string, ...bodies: unknown[]): Promise<void> => {
  const { webSocket } = serviceBus.wire();
  const client = new ServiceBusClient(serviceBus.connectionString, { webSocketOptions: { webSocket } });
  await client.createSender(queue).sendMessages(bodies.map((body) => ({ body })));
  await client.close();
};

const results = () => serviceBus.inspect().entities['liveness-results'];

type Handle = (bodies: readonly unknown[]) => Promise<void>;

const handled = (): Promise<void> => Promise.resolve();

/** A pump with one process, whose deliveries meet this trouble in turn. */
const aPump = ({ handle = handled, troubles = [] }: { handle?: Handle; troubles?: DeliveryTrouble[] } = {}) => {
  const process = new SimulatedProcess('process 0');
  const received: { bodies: readonly unknown[]; atSecond: number }[] = [];
  const mistakes: string[] = [];
  const startsAtMs = time.nowMs;
  const note = (bodies: readonly unknown[]): Promise<void> => {
    received.push({ bodies, atSecond: (time.nowMs - startsAtMs) / 1000 });
    return handle(bodies);
  };
  const pump = new MessagePump({
    time,
    random: new Random(1),
    weather: { delivery: (number) => troubles[number - 1] ?? { lateSeconds: 0 } },
    receiver: (destination) => serviceBus.receiver(destination),
    anyInstance: () =>
      process.isAlive
        ? {
            process,
            product: {
              onMessages: {
                'liveness-results': note,
                'abuse-events/Subscriptions/close-open-sessions': note,
                sweeps: note,
              },
            },
          }
        : undefined,
    pace: () => 1,
    onMistake: (where, error) => mistakes.push(`${where}: ${String(error)}`),
  });
  const runFor = async (seconds: number): Promise<void> => {
    const untilMs = time.nowMs + 1000 * seconds;
    time.after(1000 * seconds, () => undefined);
    await time.run(() => time.nowMs >= untilMs);
  };
  return { process, pump, received, mistakes, runFor, startsAtMs };
};

describe('messages', () => {
  it('come in a batch, as texts, in any order, and are completed', async () => {
    const numbers = Array.from({ length: 20 }, (_, number) => ({ number }));
    await send('liveness-results', ...numbers);
    const { received, runFor } = aPump();

    await runFor(10);

    const [batch, ...more] = received.map(({ bodies }) => bodies);
    expect(more).toEqual([]);
    expect(batch).not.toEqual(numbers.map((body) => JSON.stringify(body)));
    expect([...(batch ?? [])].sort()).toEqual(numbers.map((body) => JSON.stringify(body)).sort());
    expect(results()?.active).toBe(0);
  });

  it('of sweeps come one by one, as values', async () => {
    await send('sweeps', { sweep: 'publish-events' }, { sweep: 'watch-customers' });
    const { received, runFor } = aPump();

    await runFor(10);

    expect(received.map(({ bodies }) => bodies)).toEqual([
      [{ sweep: 'publish-events' }],
      [{ sweep: 'watch-customers' }],
    ]);
  });

  it('that meet a dependency that is unwell come again, and nobody takes it for a mistake', async () => {
    await send('liveness-results', { number: 1 });
    let times = 0;
    const handle: Handle = () =>
      (times += 1) === 1 ? Promise.reject(new Unavailable('the store is down')) : Promise.resolve();
    const { received, mistakes, runFor } = aPump({ handle });

    await runFor(10);

    expect([received.length, mistakes]).toEqual([2, []]);
  });

  it('whose handler fails otherwise are a mistake of the product', async () => {
    await send('liveness-results', { number: 1 });
    const { mistakes, runFor } = aPump({ handle: () => Promise.reject(new TypeError('a bug')) });

    await runFor(2);

    expect(mistakes[0]).toBe('message of liveness-results: TypeError: a bug');
  });

  it('of a process that ends come again when their locks are over', async () => {
    await send('liveness-results', { number: 1 });
    const { process, received, runFor } = aPump({ handle: () => new Promise(() => undefined) });
    time.after(5000, () => process.kill());
    await runFor(10);
    const next = aPump();

    await next.runFor(LOCK_SECONDS + 10);

    expect(received).toHaveLength(1);
    expect(next.received).toHaveLength(1);
    expect(next.received[0]!.atSecond).toBeGreaterThan(LOCK_SECONDS - 10);
  });

  it('that lose their locks after they were handled are handled once more', async () => {
    await send('liveness-results', { number: 1 });
    const { received, runFor } = aPump({ troubles: [{ lateSeconds: 0, losesLocks: 'after' }] });

    await runFor(10);

    expect(received).toHaveLength(2);
    expect(results()?.active).toBe(0);
  });

  it('that lose their locks before they are handled are in two hands at once', async () => {
    await send('liveness-results', { number: 1 });
    let inHands = 0;
    let mostAtOnce = 0;
    const handle: Handle = async () => {
      inHands += 1;
      mostAtOnce = Math.max(mostAtOnce, inHands);
      await time.sleep(50);
      inHands -= 1;
    };
    const { received, mistakes, runFor } = aPump({ handle, troubles: [{ lateSeconds: 0, losesLocks: 'before' }] });

    await runFor(10);

    expect([received.length, mostAtOnce]).toEqual([2, 2]);
    expect(results()?.active).toBe(0);
    expect(mistakes).toEqual([]);
  });

  it('that are late are overtaken, and come again when their locks are over meanwhile', async () => {
    await send('liveness-results', { number: 1 });
    const { received, runFor } = aPump({ troubles: [{ lateSeconds: LOCK_SECONDS + 20, losesLocks: 'before' }] });
    await runFor(5);
    await send('liveness-results', { number: 2 });

    await runFor(LOCK_SECONDS + 60);

    expect(received.map(({ bodies }) => bodies)).toEqual([['{"number":2}'], ['{"number":1}'], ['{"number":1}']]);
    expect(results()?.active).toBe(0);
  });

  it('wait while no process is there, and once the pump has stopped', async () => {
    await send('liveness-results', { number: 1 });
    const { process, pump, received, runFor } = aPump();
    process.kill();
    await runFor(10);
    pump.stop();
    await runFor(10);

    expect(received).toEqual([]);
    expect(results()?.active).toBe(1);
  });
});

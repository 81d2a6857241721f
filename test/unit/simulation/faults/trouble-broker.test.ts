import { Random } from '../../../../evaluation/random.ts';
import { serviceBusConfig } from '../../../../local/cloud.ts';
import { type LocalServiceBus, startServiceBus } from '../../../../local/service-bus/service-bus.ts';
import { connectServiceBus } from '../../../../shared/adapters/service-bus/service-bus-connection.ts';
import { ServiceBusSweepNudges } from '../../../../shared/adapters/service-bus/service-bus-sweep-nudges.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import type { Fault } from '../../../../simulation/faults/fault.ts';
import { troubleBroker } from '../../../../simulation/faults/trouble-broker.ts';
import { weatherOf } from '../../../../simulation/faults/weather-of.ts';

let serviceBus: LocalServiceBus;
beforeEach(async () => {
  // The client waits eight seconds for the answer to a send whose connection is cut.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  serviceBus = await startServiceBus({ port: false, config: serviceBusConfig([]) });
});
afterEach(async () => {
  jest.useRealTimers();
  await serviceBus.stop();
});

const begin = (fault: Fault) => {
  const time = new VirtualTime(0);
  const weather = weatherOf([fault], new Random(1), () => 0);
  let cuts = 0;
  const cloud = { serviceBus, cutConnections: () => (cuts += 1) };
  const end = troubleBroker({ faults: [fault], cloud, time, weather, say: () => undefined });
  return { time, weather, end, cuts: () => cuts };
};

const connect = () => {
  const { connectionString } = serviceBus;
  const { webSocket } = serviceBus.wire();
  const connection = connectServiceBus(
    { kind: 'connection-string', connectionString },
    { webSocketOptions: { webSocket } },
  );
  const nudges = new ServiceBusSweepNudges(connection);
  let minutes = 0;
  const send = () => nudges.nudge('publish-events', new Date(60_000 * (minutes += 1)));
  return { send, close: () => connection.close() };
};

const arrived = () => serviceBus.inspect().entities.sweeps?.active;

it.each(['cut', 'detach', 'server-busy'] as const)(
  'the send that the broker meets with "%s" is repeated by its client',
  async (what) => {
    const { weather, end } = begin({ kind: 'broker-trouble', send: 2, what });
    const { send, close } = connect();

    for (let sends = 0; sends < 3; sends += 1) {
      const sent = send();
      await jest.advanceTimersByTimeAsync(10_000);
      await sent;
    }

    expect(arrived()).toBe(3);
    end();
    expect([...weather.hits]).toEqual([['broker-trouble', 1]]);
    await close();
  },
);

it('trouble that has ended strikes no more, and none is told that never struck', async () => {
  const { weather, end } = begin({ kind: 'broker-trouble', send: 1, what: 'server-busy' });
  const { send, close } = connect();

  end();
  const sent = send();
  await jest.advanceTimersByTimeAsync(1000);
  await sent;

  expect(arrived()).toBe(1);
  expect([...weather.hits]).toEqual([]);
  await close();
});

it('all connections break at their second', async () => {
  const { time, weather, cuts } = begin({ kind: 'cut-connections', atSecond: 30 });

  await time.run(() => false);

  expect([cuts(), time.nowMs]).toEqual([1, 30_000]);
  expect([...weather.hits]).toEqual([['cut-connections', 1]]);
});

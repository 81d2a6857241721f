import { Random } from '../../../../evaluation/random.ts';
import { serviceBusConfig } from '../../../../local/cloud.ts';
import { type LocalServiceBus, startServiceBus } from '../../../../local/service-bus/service-bus.ts';
import { Unavailable } from '../../../../shared/application/errors.ts';
import type { SweepName } from '../../../../shared/application/ports.ts';
import { sweepNames } from '../../../../shared/application/sweeps.ts';
import { currentlyRunning, type SimulatedProcess } from '../../../../simulation/engine/simulated-process.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import type { Fault } from '../../../../simulation/faults/fault.ts';
import { weatherOf } from '../../../../simulation/faults/weather-of.ts';
import { FunctionsHost } from '../../../../simulation/world/functions-host.ts';
import type { Product } from '../../../../simulation/world/product.ts';

let time: VirtualTime;
let serviceBus: LocalServiceBus;
beforeEach(async () => {
  time = new VirtualTime(0);
  serviceBus = await startServiceBus({ port: false, clock: time, config: serviceBusConfig([]) });
});
afterEach(() => serviceBus.stop());

const second = (): number => time.nowMs / 1000;

/** A host with two processes, whose sweeps are noted. */
const aHost = (...faults: Fault[]) => {
  const started: { process: SimulatedProcess; number: number; atSecond: number }[] = [];
  const swept: { sweep: SweepName; by: SimulatedProcess | undefined }[] = [];
  const mistakes: string[] = [];
  const weather = weatherOf(faults, new Random(1), second);
  const runSweep = (sweep: SweepName): Promise<unknown> => {
    swept.push({ sweep, by: currentlyRunning()?.process });
    return Promise.resolve();
  };
  const host = new FunctionsHost({
    time,
    random: new Random(1),
    weather,
    instances: 2,
    receiver: (destination) => serviceBus.receiver(destination),
    startProduct: (process, number) => {
      started.push({ process, number, atSecond: second() });
      return { runSweep } as unknown as Product;
    },
    onMistake: (where, error) => mistakes.push(`${where}: ${String(error)}`),
    say: () => undefined,
  });
  const runFor = async (seconds: number): Promise<void> => {
    const untilMs = time.nowMs + 1000 * seconds;
    time.after(1000 * seconds, () => undefined);
    await time.run(() => time.nowMs >= untilMs);
  };
  /** What a request is answered; it waits as long as it takes. */
  const ask = async (work: () => Promise<unknown>, patienceMs = 1000): Promise<unknown> => {
    const answer = host.call('a request', work, { patienceMs });
    await runFor(2);
    return answer;
  };
  return { host, started, swept, mistakes, weather, runFor, ask };
};

describe('the host', () => {
  it('gives requests to both of its processes', async () => {
    const { ask } = aHost();
    const names = new Set<unknown>();

    for (let asked = 0; asked < 20; asked += 1) {
      await ask(() => Promise.resolve(names.add(currentlyRunning()?.process.name)));
    }

    expect([...names].sort()).toEqual(['process 0, start 1', 'process 1, start 2']);
  });

  it('tells the caller an answer, that a dependency is unwell, or nothing when patience is over', async () => {
    const { ask, mistakes } = aHost();

    expect(await ask(() => Promise.resolve('here you are'))).toEqual({ kind: 'answered', value: 'here you are' });
    expect(await ask(() => Promise.reject(new Unavailable('the store is down')))).toEqual({ kind: 'unavailable' });
    expect(await ask(() => new Promise(() => undefined))).toEqual({ kind: 'no answer' });
    expect(mistakes).toEqual([]);
  });

  it('takes any other error for a mistake of the product', async () => {
    const { ask, mistakes } = aHost();

    await ask(() => Promise.reject(new TypeError('a bug')));

    expect(mistakes).toEqual(['a request: TypeError: a bug']);
  });

  it('gives no answer of a process that has ended, though its work goes on', async () => {
    const { ask } = aHost();

    const answer = await ask(() => {
      currentlyRunning()?.process.kill(60);
      return Promise.resolve('too late');
    });

    expect(answer).toEqual({ kind: 'no answer' });
  });

  it('replaces a process that has ended once it was down for as long as its crash says', async () => {
    const { started, runFor } = aHost();
    await runFor(10);
    started[1]!.process.kill(25);

    await runFor(60);

    expect(started.map(({ number, atSecond }) => [number, atSecond])).toEqual([
      [0, 0],
      [1, 0],
      [1, 35],
    ]);
  });

  it('says that it is unavailable while both processes are down', async () => {
    const { started, ask } = aHost();
    started.forEach(({ process }) => process.kill(60));

    expect(await ask(() => Promise.resolve('nobody does it'))).toEqual({ kind: 'unavailable' });
  });

  it('wakes every timer of every process about once in its period', async () => {
    const { swept, started, runFor } = aHost();

    await runFor(120);

    for (const { process } of started) {
      const own = swept.filter(({ by }) => by === process).map(({ sweep }) => sweep);
      expect(new Set(own)).toEqual(new Set(sweepNames));
      expect(own.filter((sweep) => sweep === 'detect-abuse-patterns').length).toBeGreaterThanOrEqual(10);
      expect(own.filter((sweep) => sweep === 'detect-abuse-patterns').length).toBeLessThanOrEqual(14);
    }
  });

  it('wakes no timer while they have stopped', async () => {
    const { swept, weather, runFor } = aHost({ kind: 'stopped-timers', forGood: true, fromSecond: 0, seconds: 1 });

    await runFor(120);

    expect(swept).toEqual([]);
    expect(weather.hits.get('stopped-timers')).toBeGreaterThan(20);
  });

  it('starts processes whose clocks are wrong while they are skewed', async () => {
    const { started, runFor } = aHost({
      kind: 'clock-skew',
      process: 1,
      skewSeconds: 90,
      fromSecond: 10,
      seconds: 30,
    });
    const skews = (): number[] => started.map(({ process }) => process.skewMs());

    await runFor(9);
    const before = skews();
    await runFor(2);
    started[1]!.process.kill(5);
    await runFor(10);

    expect([before, skews()]).toEqual([
      [0, 0],
      [0, 90_000, 90_000],
    ]);
  });

  it('does nothing more once it has stopped', async () => {
    const { host, started, swept, runFor } = aHost();
    host.stop();

    await runFor(120);

    expect(swept).toEqual([]);
    expect(started).toHaveLength(2);
    expect(started.every(({ process }) => !process.isAlive)).toBe(true);
  });
});

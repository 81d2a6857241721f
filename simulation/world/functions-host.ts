// What the Functions host does for the product: runs processes of it, replaces those that end, gives each request to one
// of them, and wakes timers. Messages come by the pump.

import type { Random } from '../../evaluation/random.ts';
import { Unavailable } from '../../shared/application/errors.ts';
import { sweepNames, sweepPeriodSeconds } from '../../shared/application/sweeps.ts';
import type { SweepName } from '../../shared/application/ports.ts';
import { SimulatedProcess, within } from '../engine/simulated-process.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import type { FaultyWeather } from '../faults/weather-of.ts';
import { MessagePump, type Receiver } from './message-pump.ts';
import type { Destination, Product } from './product.ts';

export type Answer<T> =
  | { kind: 'answered'; value: T }
  /** 503: a dependency is unwell, or no process is there. */
  | { kind: 'unavailable' }
  /** The process ended before it answered, or the caller lost patience. */
  | { kind: 'no answer' };

interface Instance {
  process: SimulatedProcess;
  product: Product;
}

/** What stands in front of the processes says at once that there is none. */
const NOBODY_THERE_MS = 100;

export interface HostParts {
  time: VirtualTime;
  random: Random;
  weather: FaultyWeather;
  instances: number;
  receiver: (destination: Destination) => Receiver;
  /** `number` stays the same for what takes its place when it has ended. */
  startProduct: (process: SimulatedProcess, number: number) => Product;
  /** Something other than a dependency was unwell: a mistake of the product. */
  onMistake: (where: string, error: unknown) => void;
  say: (line: string) => void;
}

export class FunctionsHost {
  readonly #parts: HostParts;
  readonly #instances: Instance[] = [];
  readonly #pump: MessagePump;
  #starts = 0;
  /** Times the period of each timer and of each look into a queue; a quiet end of a run does not need them all. */
  pace = 1;
  #isStopped = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
    for (let number = 0; number < parts.instances; number += 1) {
      this.#start(number);
      for (const sweep of sweepNames) this.#runTimer(number, sweep);
    }
    this.#pump = new MessagePump({ ...parts, anyInstance: () => this.#anyInstance(), pace: () => this.pace });
  }

  stop(): void {
    this.#isStopped = true;
    this.#pump.stop();
    for (const { process } of this.#instances) process.kill();
  }

  /** Gives a request to one of the processes. `onAnswer` runs at the very moment of the answer. */
  async call<T>(
    what: string,
    work: (product: Product) => Promise<T>,
    options: { patienceMs: number; request?: object; onAnswer?: (value: T) => void },
  ): Promise<Answer<T>> {
    const { time } = this.#parts;
    const instance = this.#anyInstance();
    if (instance === undefined) {
      await time.sleep(NOBODY_THERE_MS);
      return { kind: 'unavailable' };
    }
    const { process, product } = instance;
    const { request, patienceMs, onAnswer } = options;
    const answered = new Promise<Answer<T>>((resolve) => {
      within({ process, ...(request && { request }) }, () => {
        work(product).then(
          (value) => {
            if (!process.isAlive) return;
            onAnswer?.(value);
            resolve({ kind: 'answered', value });
          },
          (error: unknown) => {
            if (!(error instanceof Unavailable)) this.#parts.onMistake(what, error);
            resolve({ kind: 'unavailable' });
          },
        );
      });
    });
    const cut = process.ended.then((): Answer<T> => ({ kind: 'no answer' }));
    const impatient = time.sleep(patienceMs).then((): Answer<T> => ({ kind: 'no answer' }));
    return Promise.race([answered, cut, impatient]);
  }

  #anyInstance(): Instance | undefined {
    const [first, ...rest] = this.#instances.filter(({ process }) => process.isAlive);
    return first && this.#parts.random.oneOf([first, ...rest]);
  }

  #start(number: number): void {
    const { startProduct, time, weather } = this.#parts;
    this.#starts += 1;
    const process = new SimulatedProcess(`process ${number}, start ${this.#starts}`, () => weather.skewMsOf(number));
    this.#instances[number] = { process, product: startProduct(process, number) };
    void process.ended.then((downSeconds) => {
      if (this.#isStopped) return;
      this.#parts.say(`${process.name} has ended; down for ${downSeconds} s`);
      time.after(downSeconds * 1000, () => this.#start(number));
    });
  }

  #runTimer(number: number, sweep: SweepName): void {
    const { time, random, weather, onMistake } = this.#parts;
    const waitMs = 1000 * sweepPeriodSeconds[sweep] * this.pace * random.between(0.9, 1.1);
    time.after(waitMs, () => {
      if (this.#isStopped) return;
      this.#runTimer(number, sweep);
      const instance = this.#instances[number];
      if (instance?.process.isAlive !== true) return;
      if (weather.areTimersStopped()) {
        weather.hit('stopped-timers');
        return;
      }
      within({ process: instance.process }, () => {
        instance.product.runSweep(sweep).catch((error: unknown) => {
          if (!(error instanceof Unavailable)) onMistake(`sweep ${sweep}`, error);
        });
      });
    });
  }
}

// What the Functions host does for the product: runs processes of it, starts them anew when they end, leads requests to
// one of them, wakes timers and hands out messages under locks.

import type { Random } from '../../evaluation/random.ts';
import type { LocalMessage, LocalReceiver } from '../../local/service-bus/in-process/local-receiver.ts';
import { Unavailable } from '../../shared/application/errors.ts';
import { sweepNames, sweepPeriodSeconds } from '../../shared/application/sweeps.ts';
import type { SweepName } from '../../shared/application/ports.ts';
import { SimulatedProcess, within } from '../engine/simulated-process.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import type { Fault } from '../faults/fault.ts';
import type { FaultyWeather } from '../faults/weather-of.ts';
import type { Product } from './product.ts';

export type Answer<T> =
  | { kind: 'answered'; value: T }
  /** 503: a dependency is unwell. */
  | { kind: 'unavailable' }
  /** The process ended before it answered, or the caller lost patience. */
  | { kind: 'no answer' };

interface Instance {
  number: number;
  process: SimulatedProcess;
  product: Product;
}

type Destination = keyof Product['onMessages'];

const BATCH_SIZES: Record<Destination, number> = {
  'liveness-results': 64,
  'abuse-events/Subscriptions/close-open-sessions': 1,
  sweeps: 1,
};
/** How often a queue is looked into, in seconds. */
const POLL_SECONDS = [0.2, 1.5] as const;
const RESTART_SECONDS = 3;

export interface HostParts {
  time: VirtualTime;
  random: Random;
  weather: FaultyWeather;
  faults: readonly Fault[];
  instances: number;
  receiver: (destination: Destination) => LocalReceiver;
  /** `number` stays the same for what takes its place when it has ended. */
  startProduct: (process: SimulatedProcess, number: number) => Product;
  /** Something other than a dependency was unwell: a mistake of the product. */
  onMistake: (where: string, error: unknown) => void;
  say: (line: string) => void;
}

export class FunctionsHost {
  readonly #parts: HostParts;
  readonly #instances: Instance[] = [];
  readonly #receivers = new Map<Destination, LocalReceiver>();
  #deliveries = 0;
  #starts = 0;
  /** Times the period of each timer; a quiet end of a run has no need of all its timers. */
  pace = 1;
  #isStopped = false;

  constructor(parts: HostParts) {
    this.#parts = parts;
    for (let number = 0; number < parts.instances; number += 1) {
      this.#start(number);
      for (const sweep of sweepNames) this.#runTimer(number, sweep);
    }
    for (const destination of Object.keys(BATCH_SIZES) as Destination[]) {
      this.#receivers.set(destination, parts.receiver(destination));
      this.#poll(destination);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const { process } of this.#instances) process.kill();
  }

  /** Leads a request to one of the processes. `onAnswer` runs at the very moment of the answer. */
  async call<T>(
    what: string,
    work: (product: Product) => Promise<T>,
    options: { patienceMs: number; request?: object; onAnswer?: (value: T) => void },
  ): Promise<Answer<T>> {
    const { time, random } = this.#parts;
    const alive = this.#alive();
    const [first, ...rest] = alive;
    if (first === undefined) {
      await time.sleep(100);
      return { kind: 'unavailable' };
    }
    const { process, product } = random.oneOf([first, ...rest]);
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

  #alive(): Instance[] {
    return this.#instances.filter(({ process }) => process.isAlive);
  }

  #start(number: number): void {
    const { startProduct, time, faults } = this.#parts;
    this.#starts += 1;
    const process = new SimulatedProcess(`process ${number}, start ${this.#starts}`);
    this.#instances[number] = { number, process, product: startProduct(process, number) };
    void process.ended.then(() => {
      if (this.#isStopped) return;
      const crashes = faults.filter((fault) => fault.kind === 'crash');
      const downSeconds = crashes[this.#starts % Math.max(1, crashes.length)]?.downSeconds ?? RESTART_SECONDS;
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
      instance.process.skewMs = weather.skewMsOf(number);
      if (instance.process.skewMs !== 0) weather.hit('clock-skew');
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

  #poll(destination: Destination): void {
    const { time, random } = this.#parts;
    time.after(1000 * this.pace * random.between(...POLL_SECONDS), () => {
      if (this.#isStopped) return;
      this.#poll(destination);
      const [first, ...rest] = this.#alive();
      if (first === undefined) return;
      const messages = this.#receivers.get(destination)?.receiveNow(BATCH_SIZES[destination]) ?? [];
      if (messages.length > 0) void this.#deliver(destination, messages, random.oneOf([first, ...rest]));
    });
  }

  async #deliver(destination: Destination, messages: LocalMessage[], { process, product }: Instance): Promise<void> {
    const { time, faults, weather, onMistake, random } = this.#parts;
    const receiver = this.#receivers.get(destination);
    this.#deliveries += 1;
    const delivery = this.#deliveries;
    const late = faults.find((fault) => fault.kind === 'late-delivery' && fault.delivery === delivery);
    if (late?.kind === 'late-delivery') {
      weather.hit('late-delivery');
      await time.sleep(late.seconds * 1000);
    }
    if (!process.isAlive) return;
    // A host knows no order within a batch.
    const bodies = shuffled(messages, random).map(({ body }) => bodyOf(destination, body));
    const handled = await Promise.race([
      within({ process }, () => product.onMessages[destination](bodies)).then(
        () => 'handled',
        (error: unknown) => {
          if (!(error instanceof Unavailable)) onMistake(`message of ${destination}`, error);
          return 'failed';
        },
      ),
      process.ended.then(() => 'ended'),
    ]);
    // What a process that has ended held comes again when its locks are over.
    if (handled === 'ended') return;
    const losesLocks = faults.some((fault) => fault.kind === 'lost-lock' && fault.delivery === delivery);
    if (losesLocks) weather.hit('lost-lock');
    for (const { lockToken } of messages) {
      try {
        if (losesLocks) receiver?.loseLock(lockToken);
        else if (handled === 'handled') receiver?.complete(lockToken);
        else receiver?.abandon(lockToken);
      } catch {
        // The lock was over before the batch was handled: the message comes again.
      }
    }
  }
}

/** As the host gives it: the queue of results as texts, the others as values. */
const bodyOf = (destination: Destination, body: unknown): unknown => {
  const text = Buffer.isBuffer(body) ? body.toString('utf8') : String(body);
  return destination === 'liveness-results' ? text : (JSON.parse(text) as unknown);
};

const shuffled = <T>(items: readonly T[], random: Random): T[] => {
  const left = [...items];
  const mixed: T[] = [];
  while (left.length > 0) mixed.push(...left.splice(random.whole(0, left.length - 1), 1));
  return mixed;
};

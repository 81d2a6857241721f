// Everything that the product asks of a service passes here, as one step: a request takes its time, is carried out, and
// its reply takes its time. Whatever goes wrong on the way goes wrong here.

import type { Random } from '../../evaluation/random.ts';
import { currentlyRunning, type Running, within } from './simulated-process.ts';
import type { VirtualTime } from './virtual-time.ts';

export type Service = 'cosmos' | 'face' | 'service-bus' | 'token';

/** What happens to one request. */
export type Trouble =
  /** The service cannot be reached. */
  | { kind: 'refused' }
  /** Carried out, but nobody hears of it. */
  | { kind: 'lost-reply' }
  /** Too many requests; `retryAfterMs` only if the service says it. */
  | { kind: 'throttled'; retryAfterMs?: number }
  /** The process ends before the request leaves, or once it is carried out. */
  | { kind: 'crash'; when: 'before' | 'after'; downSeconds: number };

export interface Step {
  /** Of all steps of the run, from 1. */
  number: number;
  service: Service;
  /** Such as `Batch correlations`. */
  what: string;
  who: Running;
}

export interface Weather {
  /** What goes wrong with this step, if anything. */
  trouble(step: Step): Trouble | undefined;
  /** By how much the usual latency is multiplied now. */
  slowness(service: Service): number;
}

/** How a service tells trouble of its own; a thrown error is what its client throws when the connection fails. */
export interface Failures<Answer> {
  connectionLost(): Error;
  throttled(retryAfterMs: number | undefined): Answer;
}

const LATENCY_MS: Record<Service, readonly [number, number]> = {
  cosmos: [1, 8],
  face: [20, 120],
  'service-bus': [2, 15],
  token: [10, 50],
};

export class Network {
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #weather: Weather;
  readonly #onStep: (step: Step, trouble: Trouble | undefined) => void;
  readonly #onMistake: (where: string, error: unknown) => void;
  #steps = 0;

  constructor(parts: {
    time: VirtualTime;
    random: Random;
    weather: Weather;
    onStep: (step: Step, trouble: Trouble | undefined) => void;
    /** Is told what whoever watches the network does wrong; thrown when left out. */
    onMistake?: (where: string, error: unknown) => void;
  }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#weather = parts.weather;
    this.#onStep = parts.onStep;
    this.#onMistake = parts.onMistake ?? rethrow;
  }

  get steps(): number {
    return this.#steps;
  }

  /** `carryOut` runs at the service; its error is the reply. A process that has ended gets no reply, ever. */
  async call<Answer>(
    service: Service,
    what: string,
    carryOut: (who: Running | undefined) => Promise<Answer>,
    failures: Failures<Answer>,
  ): Promise<Answer> {
    const who = currentlyRunning();
    // What belongs to no process is the world around the product: it meets no trouble.
    if (who === undefined) return carryOut(undefined);
    if (!who.process.isAlive) return never();

    this.#steps += 1;
    const step: Step = { number: this.#steps, service, what, who };
    const trouble = this.#weather.trouble(step);
    this.#onStep(step, trouble);
    switch (trouble?.kind) {
      case 'refused':
        await this.#travel(service);
        throw failures.connectionLost();
      case 'throttled':
        await this.#travel(service);
        await this.#travel(service);
        return failures.throttled(trouble.retryAfterMs);
      case 'crash':
        if (trouble.when === 'after') break;
        who.process.kill(trouble.downSeconds);
        return never();
      case 'lost-reply':
      case undefined:
        break;
    }
    return new Promise<Answer>((resolve, reject) => {
      const delays = [this.#latencyMs(service), this.#latencyMs(service)] as const;
      const reply = (deliver: () => void): void => {
        if (trouble?.kind === 'crash') who.process.kill(trouble.downSeconds);
        const lost = trouble?.kind === 'lost-reply';
        within(who, () => this.#time.after(delays[1], lost ? () => reject(failures.connectionLost()) : deliver));
      };
      // A request that has left is carried out, whatever becomes of the process.
      within(undefined, () =>
        this.#time.after(delays[0], () => {
          carryOut(who).then(
            (answer) => reply(() => resolve(answer)),
            (error: unknown) => reply(() => reject(error instanceof Error ? error : new Error(String(error)))),
          );
        }),
      );
    });
  }

  /** Runs what only watches. Its mistake is told, and never becomes the answer of a service, which the product would bear. */
  watch<T>(what: string, look: () => T): T | undefined {
    try {
      return look();
    } catch (error) {
      this.#onMistake(what, error);
      return undefined;
    }
  }

  #travel(service: Service): Promise<void> {
    return this.#time.sleep(this.#latencyMs(service));
  }

  #latencyMs(service: Service): number {
    const [least, most] = LATENCY_MS[service];
    return this.#random.between(least, most) * this.#weather.slowness(service);
  }
}

const rethrow = (_where: string, error: unknown): never => {
  throw error;
};

const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

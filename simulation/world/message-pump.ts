// Hands out messages as the Functions host does: it looks into each queue again and again, gives batches to one of the
// processes under locks, and completes what was handled.

import hostSettings from '../../host.json' with { type: 'json' };
import type { Random } from '../../evaluation/random.ts';
import { Refusal } from '../../local/service-bus/entity/refusal.ts';
import type { LocalMessage, LocalReceiver } from '../../local/service-bus/in-process/local-receiver.ts';
import { Unavailable } from '../../shared/application/errors.ts';
import { type SimulatedProcess, within } from '../engine/simulated-process.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import type { FaultyWeather } from '../faults/weather-of.ts';
import type { Destination, Product } from './product.ts';

const BATCH_SIZES: Record<Destination, number> = {
  'liveness-results': hostSettings.extensions.serviceBus.maxMessageBatchSize,
  'abuse-events/Subscriptions/close-open-sessions': 1,
  sweeps: 1,
};
/** How often a queue is looked into, in seconds. */
const POLL_SECONDS = [0.2, 1.5] as const;

export type Receiver = Pick<LocalReceiver, 'receiveNow' | 'complete' | 'abandon' | 'loseLock'>;

interface Instance {
  process: SimulatedProcess;
  product: Pick<Product, 'onMessages'>;
}

export interface PumpParts {
  time: VirtualTime;
  random: Random;
  weather: Pick<FaultyWeather, 'delivery'>;
  receiver: (destination: Destination) => Receiver;
  /** One of the processes that are alive. */
  anyInstance: () => Instance | undefined;
  /** Times the usual time between two looks into a queue. */
  pace: () => number;
  /** Something other than a dependency was unwell: a mistake of the product. */
  onMistake: (where: string, error: unknown) => void;
}

export class MessagePump {
  readonly #parts: PumpParts;
  #deliveries = 0;
  #isStopped = false;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    for (const destination of Object.keys(BATCH_SIZES) as Destination[]) {
      this.#poll(destination, parts.receiver(destination));
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  #poll(destination: Destination, receiver: Receiver): void {
    const { time, random, pace } = this.#parts;
    time.after(1000 * pace() * random.between(...POLL_SECONDS), () => {
      if (this.#isStopped) return;
      this.#poll(destination, receiver);
      this.#look(destination, receiver);
    });
  }

  #look(destination: Destination, receiver: Receiver): void {
    const instance = this.#parts.anyInstance();
    if (instance === undefined) return;
    const messages = receiver.receiveNow(BATCH_SIZES[destination]);
    if (messages.length > 0) void this.#deliver(destination, receiver, messages, instance);
  }

  async #deliver(
    destination: Destination,
    receiver: Receiver,
    messages: readonly LocalMessage[],
    { process, product }: Instance,
  ): Promise<void> {
    const { time, weather, onMistake, random } = this.#parts;
    this.#deliveries += 1;
    const { lateSeconds, losesLocks } = weather.delivery(this.#deliveries);
    if (lateSeconds > 0) await time.sleep(1000 * lateSeconds);
    if (!process.isAlive) return;
    if (losesLocks === 'before') {
      underLocks(messages, (lockToken) => receiver.loseLock(lockToken));
      // The broker gives them away again at once, and both handle them side by side.
      this.#look(destination, receiver);
    }
    // A host knows no order within a batch.
    const bodies = shuffled(messages, random).map(({ body }) => bodyOf(destination, body));
    const outcome = await Promise.race([
      within({ process }, () => product.onMessages[destination](bodies)).then(
        () => 'handled' as const,
        (error: unknown) => {
          if (!(error instanceof Unavailable)) onMistake(`message of ${destination}`, error);
          return 'failed' as const;
        },
      ),
      process.ended.then(() => 'ended' as const),
    ]);
    // What a process that has ended held comes again when its locks are over.
    if (outcome === 'ended') return;
    underLocks(messages, (lockToken) => {
      if (losesLocks === 'after') receiver.loseLock(lockToken);
      else if (outcome === 'handled') receiver.complete(lockToken);
      else receiver.abandon(lockToken);
    });
  }
}

const underLocks = (messages: readonly LocalMessage[], settle: (lockToken: string) => void): void => {
  for (const { lockToken } of messages) {
    try {
      settle(lockToken);
    } catch (error) {
      // The lock is over or was lost: the message comes again.
      if (!(error instanceof Refusal)) throw error;
    }
  }
};

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

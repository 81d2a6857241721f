import fc from 'fast-check';
import { ShiftableClock } from '../../../local/clock.ts';
import { types, writeTyped } from '../../../local/service-bus/amqp/codec.ts';
import type { BrokerMessage } from '../../../local/service-bus/entity/broker-message.ts';
import { noJournal } from '../../../local/service-bus/entity/journal.ts';
import type { Consumer } from '../../../local/service-bus/entity/message-queue.ts';
import { Queue } from '../../../local/service-bus/entity/queue.ts';
import { Refusal } from '../../../local/service-bus/entity/refusal.ts';
import { messageIdOf, readMessage, type ReadMessage } from '../../../local/service-bus/wire/message-content.ts';

const LOCK_MS = 10_000;
const MAX_DELIVERY_COUNT = 3;

const aMessage = (id: string, scheduledFor: number | null, ttlMs: number | null): ReadMessage => {
  const body = writeTyped(types.wrap_string('body'));
  const { content } = readMessage(Buffer.concat([Buffer.from([0x00, 0x53, 0x77]), body]), () => id);
  return { content: { ...content, ttlMs }, scheduledFor };
};

type Step =
  | { kind: 'send' | 'schedule' | 'send-short' }
  | { kind: 'take' }
  | { kind: 'complete' | 'abandon' | 'dead-letter' | 'release' | 'renew'; which: number }
  | { kind: 'cancel'; which: number }
  | { kind: 'wait'; ms: number };

const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Step>({ kind: 'send' }, { kind: 'schedule' }, { kind: 'send-short' }) },
  { weight: 4, arbitrary: fc.constant<Step>({ kind: 'take' }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('complete', 'abandon', 'dead-letter', 'release', 'renew', 'cancel'),
      which: fc.nat(20),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait'), ms: fc.constantFrom(1, 4000, 9999, 10_000, 30_000) }),
  },
);

/** A queue with somebody who takes a message when asked, and a book of all that was sent. */
class World {
  readonly clock = new ShiftableClock(() => 0);
  readonly sent: string[] = [];
  readonly taken: BrokerMessage[] = [];
  readonly completed = new Set<string>();
  readonly cancelled = new Set<string>();
  readonly #scheduled: { id: string; number: number }[] = [];
  readonly #tokens: { id: string; token: string }[] = [];
  #locks = 0;
  #keys = 0;
  readonly queue: Queue;

  constructor(deadLetterOnExpiration: boolean) {
    const settings = {
      name: 'q',
      lockDurationMs: LOCK_MS,
      maxDeliveryCount: MAX_DELIVERY_COUNT,
      defaultTtlMs: null,
      duplicateWindowMs: null,
      deadLetterOnExpiration,
    };
    this.queue = new Queue(settings, {
      clock: this.clock,
      journal: noJournal,
      newLockToken: () => `lock-${(this.#locks += 1)}`,
      newMessageKey: () => (this.#keys += 1),
    });
  }

  do(step: Step): void {
    switch (step.kind) {
      case 'send':
        this.#send(null, null);
        break;
      case 'send-short':
        this.#send(null, 15_000);
        break;
      case 'schedule':
        this.#send(this.clock.now().getTime() + 5000, null);
        break;
      case 'take':
        this.#take();
        break;
      case 'wait':
        this.clock.advance(step.ms);
        break;
      case 'cancel':
        this.#cancel(step.which);
        break;
      case 'complete':
      case 'abandon':
      case 'dead-letter':
      case 'release':
      case 'renew':
        this.#settle(step.kind, step.which);
    }
  }

  /** Every place in which each message is now. */
  places(): Map<string, string[]> {
    const places = new Map<string, string[]>(this.sent.map((id) => [id, []]));
    const note = (id: string, place: string): unknown => places.get(id)!.push(place);
    for (const message of this.queue.peek(0, 10_000)) note(messageIdOf(message.content), message.state);
    for (const message of this.queue.deadLetters.peek(0, 10_000)) note(messageIdOf(message.content), 'dead');
    this.completed.forEach((id) => note(id, 'completed'));
    this.cancelled.forEach((id) => note(id, 'cancelled'));
    return places;
  }

  #send(scheduledFor: number | null, ttlMs: number | null): void {
    const id = `m-${this.sent.length}`;
    this.sent.push(id);
    const [number] = this.queue.send([aMessage(id, scheduledFor, ttlMs)]);
    if (scheduledFor !== null) this.#scheduled.push({ id, number: number! });
  }

  #take(): void {
    let taken: BrokerMessage | undefined;
    const consumer: Consumer = {
      locks: true,
      get canTake() {
        return taken === undefined;
      },
      take: (message) => (taken = message),
    };
    this.queue.messages.addConsumer(consumer);
    this.queue.messages.removeConsumer(consumer);
    if (taken === undefined) return;
    this.taken.push(taken);
    this.#tokens.push({ id: messageIdOf(taken.content), token: taken.lock!.token });
  }

  #settle(kind: 'complete' | 'abandon' | 'dead-letter' | 'release' | 'renew', which: number): void {
    const held = this.#tokens[which];
    if (held === undefined) return;
    this.#mayBeRefused(() => {
      const { messages } = this.queue;
      if (kind === 'complete') {
        messages.complete(held.token);
        this.completed.add(held.id);
      } else if (kind === 'dead-letter') messages.deadLetter(held.token, 'r', 'd', []);
      else messages[kind](held.token);
    });
  }

  #cancel(which: number): void {
    const scheduled = this.#scheduled[which];
    if (scheduled === undefined) return;
    this.#mayBeRefused(() => {
      this.queue.intake.cancel([scheduled.number]);
      this.cancelled.add(scheduled.id);
    });
  }

  #mayBeRefused(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

describe('a queue, whatever happens in whatever order (62)', () => {
  test('has each message in exactly one place', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const world = new World(true);
        for (const step of steps) {
          world.do(step);
          for (const places of world.places().values()) expect(places).toHaveLength(1);
        }
      }),
    );
  });

  test('loses a message only by its time to live when expired ones are not dead-lettered', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const world = new World(false);
        const short = new Set<string>();
        for (const step of steps) {
          if (step.kind === 'send-short') short.add(`m-${world.sent.length}`);
          world.do(step);
          for (const [id, places] of world.places()) {
            if (short.has(id)) expect(places.length).toBeLessThanOrEqual(1);
            else expect(places).toHaveLength(1);
          }
        }
      }),
    );
  });

  test('never lowers a delivery count, and dead-letters at the maximum', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 80 }), (steps) => {
        const world = new World(true);
        const counts = new Map<string, number>();
        for (const step of steps) {
          world.do(step);
          for (const { content, deliveryCount } of world.queue.peek(0, 10_000)) {
            const id = messageIdOf(content);
            expect(deliveryCount).toBeGreaterThanOrEqual(counts.get(id) ?? 0);
            expect(deliveryCount).toBeLessThan(MAX_DELIVERY_COUNT);
            counts.set(id, deliveryCount);
          }
        }
      }),
    );
  });

  test('gives rising numbers, each to one message, and hands out the lowest first', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const world = new World(true);
        const given = new Set([0]);
        for (const step of steps) {
          const lowest = world.queue.peek(0, 10_000).find(({ state }) => state === 'active')?.sequenceNumber;
          const takenBefore = world.taken.length;
          world.do(step);
          if (world.taken.length > takenBefore) expect(world.taken.at(-1)!.sequenceNumber).toBe(lowest);
          const numbers = world.queue.peek(0, 10_000).map(({ sequenceNumber }) => sequenceNumber);
          expect(new Set(numbers).size).toBe(numbers.length);
          const highest = Math.max(...given);
          for (const number of numbers.filter((each) => !given.has(each))) expect(number).toBeGreaterThan(highest);
          numbers.forEach((number) => given.add(number));
        }
      }),
    );
  });

  test('locks no message twice at a time', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const world = new World(true);
        for (const step of steps) {
          world.do(step);
          const locked = world.queue.peek(0, 10_000).filter(({ state }) => state === 'locked');
          expect(locked.length).toBe(world.queue.messages.counts.locked);
          expect(new Set(locked.map(({ lock }) => lock!.token)).size).toBe(locked.length);
          for (const { lock } of locked) expect(lock!.until).toBeGreaterThan(world.clock.now().getTime());
        }
      }),
    );
  });
});

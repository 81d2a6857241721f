// What leaves by Service Bus, kept in the order of sending for tests to look at, and to hand on.

import type { OutboxEvent } from '../../application/customer-events.ts';
import type { EventPublisher, LivenessResults, ResultEvent, SweepName, SweepNudges } from '../../application/ports.ts';

export class MemoryResults implements LivenessResults {
  readonly sent: ResultEvent[] = [];

  send(events: readonly ResultEvent[]): Promise<void> {
    this.sent.push(...events);
    return Promise.resolve();
  }

  /** Takes everything out, as the consumer of the queue does. */
  take(): ResultEvent[] {
    return this.sent.splice(0);
  }
}

export class MemoryEventPublisher implements EventPublisher {
  readonly published: OutboxEvent[] = [];

  publish(events: readonly OutboxEvent[]): Promise<void> {
    this.published.push(...events);
    return Promise.resolve();
  }
}

export class MemorySweepNudges implements SweepNudges {
  readonly nudged: SweepName[] = [];
  readonly #known = new Set<string>();

  nudge(sweep: SweepName, now: Date): Promise<void> {
    const minute = `${sweep} ${now.toISOString().slice(0, 16)}`;
    if (!this.#known.has(minute)) this.nudged.push(sweep);
    this.#known.add(minute);
    return Promise.resolve();
  }
}

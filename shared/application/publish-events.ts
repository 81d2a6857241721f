import type { OutboxEvent } from './customer-events.ts';
import type { Clock, Correlations, CustomerEvents, EventPublisher, Log } from './ports.ts';
import { sweepPages, type Swept } from './sweeps.ts';

interface Ports {
  correlations: Correlations;
  customerEvents: CustomerEvents;
  publisher: EventPublisher;
  clock: Clock;
  log: Log;
}

/** Publishes events whose batch has just been committed. Never fails: what stays behind is published by the sweep. */
export type PublishEvents = (events: readonly OutboxEvent[]) => Promise<void>;

export const makePublishEvents =
  (ports: Ports): PublishEvents =>
  async (events) => {
    if (events.length === 0) return;
    try {
      await publishAndMark(ports, events);
    } catch (error) {
      ports.log.warn('events-left-to-the-sweep', { events: events.length, error: String(error) });
    }
  };

/** Events that were committed and not published: the process ended in between, or the broker was down. */
export const makePublishPendingEvents = (ports: Ports) => (): Promise<Swept> => {
  const { correlations, customerEvents, clock, log } = ports;
  return sweepPages<readonly OutboxEvent[]>({
    clock,
    due: async () => {
      const now = clock.now();
      const outboxes = await Promise.all([correlations.dueEvents(now), customerEvents.dueEvents(now)]);
      return outboxes.filter((events) => events.length > 0);
    },
    handle: (events) => publishAndMark(ports, events),
    postpone: (events, error) => {
      // They stay due. With the broker down there is no use in going on.
      log.warn('events-not-published', { events: events.length });
      throw error;
    },
  });
};

const publishAndMark = async (
  { correlations, customerEvents, publisher }: Ports,
  events: readonly OutboxEvent[],
): Promise<void> => {
  await publisher.publish(events);
  const byOutbox = Map.groupBy(events, (event) =>
    'correlationId' in event ? `correlation ${event.correlationId}` : `customer ${event.customerId}`,
  );
  for (const published of byOutbox.values()) {
    const [first] = published;
    if (first === undefined) continue;
    const eventIds = published.map(({ eventId }) => eventId);
    if ('correlationId' in first) await correlations.markPublished(first.correlationId, eventIds);
    else await customerEvents.markPublished(first.customerId, eventIds);
  }
};

import type { Clock, Correlations, EventPublisher, Log } from './ports.ts';
import type { EventRecord } from './records.ts';
import { sweepPages, type Swept } from './sweeps.ts';

interface Ports {
  correlations: Correlations;
  publisher: EventPublisher;
  clock: Clock;
  log: Log;
}

/** Publishes events whose batch has just been committed. Never fails: what stays behind is published by the sweep. */
export type PublishEvents = (events: readonly EventRecord[]) => Promise<void>;

export const makePublishEvents =
  ({ correlations, publisher, log }: Ports): PublishEvents =>
  async (events) => {
    if (events.length === 0) return;
    try {
      await publishAndMark(correlations, publisher, events);
    } catch (error) {
      log.warn('events-left-to-the-sweep', { events: events.length, error: String(error) });
    }
  };

/** Events that were committed and not published: the process ended in between, or the broker was down. */
export const makePublishPendingEvents =
  ({ correlations, publisher, clock, log }: Ports) =>
  (): Promise<Swept> =>
    sweepPages({
      clock,
      due: async () => {
        const events = await correlations.dueEvents(clock.now());
        return events.length === 0 ? [] : [events];
      },
      handle: (events) => publishAndMark(correlations, publisher, events),
      postpone: (events, error) => {
        // They stay due. With the broker down there is no use in going on.
        log.warn('events-not-published', { events: events.length });
        throw error;
      },
    });

const publishAndMark = async (
  correlations: Correlations,
  publisher: EventPublisher,
  events: readonly EventRecord[],
): Promise<void> => {
  await publisher.publish(events);
  const byCorrelation = Map.groupBy(events, ({ correlationId }) => correlationId);
  for (const [correlationId, published] of byCorrelation) {
    await correlations.markPublished(
      correlationId,
      published.map(({ eventId }) => eventId),
    );
  }
};

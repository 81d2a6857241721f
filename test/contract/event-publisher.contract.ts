import type { EventPublisher } from '../../shared/application/ports.ts';
import type { EventRecord } from '../../shared/application/records.ts';
import { aCorrelationId, anEvent } from '../support/builders.ts';

/** `take` gives the ids of the events that a subscriber got since it was last called. */
export const eventPublisherContract = (
  make: () => { publisher: EventPublisher; take: (count: number) => Promise<string[]> },
): void => {
  it('publishes every event', async () => {
    const { publisher, take } = make();
    const correlationId = aCorrelationId();
    const events = [1, 2, 3].map((sequence): EventRecord => anEvent({ correlationId, sequence }));

    await publisher.publish(events);

    expect((await take(3)).toSorted()).toEqual(events.map(({ eventId }) => eventId).toSorted());
  });

  it('takes an empty list', async () => {
    const { publisher, take } = make();

    await publisher.publish([]);

    expect(await take(0)).toEqual([]);
  });
};

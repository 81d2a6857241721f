import type { OutboxEvent } from '../../application/customer-events.ts';
import type { EventPublisher } from '../../application/ports.ts';
import { cloudEventOf, CLOUD_EVENTS_CONTENT_TYPE, subjectOf } from '../../contracts/cloud-event.ts';
import { sendAll } from './send-all.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';

/** Topic `abuse-events`: structured CloudEvents, with the properties that subscriptions filter by. */
export class ServiceBusEventPublisher implements EventPublisher {
  readonly #connection: ServiceBusConnection;

  constructor(connection: ServiceBusConnection) {
    this.#connection = connection;
  }

  publish(events: readonly OutboxEvent[]): Promise<void> {
    const messages = events.map((event) => ({
      body: cloudEventOf(event),
      contentType: CLOUD_EVENTS_CONTENT_TYPE,
      // The broker drops repetitions of one id within ten minutes; later ones are the subscriber's to drop.
      messageId: event.eventId,
      subject: subjectOf(event),
      applicationProperties: { type: event.type, customerId: event.customerId, sequence: event.sequence },
    }));
    return sendAll(this.#connection.sender('abuse-events'), messages, 'events were not published');
  }
}

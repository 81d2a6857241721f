import { sendAll } from './send-all.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';

/** Messages that cannot be counted, as they came, with why. */
export class ServiceBusParkedMessages {
  readonly #connection: ServiceBusConnection;

  constructor(connection: ServiceBusConnection) {
    this.#connection = connection;
  }

  park(body: string, reason: string): Promise<void> {
    const message = { body: { queue: 'liveness-results', reason, message: body }, contentType: 'application/json' };
    return sendAll(this.#connection.sender('parked-messages'), [message], 'a message was not parked');
  }
}

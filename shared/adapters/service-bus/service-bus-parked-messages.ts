import type { UnusableMessage } from '../../contracts/unusable-message.ts';
import { sendAll } from './send-all.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';

/** A message may have 256 KB with all that belongs to it. Bytes that are no text grow when the platform makes one of them. */
const LARGEST_BODY_BYTES = 260_000;

/** Messages as they came, with where from and why as properties. Of one that has grown too large, the beginning. */
export class ServiceBusParkedMessages {
  readonly #connection: ServiceBusConnection;

  constructor(connection: ServiceBusConnection) {
    this.#connection = connection;
  }

  park({ from, text, reason }: UnusableMessage): Promise<void> {
    const message = {
      body: Buffer.from(text).subarray(0, LARGEST_BODY_BYTES),
      applicationProperties: { from, reason },
    };
    return sendAll(this.#connection.sender('parked-messages'), [message], 'a message was not parked');
  }
}

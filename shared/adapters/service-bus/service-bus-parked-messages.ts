import { sendAll } from './send-all.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';

/** A message may have 256 KB with all that belongs to it, and quotes of one JSON inside another count twice. */
const LARGEST_ENVELOPE_BYTES = 240_000;
/** Bytes that are no text grow when the platform makes one of them: then the beginning has to do. */
const LARGEST_BODY_BYTES = 260_000;

/** Messages that cannot be counted, as they came, with why. */
export class ServiceBusParkedMessages {
  readonly #connection: ServiceBusConnection;

  constructor(connection: ServiceBusConnection) {
    this.#connection = connection;
  }

  /** What is too large for an envelope goes without one, and the reason is its subject. */
  park(body: string, reason: string): Promise<void> {
    const envelope = { queue: 'liveness-results', reason, message: body };
    const isLarge = Buffer.byteLength(JSON.stringify(envelope)) > LARGEST_ENVELOPE_BYTES;
    const message = isLarge
      ? { body: Buffer.from(body).subarray(0, LARGEST_BODY_BYTES), subject: reason }
      : { body: envelope, contentType: 'application/json' };
    return sendAll(this.#connection.sender('parked-messages'), [message], 'a message was not parked');
  }
}

import type { LivenessResults, ResultEvent } from '../../application/ports.ts';
import { encodeResult, type ResultMessage } from '../../contracts/result-message.ts';
import { sendAll } from './send-all.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';

const CONTENT_TYPE = 'application/json';

/** The queue of counted events: `recordLivenessResult` takes from it. */
export class ServiceBusResults implements LivenessResults {
  readonly #connection: ServiceBusConnection;

  constructor(connection: ServiceBusConnection) {
    this.#connection = connection;
  }

  send(events: readonly ResultEvent[]): Promise<void> {
    const messages = events.map((event) => ({ body: encodeResult(event), contentType: CONTENT_TYPE }));
    return sendAll(this.#connection.sender('liveness-results'), messages, 'results were not sent');
  }

  /** Brings a message again at that moment. */
  postpone(message: ResultMessage, until: Date): Promise<void> {
    const copy = { body: message, contentType: CONTENT_TYPE, scheduledEnqueueTimeUtc: until };
    return sendAll(this.#connection.sender('liveness-results'), [copy], 'a result was not put off');
  }
}

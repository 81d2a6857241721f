import { Unavailable } from '../application/errors.ts';
import type { Clock, Log, ResultEvent, Wait } from '../application/ports.ts';
import type { RecordLivenessResults } from '../application/record-liveness-results.ts';
import type { NudgeStaleSweeps } from '../application/sweeps.ts';
import { decodeResult, type ResultMessage } from '../contracts/result-message.ts';
import type { ParkMessage } from './park-message.ts';

interface Ports {
  recordLivenessResults: RecordLivenessResults;
  parkMessage: ParkMessage;
  postponedResults: { postpone(message: ResultMessage, until: Date): Promise<void> };
  nudgeStaleSweeps: NudgeStaleSweeps;
  clock: Clock;
  wait: Wait;
  log: Log;
}

/** Short: the batch holds its locks meanwhile, and other messages wait behind it. */
const RETRY_AFTER_MS = [200, 1000];
/**
 * A batch that is thrown back comes again at once, and its ten deliveries are over within seconds. So while the broker is
 * unwell, too, the handler waits: for a third of the lock, which leaves time for a send that takes long.
 */
const PATIENCE_MS = 100_000;
const ASK_BROKER_AGAIN_AFTER_MS = 5000;
const FIRST_POSTPONEMENT_SECONDS = 30;
const LONGEST_POSTPONEMENT_SECONDS = 600;

interface Delivered {
  text: string;
  message: ResultMessage;
  event: ResultEvent;
}

/**
 * Takes a batch of messages: each is applied, parked with a reason, or postponed. It throws only when a message can
 * neither be counted nor put off, and then the whole batch comes again; what was counted stays counted once.
 */
export const makeRecordResultMessages =
  ({ recordLivenessResults, parkMessage, postponedResults, nudgeStaleSweeps, clock, wait, log }: Ports) =>
  async (texts: readonly string[]): Promise<void> => {
    const patientUntilMs = clock.now().getTime() + PATIENCE_MS;
    const delivered: Delivered[] = [];
    const invalid: { text: string; reason: string }[] = [];
    for (const text of texts) {
      const decoded = decodeResult(text);
      if (decoded.kind === 'invalid') invalid.push({ text, reason: decoded.reason });
      else delivered.push({ text, message: decoded.message, event: decoded.event });
    }

    const byCorrelation = Map.groupBy(delivered, ({ event }) => event.correlationId);
    await Promise.all([...byCorrelation].map(([correlationId, group]) => recordGroup(correlationId, group)));
    // Last: what cannot be parked must not hold up what can be counted.
    for (const { text, reason } of invalid) await park(text, reason);
    await nudgeStaleSweeps();

    async function recordGroup(correlationId: string, group: readonly Delivered[]): Promise<void> {
      try {
        const recordings = await withRetries(() =>
          recordLivenessResults(
            correlationId,
            group.map(({ event }) => event),
          ),
        );
        for (const recording of recordings) {
          if (recording.kind !== 'refused') continue;
          const refused = group.find(({ event }) => event === recording.event);
          if (refused !== undefined) await park(refused.text, recording.because);
        }
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        log.warn('results-postponed', { messages: group.length, error: error.message });
        for (const { message } of group) await postpone(message);
      }
    }

    async function withRetries<T>(attempt: () => Promise<T>): Promise<T> {
      for (const waitMs of RETRY_AFTER_MS) {
        try {
          return await attempt();
        } catch (error) {
          if (!(error instanceof Unavailable)) throw error;
          await wait(waitMs);
        }
      }
      return attempt();
    }

    async function postpone(message: ResultMessage): Promise<void> {
      const seconds = Math.min(FIRST_POSTPONEMENT_SECONDS * 2 ** message.postponed, LONGEST_POSTPONEMENT_SECONDS);
      const until = new Date(clock.now().getTime() + seconds * 1000);
      await insist(() => postponedResults.postpone({ ...message, postponed: message.postponed + 1 }, until));
    }

    async function park(text: string, reason: string): Promise<void> {
      await insist(() => parkMessage({ from: 'liveness-results', text, reason }));
    }

    async function insist(send: () => Promise<void>): Promise<void> {
      for (;;) {
        try {
          await send();
          return;
        } catch (error) {
          if (!(error instanceof Unavailable) || clock.now().getTime() >= patientUntilMs) throw error;
          await wait(ASK_BROKER_AGAIN_AFTER_MS);
        }
      }
    }
  };

import type { Entities } from '../broker/entities.ts';
import type { BrokerMessage } from '../entity/broker-message.ts';
import { schedulePlace } from '../entity/intake.ts';
import type { SqliteJournal } from './sqlite-journal.ts';

/** Gives the entities what was kept of them, and drops what is of others; the highest message key. */
export const restoreEntities = (journal: SqliteJournal, entities: Entities, log: (line: string) => void): number => {
  const takes = new Map<string, (message: BrokerMessage) => void>();
  const numbers = new Map<string, (last: number) => void>();
  const seenBy = new Map<string, (messageId: string, at: number) => void>();
  for (const entity of [...entities.queues, ...entities.subscriptions]) {
    takes.set(nameOf(entity.messages.place), (message) => entity.messages.restore(message));
    takes.set(nameOf(entity.deadLetters.place), (message) => entity.deadLetters.restore(message));
  }
  for (const { path, intake } of [...entities.queues, ...entities.topics]) {
    takes.set(nameOf(schedulePlace(path)), (message) => intake.restoreScheduled(message));
    numbers.set(nameOf(path), (last) => intake.restoreNumber(last));
    seenBy.set(nameOf(path), (messageId, at) => intake.restoreSeen(messageId, at));
  }
  for (const subscription of entities.subscriptions) {
    numbers.set(nameOf(subscription.path), (last) => subscription.restoreNumber(last));
  }

  const unknown = new Map<string, number>();
  const miss = (place: string, messages: number): void => {
    unknown.set(place, (unknown.get(place) ?? 0) + messages);
  };
  const kept = journal.read();
  let lastKey = 0;
  for (const { place, message } of kept.messages) {
    const take = takes.get(nameOf(place));
    lastKey = Math.max(lastKey, message.key);
    if (take === undefined) miss(place, 1);
    else take(message);
  }
  for (const { entity, last } of kept.numbers) (numbers.get(nameOf(entity)) ?? (() => miss(entity, 0)))(last);
  for (const { entity, messageId, at } of kept.seen)
    (seenBy.get(nameOf(entity)) ?? (() => miss(entity, 0)))(messageId, at);
  for (const [place, messages] of unknown) {
    log(`${place} is not configured any more: ${messages} stored messages dropped`);
    journal.drop(place);
  }
  journal.flush();
  return lastKey;
};

/** Names are the same without their case. */
const nameOf = (path: string): string => path.toLowerCase();

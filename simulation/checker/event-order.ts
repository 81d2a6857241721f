// I4: every committed event is published at least once, as it was committed and numbered without gaps; nothing is published
// that was not committed.

import { isDeepStrictEqual } from 'node:util';
import type { EventRecord } from '../../shared/application/records.ts';
import type { Model } from './model.ts';
import type { Story } from './story.ts';

export const checkSequence = (
  model: Model,
  owner: string,
  { before, after, added }: { before: number; after: number; added: readonly Pick<EventRecord, 'sequence'>[] },
): void => {
  const numbers = added.map(({ sequence }) => sequence).sort((a, b) => a - b);
  const expected = numbers.map((_, index) => before + index + 1);
  if (numbers.join() !== expected.join() || after !== before + numbers.length) {
    model.breaks(
      'I4',
      `events ${numbers.join(', ')} of ${owner} follow number ${before}, and the next is ${after + 1}`,
    );
  }
};

/** `messageId`: of messages with the same one the broker keeps the first only. */
export const checkPublished = (model: Model, published: Record<string, unknown>, messageId: unknown): void => {
  const id = String(published.id);
  if (messageId !== id) model.breaks('I4', `event ${id} was sent as message ${String(messageId)}`);
  const event = model.event(id);
  if (event === undefined) {
    model.breaks('I4', `event ${id} was published and never committed`);
    return;
  }
  const { type, sequence, customerId, data } = event;
  const subject = 'correlationId' in event ? event.correlationId : customerId;
  const committed = { type, subject, sequence, customerid: customerId, data };
  for (const [name, value] of Object.entries(committed)) {
    if (isDeepStrictEqual(published[name], value)) continue;
    model.breaks('I4', `event ${id} was published with another ${name} than it was committed with`);
  }
};

/** An event tells of a flag that is there to be looked at. */
export const checkFlagsStored = (model: Model, story: Story, added: readonly EventRecord[]): void => {
  for (const { type, data } of added) {
    if (type !== 'flag.raised' && type !== 'pause.started') continue;
    if (!story.flags.has(String(data.flagId))) model.breaks('I4', `an event tells of a flag that is not stored`);
  }
};

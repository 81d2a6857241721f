// I4: every committed event is published at least once, numbered without gaps; nothing is published that was not committed.

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

export const checkPublished = (model: Model, eventId: string): void => {
  const isCommitted =
    model.customerEvents.has(eventId) || [...model.stories.values()].some(({ events }) => events.has(eventId));
  if (!isCommitted) model.breaks('I4', `event ${eventId} was published and never committed`);
};

/** An event tells of a flag that is there to be looked at. */
export const checkFlagsStored = (model: Model, story: Story, added: readonly EventRecord[]): void => {
  for (const { type, data } of added) {
    if (type !== 'flag.raised' && type !== 'pause.started') continue;
    if (!story.flags.has(String(data.flagId))) model.breaks('I4', `an event tells of a flag that is not stored`);
  }
};

import type { CustomerEventRecord } from '../../../../shared/application/customer-events.ts';
import { aFlag, anEvent, customerId } from '../../../support/builders.ts';
import { startOfTests } from '../../../support/held-clock.ts';
import { itSees, type Rule } from './support/rules.ts';
import type { Witness } from './support/witness.ts';

const ofCustomer = (sequence: number): CustomerEventRecord => ({
  eventId: `customer-event-${sequence}`,
  type: 'incident.opened',
  customerId,
  sequence,
  at: startOfTests,
  data: {},
});

const raisesFlag = (witness: Witness) => {
  const flag = aFlag({ correlationId: witness.record.correlationId });
  return { flag, event: witness.nextEvent({ type: 'flag.raised', data: { flagId: flag.flagId } }) };
};

itSees([
  {
    rule: 'the first event has the first number',
    promise: 'I4',
    says: 'events 2 of',
    keeps: (witness) => witness.commits(witness.nextEvent({ sequence: 1 })),
    breaks: (witness) => witness.commits(witness.nextEvent({ sequence: 2 })),
  },
  {
    rule: 'each event has the next number',
    promise: 'I4',
    says: 'events 1 of',
    keeps: (witness) => {
      witness.commits(witness.nextEvent());
      witness.commits(witness.nextEvent());
    },
    breaks: (witness) => {
      witness.commits(witness.nextEvent());
      witness.commits(witness.nextEvent({ sequence: 1 }));
    },
  },
  {
    rule: 'events of one batch have a number each',
    promise: 'I4',
    says: 'events 1, 1 of',
    keeps: (witness) => witness.commits(witness.nextEvent({ sequence: 2 }), witness.nextEvent({ sequence: 1 })),
    breaks: (witness) => witness.commits(witness.nextEvent(), witness.nextEvent()),
  },
  {
    rule: 'the history goes on with its events',
    promise: 'I4',
    says: 'the next is 1',
    keeps: (witness) => witness.commits(witness.nextEvent()),
    breaks: (witness) => witness.writes({ history: witness.record, events: [witness.nextEvent()] }),
  },
  {
    rule: 'no number is used up without an event',
    promise: 'I4',
    says: 'and the next is 2',
    keeps: (witness) => witness.writes({ history: witness.record }),
    breaks: (witness) => witness.writes({ history: { ...witness.record, sequence: 1 } }),
  },
  {
    rule: 'an event that is written again, as published, is no new one',
    promise: 'I4',
    says: 'events 1 of',
    keeps: (witness) => {
      const event = witness.nextEvent();
      witness.commits(event);
      witness.writes({ events: [event] });
    },
    breaks: (witness) => {
      const event = witness.nextEvent();
      witness.commits(event);
      witness.writes({ events: [{ ...event, eventId: 'another' }] });
    },
  },
  {
    rule: 'nothing is published that was not committed',
    promise: 'I4',
    says: 'was published and never committed',
    keeps: (witness) => {
      const event = witness.nextEvent();
      witness.commits(event);
      witness.publishes(event);
    },
    breaks: (witness) => witness.publishes(anEvent({ correlationId: witness.record.correlationId })),
  },
  ...(['type', 'subject', 'sequence', 'customerid', 'data'] as const).map((name): Rule => ({
    rule: `an event is published with the ${name} that it was committed with`,
    promise: 'I4',
    says: `was published with another ${name}`,
    keeps: (witness) => {
      const event = witness.nextEvent();
      witness.commits(event);
      witness.publishes(event);
    },
    breaks: (witness) => {
      const event = witness.nextEvent();
      witness.commits(event);
      witness.publishes(event, { [name]: 'something else' });
    },
  })),
  {
    rule: 'the broker takes no event for another one',
    promise: 'I4',
    says: 'was sent as message another event',
    keeps: (witness) => {
      const event = witness.nextEvent();
      witness.commits(event);
      witness.publishes(event);
    },
    breaks: (witness) => {
      const event = witness.nextEvent();
      witness.commits(event);
      witness.publishes(event, {}, 'another event');
    },
  },
  {
    rule: 'events of a customer are committed before they are published',
    promise: 'I4',
    says: 'was published and never committed',
    keeps: (witness) => {
      witness.customerEvent(ofCustomer(1));
      witness.publishes(ofCustomer(1));
    },
    breaks: (witness) => {
      witness.customerEvent(ofCustomer(1));
      witness.publishes(ofCustomer(2));
    },
  },
  {
    rule: 'events of a customer are numbered without gaps',
    promise: 'I4',
    says: 'events 3 of contoso',
    keeps: (witness) => [1, 2, 2, 3].forEach((sequence) => witness.customerEvent(ofCustomer(sequence))),
    breaks: (witness) => [1, 3].forEach((sequence) => witness.customerEvent(ofCustomer(sequence))),
  },
  {
    rule: 'a flag is stored with the event that tells of it',
    promise: 'I4',
    says: 'a flag that is not stored',
    keeps: (witness) => {
      const { flag, event } = raisesFlag(witness);
      witness.writes({ history: { ...witness.record, sequence: 1 }, events: [event], flags: [flag] });
    },
    breaks: (witness) => witness.commits(raisesFlag(witness).event),
  },
]);

// What an operator decides about enforcement, and what the customer's subscribers are told.

import { customerId } from '../../../support/builders.ts';
import type { World } from './world.ts';

export const by = { decidedBy: 'tenant-1:operator', reason: 'A broken release.' };

/** What is found blocks nobody for so long. */
export const turnOff = ({ process }: World, forMinutes: number, appVersion?: string) =>
  process.setEnforcement({
    customerId,
    enforced: false,
    forMinutes,
    ...by,
    ...(appVersion !== undefined && { appVersion }),
  });

/** Subscribers get these events about the customer, in this order. */
export const told =
  (...types: string[]) =>
  ({ app }: World): Promise<void> => {
    const events = app.customerEvents.eventsOf(customerId).toSorted((a, b) => a.sequence - b.sequence);
    expect(events.map(({ type }) => type)).toEqual(types);
    return Promise.resolve();
  };

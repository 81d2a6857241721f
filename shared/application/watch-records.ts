// What is kept about incidents, as the use cases see it.

import { type CustomerWatch, newWatch } from '../domain/incidents/customer-watch.ts';
import type { Observation } from '../domain/observations.ts';
import { MS_PER_DAY } from '../domain/time.ts';
import type { RaisedEvents } from './customer-events.ts';

export interface CustomerWatchRecord {
  customerId: string;
  watch: CustomerWatch;
  /** Every observation that was created before this moment has been counted. */
  countedUntil: Date;
  /** When `watchCustomers` has to look. */
  dueAt?: Date;
}

/** Of a customer where something was observed for the first time, just now: it counts from the day before, to be sure. */
export const newWatchRecord = (customerId: string, dueAt: Date): CustomerWatchRecord => ({
  customerId,
  watch: newWatch(customerId),
  countedUntil: new Date(dueAt.getTime() - MS_PER_DAY),
  dueAt,
});

/** The record and its events happen together, only if the record is unchanged since its version. */
export interface CustomerWatchChange {
  record: CustomerWatchRecord;
  version: string;
  raised?: RaisedEvents;
}

export interface CreatedObservations {
  observations: readonly Observation[];
  /** Everything that was created before this moment is there: earlier than asked for, when that was too much at once. */
  until: Date;
}

/** Ids of what is open at a customer. */
export interface OpenIncidentIds {
  breadthFirst?: string;
  /** Identifiers are assigned wrongly: for every session a new one, or one for many devices. */
  identifier?: string;
  drift: readonly { appVersion: string; incidentId: string }[];
}

// The customer gives a new identifier to every session: devices come back, but nearly always under an id that was never
// seen. Nothing can be counted then, so it has to be told apart from abuse and said.

import type { DeviceDay } from '../observations.ts';
import type { Policy } from '../policy.ts';
import { dayOf, MS_PER_DAY, MS_PER_HOUR } from '../time.ts';
import { type Incident, type IncidentChanges, incidentOf } from './incident.ts';

export interface PerSessionWatch {
  day: number;
  /** Devices that were seen on an earlier day; of them those that came under a new id. */
  returning: number;
  underNewId: number;
  incident?: Incident;
  /** Set by a good day. */
  closesAtMs?: number;
}

export const noPerSession = (): PerSessionWatch => ({ day: 0, returning: 0, underNewId: 0 });

/** Changes the watch in place. A device of a day that is over comes too late to count. */
export const countDeviceDay = (
  watch: PerSessionWatch,
  { atMs, customerId, returning, newId }: DeviceDay,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  closeDuePerSession(watch, atMs, policy, changes);
  if (!returning || dayOf(atMs) < watch.day) return;
  watch.returning += 1;
  if (newId) watch.underNewId += 1;
  if (whatDayShows(watch, policy) !== 'new-ids') return;
  delete watch.closesAtMs;
  if (watch.incident !== undefined) return;
  watch.incident = incidentOf({
    pattern: 'incident-correlation-id-per-session',
    customerId,
    openedAtMs: atMs,
    statistic: watch.underNewId / watch.returning,
    limit: policy.patterns.integration.newIdShare,
    reason: 'identifiers look new for every session; check how they are assigned',
  });
  changes.opened.push(watch.incident);
};

/** Ends the day that is over, and closes the incident some hours after a good one. */
export const closeDuePerSession = (
  watch: PerSessionWatch,
  nowMs: number,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  if (dayOf(nowMs) > watch.day) {
    if (watch.incident !== undefined && whatDayShows(watch, policy) === 'known-ids') {
      watch.closesAtMs ??= (watch.day + 1) * MS_PER_DAY + policy.patterns.integration.closeAfterHours * MS_PER_HOUR;
    }
    watch.day = dayOf(nowMs);
    watch.returning = 0;
    watch.underNewId = 0;
  }
  const { incident, closesAtMs } = watch;
  if (incident === undefined || closesAtMs === undefined || nowMs < closesAtMs) return;
  delete watch.incident;
  delete watch.closesAtMs;
  changes.closed.push({ ...incident, closedAtMs: closesAtMs });
};

/** When the watch has to be looked at although nothing comes in. */
export const nextPerSessionCloseMs = (watch: PerSessionWatch, policy: Policy): number => {
  if (watch.incident === undefined) return Infinity;
  const dayEndsMs = (watch.day + 1) * MS_PER_DAY;
  return watch.closesAtMs ?? (whatDayShows(watch, policy) === 'known-ids' ? dayEndsMs : Infinity);
};

const whatDayShows = (
  { returning, underNewId }: PerSessionWatch,
  { patterns: { integration } }: Policy,
): 'too-little' | 'new-ids' | 'known-ids' => {
  if (returning < integration.returningDevices) return 'too-little';
  return underNewId >= integration.newIdShare * returning ? 'new-ids' : 'known-ids';
};

// The customer gives one identifier to many people: it is used from more devices than a family or a kiosk has.

import type { SharedIdHour } from '../observations.ts';
import type { Policy } from '../policy.ts';
import { MS_PER_HOUR } from '../time.ts';
import { type Incident, type IncidentChanges, incidentOf } from './incident.ts';

/** The identifiers with an open incident. */
export interface SharedIdWatch {
  open: OpenSharedId[];
}

interface OpenSharedId {
  correlationId: string;
  incident: Incident;
  lastHour: number;
}

export const noSharedId = (): SharedIdWatch => ({ open: [] });

/** Changes the watch in place. */
export const countSharedId = (
  watch: SharedIdWatch,
  { atMs, customerId, correlationId, devices }: SharedIdHour,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  closeDueSharedIds(watch, atMs, policy, changes);
  const hour = Math.floor(atMs / MS_PER_HOUR);
  const known = watch.open.find((entry) => entry.correlationId === correlationId);
  if (known !== undefined) {
    known.lastHour = Math.max(known.lastHour, hour);
    return;
  }
  if (watch.open.length >= MOST_OPEN) return;
  const limit = policy.patterns.integration.devicesOfOneId;
  const incident = incidentOf({
    pattern: 'incident-correlation-id-shared',
    customerId,
    correlationId,
    openedAtMs: atMs,
    statistic: devices,
    limit,
    reason: 'one identifier serves many devices; check how it is assigned',
  });
  watch.open.push({ correlationId, incident, lastHour: hour });
  changes.opened.push(incident);
};

export const closeDueSharedIds = (
  watch: SharedIdWatch,
  nowMs: number,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  if (!watch.open.some((entry) => nowMs >= closesAtMs(entry, policy))) return;
  for (const entry of watch.open) {
    const closedAtMs = closesAtMs(entry, policy);
    if (nowMs >= closedAtMs) changes.closed.push({ ...entry.incident, closedAtMs });
  }
  watch.open = watch.open.filter((entry) => nowMs < closesAtMs(entry, policy));
};

export const nextSharedIdCloseMs = ({ open }: SharedIdWatch, policy: Policy): number =>
  Math.min(...open.map((entry) => closesAtMs(entry, policy)));

/** By then the customer has been told more than often enough; each takes room in the watch. */
const MOST_OPEN = 100;

/** An id is observed once an hour, so its last event is known to the hour. */
const closesAtMs = ({ lastHour }: OpenSharedId, { patterns: { integration } }: Policy): number =>
  (lastHour + 1 + integration.closeAfterHours) * MS_PER_HOUR;

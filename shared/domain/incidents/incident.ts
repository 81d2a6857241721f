// Something is wrong at a customer, not with a person: a version that fails, identifiers that are assigned wrongly, many
// fresh identifiers that try once each. The customer gets one incident instead of many flags, or none.

import { roundToMillionth } from '../policy.ts';

export type IncidentPattern =
  | 'incident-failure-drift'
  | 'incident-breadth-first'
  | 'incident-correlation-id-per-session'
  | 'incident-correlation-id-shared';

export interface Incident {
  /** Made from what the incident is, so whoever counts the same observations finds the same id. */
  incidentId: string;
  pattern: IncidentPattern;
  customerId: string;
  /** Of a drift. */
  appVersion?: string;
  failureKind?: FailureKind;
  /** Of a shared identifier. */
  correlationId?: string;
  openedAtMs: number;
  closedAtMs?: number;
  statistic: number;
  limit: number;
  /** A sentence for people. */
  reason: string;
}

/** `capture`: no decision, or an uncertain one. `spoof`: taken for an attack. */
export type FailureKind = 'capture' | 'spoof';

export interface IncidentChanges {
  opened: Incident[];
  closed: Incident[];
}

export const incidentOf = (what: Omit<Incident, 'incidentId'>): Incident => {
  const { pattern, customerId, appVersion, failureKind, correlationId, openedAtMs, statistic } = what;
  const parts = [pattern, customerId, appVersion, failureKind, correlationId, openedAtMs];
  return {
    incidentId: parts.filter((part) => part !== undefined).join(':'),
    ...what,
    statistic: roundToMillionth(statistic),
  };
};

/** A share in percent, as people read it. */
export const percentOf = (share: number): string => `${Math.round(share * 1000) / 10} %`;

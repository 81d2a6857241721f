// What the incidents of a customer are counted from: single facts about one id or one device, each made once. An
// observation looks only at what came before its event, so an event that arrives again makes the same ones again, and
// the key tells that they are there already.

import type { AttemptJudged, Outcome, SessionAbandoned } from './events.ts';
import type { History } from './history.ts';
import type { Policy } from './policy.ts';
import { dayOf, MS_PER_HOUR } from './time.ts';

interface ObservationBase {
  /** Kind, counted id and period: two observations of a customer with one key are the same. */
  key: string;
  customerId: string;
  atMs: number;
}

/** The first attempt of the UTC day by an id that passed on an earlier day: mostly honest, so its failures tell of the app. */
export interface CleanCheck extends ObservationBase {
  kind: 'clean-check';
  /** Absent means unknown. */
  appVersion?: string;
  outcome: Outcome;
}

/** The first attempt ever of an id. */
export interface FirstCheck extends ObservationBase {
  kind: 'first-check';
  outcome: Outcome;
}

/** The first event of a device on a UTC day. */
export interface DeviceDay extends ObservationBase {
  kind: 'device-day';
  /** The device was seen on an earlier day. */
  returning: boolean;
  /** The id that it came under was not seen before. */
  newId: boolean;
}

/** An id that so many devices share was in use. Once an hour. */
export interface SharedIdHour extends ObservationBase {
  kind: 'shared-id-hour';
  correlationId: string;
  devices: number;
}

export type Observation = CleanCheck | FirstCheck | DeviceDay | SharedIdHour;

/** `session.issued` makes none: nothing was looked at yet. */
export type ObservedEvent = (AttemptJudged | SessionAbandoned) & { appVersion?: string };

/** Both histories hold the event already. Nearly every event makes none, and then nothing is allocated. */
export const observationsOf = (
  event: ObservedEvent,
  idHistory: History,
  deviceHistory: History | undefined,
  policy: Policy,
): readonly Observation[] => {
  const check = event.type === 'attempt' ? checkOf(event, idHistory) : undefined;
  const deviceDay = deviceHistory === undefined ? undefined : deviceDayOf(event, idHistory, deviceHistory);
  const sharedId = sharedIdHourOf(event, idHistory, policy.patterns.integration.devicesOfOneId);
  if (check === undefined && deviceDay === undefined && sharedId === undefined) return none;
  return [check, deviceDay, sharedId].filter((observation) => observation !== undefined);
};

/** The order in which they are counted. */
export const compareObservations = (a: Observation, b: Observation): number =>
  a.atMs - b.atMs || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

const none: readonly Observation[] = [];
const NEVER = -Infinity;

const checkOf = (
  event: AttemptJudged & { appVersion?: string },
  history: History,
): CleanCheck | FirstCheck | undefined => {
  const { atMs, customerId, correlationId, outcome, appVersion } = event;
  const today = dayOf(atMs);
  const passedOn = dayBefore(event, history.passes);
  const attemptedOn = Math.max(passedOn, failedBefore(event, history));
  if (attemptedOn === today) return undefined;
  if (attemptedOn === NEVER) {
    return { kind: 'first-check', key: `first-check:${correlationId}:${today}`, customerId, atMs, outcome };
  }
  if (passedOn === NEVER) return undefined;
  const key = `clean-check:${correlationId}:${today}`;
  return {
    kind: 'clean-check',
    key,
    customerId,
    atMs,
    outcome,
    ...(appVersion !== undefined && { appVersion }),
  };
};

const deviceDayOf = (event: ObservedEvent, idHistory: History, deviceHistory: History): DeviceDay | undefined => {
  const { atMs, customerId, deviceKey } = event;
  if (deviceKey === undefined) return undefined;
  const today = dayOf(atMs);
  const seenOn = seenBefore(event, deviceHistory);
  if (seenOn === today) return undefined;
  return {
    kind: 'device-day',
    key: `device-day:${deviceKey}:${today}`,
    customerId,
    atMs,
    returning: seenOn !== NEVER,
    newId: seenBefore(event, idHistory) === NEVER,
  };
};

const sharedIdHourOf = (event: ObservedEvent, history: History, limit: number): SharedIdHour | undefined => {
  const { spoof, uncertain, technical, passes, unused, issued } = history;
  const elements = spoof.length + uncertain.length + technical.length + passes.length + unused.length + issued.length;
  if (elements < limit) return undefined;

  const { atMs, customerId, correlationId } = event;
  const devices = new Set<string>();
  let previous = '';
  for (const facts of [spoof, uncertain, technical, passes, unused, issued]) {
    for (const { tag, atMs: seenAtMs } of facts) {
      // One device in a row is the usual case, and a set is not asked for it again.
      if (tag === previous || tag === '' || seenAtMs > atMs) continue;
      devices.add(tag);
      previous = tag;
    }
  }
  if (devices.size < limit) return undefined;
  return {
    kind: 'shared-id-hour',
    key: `shared-id-hour:${correlationId}:${Math.floor(atMs / MS_PER_HOUR)}`,
    customerId,
    atMs,
    correlationId,
    devices: devices.size,
  };
};

/** The day of the latest attempt or unused token before the event. */
const seenBefore = (event: ObservedEvent, history: History): number =>
  Math.max(dayBefore(event, history.passes), failedBefore(event, history), dayBefore(event, history.unused));

const failedBefore = (event: ObservedEvent, { spoof, uncertain, technical }: History): number =>
  Math.max(dayBefore(event, spoof), dayBefore(event, uncertain), dayBefore(event, technical));

interface Fact {
  readonly atMs: number;
  readonly sessionId: string;
  readonly attemptId?: number;
}

/** The day of the latest fact before the event, `NEVER` without one. Every set is sorted by day, so it is found from the end. */
const dayBefore = (event: ObservedEvent, facts: readonly Fact[]): number => {
  for (let index = facts.length - 1; index >= 0; index -= 1) {
    const fact = facts[index];
    if (fact !== undefined && isBefore(fact, event)) return dayOf(fact.atMs);
  }
  return NEVER;
};

const isBefore = (fact: Fact, event: ObservedEvent): boolean => {
  if (fact.atMs !== event.atMs) return fact.atMs < event.atMs;
  if (fact.sessionId !== event.sessionId) return fact.sessionId < event.sessionId;
  // An unused token has no attempt and comes last in its session, as its event's key does.
  return (fact.attemptId ?? Infinity) < (event.type === 'attempt' ? event.attemptId : Infinity);
};

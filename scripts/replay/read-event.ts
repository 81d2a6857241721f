// A line of a ledger file as an event. By hand, because a replay reads millions of them; a test holds it against the
// schema in shared/contracts/ledger-event.ts.

import type { FlaggedSession, ReplayedAttempt, ReplayEvent } from '../../shared/application/replay/replay-event.ts';
import type { Outcome, OutcomeReason } from '../../shared/domain/events.ts';

/** The event, or a sentence about the first mistake. */
export const readEvent = (line: string): ReplayEvent | string => {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  return isObject(json) ? eventOf(json) : 'is not an object';
};

type Json = Record<string, unknown>;

const LONGEST_ID = 128;
const LONGEST_TTL_SECONDS = 86_400;
const DEFAULT_TTL_SECONDS = 600;

const eventOf = (json: Json): ReplayEvent | string => {
  const { customerId, correlationId, sessionId } = json;
  const deviceKey = json.deviceId ?? undefined;
  const appVersion = json.appVersion ?? undefined;
  const atMs = typeof json.at === 'string' ? readInstant(json.at) : undefined;

  if (atMs === undefined) return 'at: must be a time such as 2026-03-01T12:00:00.000Z';
  if (!isId(customerId)) return `customerId: ${ID_RULE}`;
  if (!isId(correlationId)) return `correlationId: ${ID_RULE}`;
  if (!isId(sessionId)) return `sessionId: ${ID_RULE}`;
  if (deviceKey !== undefined && !isId(deviceKey)) return `deviceId: ${ID_RULE}`;
  if (appVersion !== undefined && !isId(appVersion)) return `appVersion: ${ID_RULE}`;
  if (!isTextIfPresent(json.clientIp)) return 'clientIp: must be a text';
  if (!isTextIfPresent(json.endUserKey)) return 'endUserKey: must be a text';

  const event = eventOfType(json, { atMs, customerId, correlationId, sessionId });
  if (typeof event === 'string') return event;
  // Assigned, not spread: this is done for every event of millions.
  if (deviceKey !== undefined) event.deviceKey = deviceKey;
  if (appVersion !== undefined) event.appVersion = appVersion;
  return event;
};

const eventOfType = (json: Json, { atMs, customerId, correlationId, sessionId }: Base): ReplayEvent | string => {
  switch (json.type) {
    case 'attempt':
      return attemptOf(json, { atMs, customerId, correlationId, sessionId });
    case 'session.issued': {
      const attemptsAllowed = json.attemptsAllowed ?? 1;
      const tokenTtlSeconds = json.tokenTtlSeconds ?? DEFAULT_TTL_SECONDS;
      if (!isWholeUpTo(3, attemptsAllowed)) return 'attemptsAllowed: must be 1, 2 or 3';
      if (!isWholeUpTo(LONGEST_TTL_SECONDS, tokenTtlSeconds)) {
        return `tokenTtlSeconds: must be a whole number from 1 to ${LONGEST_TTL_SECONDS}`;
      }
      return { type: 'session.issued', atMs, customerId, correlationId, sessionId, attemptsAllowed, tokenTtlSeconds };
    }
    case 'session.abandoned':
      return { type: 'session.abandoned', atMs, customerId, correlationId, sessionId };
    default:
      return 'type: must be session.issued, attempt or session.abandoned';
  }
};

type Base = Pick<ReplayEvent, 'atMs' | 'customerId' | 'correlationId' | 'sessionId'>;

const attemptOf = (json: Json, { atMs, customerId, correlationId, sessionId }: Base): ReplayEvent | string => {
  const attemptId = readAttemptId(json.attemptId);
  const { outcome } = json;
  const reason = json.reason ?? undefined;
  const errorCode = json.errorCode ?? undefined;
  const otherFlaggedSessions = readFlaggedSessions(json.otherFlaggedSessions ?? undefined);

  if (attemptId === undefined) return 'attemptId: must be 1, 2 or 3';
  if (!isOutcome(outcome)) return 'outcome: must be real, spoof, uncertain or technical';
  if (reason !== undefined && !isReason(reason)) return 'reason: must be mismatch or integrity';
  if (errorCode !== undefined && typeof errorCode !== 'string') return 'errorCode: must be a text';
  if (otherFlaggedSessions === 'invalid') {
    return 'otherFlaggedSessions: must be a list of objects with sessionId and attemptId';
  }
  const event: ReplayedAttempt = { type: 'attempt', atMs, customerId, correlationId, sessionId, attemptId, outcome };
  if (reason !== undefined) event.reason = reason;
  if (errorCode !== undefined) event.errorCode = errorCode;
  if (otherFlaggedSessions !== undefined) event.otherFlaggedSessions = otherFlaggedSessions;
  return event;
};

const ID_RULE = `must be a text of 1 to ${LONGEST_ID} characters`;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= LONGEST_ID;

const isTextIfPresent = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string';

const isWholeUpTo = (most: number, value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

const isOutcome = (value: unknown): value is Outcome =>
  value === 'real' || value === 'spoof' || value === 'uncertain' || value === 'technical';

const isReason = (value: unknown): value is OutcomeReason => value === 'mismatch' || value === 'integrity';

const readAttemptId = (value: unknown): number | undefined => {
  switch (value) {
    case 1:
    case '1':
      return 1;
    case 2:
    case '2':
      return 2;
    case 3:
    case '3':
      return 3;
    default:
      return undefined;
  }
};

const readFlaggedSessions = (value: unknown): FlaggedSession[] | undefined | 'invalid' => {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return 'invalid';
  const sessions: FlaggedSession[] = [];
  for (const entry of value) {
    if (!isObject(entry) || !isId(entry.sessionId)) return 'invalid';
    const attemptId = readAttemptId(entry.attemptId);
    if (attemptId === undefined) return 'invalid';
    sessions.push({ sessionId: entry.sessionId, attemptId });
  }
  return sessions;
};

const INSTANT = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;
const DAY_AT = 8;
const DAY_ENDS = 10;

const readInstant = (text: string): number | undefined => {
  if (!INSTANT.test(text)) return undefined;
  const atMs = Date.parse(text);
  // Dates that no calendar has, such as February 30, are read as the day that follows.
  const isInCalendar =
    text.slice(DAY_AT, DAY_ENDS) <= '28' ||
    new Date(text.slice(0, DAY_ENDS)).getUTCDate() === Number(text.slice(DAY_AT, DAY_ENDS));
  return isInCalendar && !Number.isNaN(atMs) ? atMs : undefined;
};

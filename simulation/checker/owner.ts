// I10: a stranger cannot lock a person out.

import type { IssueDecision } from '../../shared/application/issue-liveness-session.ts';
import type { CorrelationRecord, SessionRecord } from '../../shared/application/records.ts';
import { inForce } from './blocking.ts';
import type { Model, TokenRequest } from './model.ts';
import { attemptsIn, attemptsToComeOf, hasPassedADayAgo, type Story } from './story.ts';

const LOCKED_OUT = ['correlation-flagged', 'device-not-familiar', 'paused', 'exposure-budget'];

/**
 * Whoever passed on this device a day ago, and has done nothing but pass on it since, gets a token, whatever others do in
 * the same name elsewhere.
 */
export const checkOwner = (model: Model, request: TokenRequest, decision: IssueDecision): void => {
  const { deviceKey } = request;
  const correlationId = model.endUsers.get(request.endUserKey);
  if (deviceKey === undefined || correlationId === undefined) return;
  const story = model.story(correlationId);
  if (!isOfCleanOwner(story, deviceKey, model.nowMs)) return;

  const isLockedOut = decision.kind === 'refused' && LOCKED_OUT.includes(decision.because);
  if (heldTokens(story, request)) return;
  if (isLockedOut) model.breaks('I10', `${request.name} is refused on a clean familiar device: ${decision.because}`);
  if (decision.kind === 'wait') model.breaks('I10', `${request.name} has to wait on a clean familiar device`);
};

/** Whether the device of the request held tokens at any moment of it: at any of them the product may have decided. */
const heldTokens = (story: Story, { deviceKey, beganAt }: TokenRequest): boolean => {
  const began = story.changes.findLastIndex(({ moment }) => moment < beganAt);
  const earlier = story.changes
    .slice(Math.max(0, began), -1)
    .flatMap(({ record }) => record.outstanding.map(({ sessionId }) => story.sessions.get(sessionId)));
  const now = [...story.sessions.values()].filter((session) => attemptsToComeOf(story, session) > 0);
  return [...earlier, ...now].some((session) => session?.deviceKey === deviceKey);
};

/** What concerns unfamiliar devices only leaves the owner's tokens alone. */
export const checkSessionsLeft = (
  model: Model,
  story: Story,
  record: CorrelationRecord,
  revoked: readonly SessionRecord[],
): void => {
  const { nowMs } = model;
  if (record.status === 'retired') return;
  if (inForce(record.verdicts, nowMs).some(({ scope }) => scope === 'correlation')) return;
  for (const { sessionId, deviceKey } of revoked) {
    if (deviceKey === undefined || !isOfCleanOwner(story, deviceKey, nowMs)) continue;
    model.breaks('I10', `session ${sessionId} of a clean familiar device was revoked`);
  }
};

/** Whoever hears of a verdict closes what it has revoked. */
export const checkClosing = (model: Model, { sessionId, result, revoked }: SessionRecord): void => {
  if (result?.cause === 'revoked' && revoked !== true) {
    model.breaks('I10', `session ${sessionId} was closed because of a verdict that does not concern it`);
  }
};

/** After a reset no device is familiar for a day. */
const isOfCleanOwner = (story: Story, deviceKey: string, nowMs: number): boolean => {
  if (story.predecessor !== undefined) return false;
  const hasOnlyPassed = [...story.ledger.values()]
    .filter((entry) => entry.deviceKey === deviceKey)
    .every(({ type, outcome }) => type !== 'session.abandoned' && (outcome ?? 'real') === 'real');
  return hasOnlyPassed && hasPassedADayAgo(attemptsIn(story), deviceKey, nowMs);
};

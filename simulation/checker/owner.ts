// I10: a stranger cannot lock a person out.

import type { IssueDecision } from '../../shared/application/issue-liveness-session.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { MS_PER_HOUR } from '../../shared/domain/time.ts';
import type { Model, TokenRequest } from './model.ts';
import { attemptsIn, attemptsToComeOf } from './story.ts';

const LOCKED_OUT = ['correlation-flagged', 'device-not-familiar', 'paused', 'exposure-budget'];

/**
 * Whoever passed on this device a day ago, and has done nothing but pass on it since, gets a token, whatever others do in
 * the same name elsewhere.
 */
export const checkOwner = (model: Model, request: TokenRequest, decision: IssueDecision, nowMs: number): void => {
  const { deviceKey } = request;
  const correlationId = model.endUsers.get(request.endUserKey);
  if (deviceKey === undefined || correlationId === undefined) return;
  const story = model.story(correlationId);
  // After a reset no device is familiar for a day.
  if (story.predecessor !== undefined) return;
  const onDevice = [...story.ledger.values()].filter((entry) => entry.deviceKey === deviceKey);
  const latestMs = nowMs - defaultPolicy.channel.familiarAfterHours * MS_PER_HOUR;
  const isFamiliar = attemptsIn(story).some(
    (entry) => entry.deviceKey === deviceKey && entry.outcome === 'real' && entry.atMs <= latestMs,
  );
  const hasOnlyPassed = onDevice.every(
    ({ type, outcome }) => type !== 'session.abandoned' && (outcome ?? 'real') === 'real',
  );
  if (!isFamiliar || !hasOnlyPassed) return;

  const isLockedOut = decision.kind === 'refused' && LOCKED_OUT.includes(decision.because);
  const holdsTokens = [...story.sessions.values()].some(
    (session) => session.deviceKey === deviceKey && attemptsToComeOf(story, session) > 0,
  );
  if (isLockedOut && !holdsTokens)
    model.breaks('I10', `${request.name} is refused on a clean familiar device: ${decision.because}`);
  if (decision.kind === 'wait' && !holdsTokens)
    model.breaks('I10', `${request.name} has to wait on a clean familiar device`);
};

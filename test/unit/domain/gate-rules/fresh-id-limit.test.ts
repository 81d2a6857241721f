import type { LivenessEvent } from '../../../../shared/domain/events.ts';
import { decide, type GateDecision, type GateRequest, type GateState } from '../../../../shared/domain/gate.ts';
import { askFreshIdLimit, type FreshIdAnswer } from '../../../../shared/domain/gate-rules/fresh-id-limit.ts';
import type { OutstandingSession } from '../../../../shared/domain/outstanding.ts';
import { defaultPolicy, type Policy } from '../../../../shared/domain/policy.ts';
import { aState, attemptsOn, hourMs, minuteMs, noonOf } from '../support/histories.ts';

const nowMs = noonOf(0) + hourMs;

const anOpenSession = (endsInMs: number): OutstandingSession => ({
  sessionId: `ends in ${endsInMs}`,
  reservedAtMs: nowMs + endsInMs - 10 * minuteMs,
  expiresAtMs: nowMs + endsInMs,
  attemptsAllowed: 1,
  recorded: [],
});

const withLimit = (attemptsWhileOpen: number): Policy => ({
  ...defaultPolicy,
  patterns: { ...defaultPolicy.patterns, breadthFirst: { ...defaultPolicy.patterns.breadthFirst, attemptsWhileOpen } },
});

const answerOn = (
  events: readonly LivenessEvent[],
  outstanding: readonly OutstandingSession[] = [],
  { limitFreshIds = true, policy = defaultPolicy } = {},
): FreshIdAnswer => askFreshIdLimit({ ...aState(events), outstanding }, policy, limitFreshIds, nowMs);

describe('the limit of fresh ids', () => {
  it('gives one attempt to an id that never tried', () => {
    expect(answerOn([])).toEqual({ kind: 'at-most', attempts: 1 });
  });

  it.each(['spoof', 'uncertain', 'technical'] as const)('refuses after one attempt that was %s', (outcome) => {
    expect(answerOn(attemptsOn(0, [outcome]))).toEqual({ kind: 'refuse', untilMs: undefined });
  });

  it('gives what is left of a larger limit', () => {
    const policy = withLimit(3);

    expect(answerOn(attemptsOn(0, ['spoof', 'technical']), [], { policy })).toEqual({ kind: 'at-most', attempts: 1 });
    expect(answerOn(attemptsOn(0, ['spoof', 'technical', 'uncertain']), [], { policy }).kind).toBe('refuse');
  });

  it('concerns nobody who ever passed, and nobody while no incident is open', () => {
    expect(answerOn(attemptsOn(-200, ['real', 'spoof']))).toEqual({ kind: 'unlimited' });
    expect(answerOn(attemptsOn(0, ['spoof']), [], { limitFreshIds: false })).toEqual({ kind: 'unlimited' });
  });

  it('waits for the first of the open sessions to be collected', () => {
    const outstanding = [anOpenSession(9 * minuteMs), anOpenSession(4 * minuteMs)];

    expect(answerOn([], outstanding)).toEqual({ kind: 'wait', untilMs: nowMs + 4 * minuteMs + 30_000 });
  });

  it('waits for a moment that is still to come when a session has ended long ago', () => {
    expect(answerOn([], [anOpenSession(-hourMs)])).toEqual({ kind: 'wait', untilMs: nowMs + 30_000 });
  });
});

describe('a gate that limits fresh ids', () => {
  const upToThree: GateRequest = { deviceKey: 'phone', attemptsWanted: 3, attemptsFixed: false, limitFreshIds: true };
  const decisionOn = (what: Partial<GateState>, request = upToThree): GateDecision =>
    decide({ ...aState(), outstanding: [], carriedFailures: [], ...what }, defaultPolicy, request, new Date(nowMs))
      .decision;

  it('issues a token for one attempt where the number can be set', () => {
    expect(decisionOn({})).toEqual({ kind: 'issue', attemptsAllowed: 1, remainingAttempts: 21 });
    expect(decisionOn({}, { ...upToThree, attemptsFixed: true })).toMatchObject({ attemptsAllowed: 3 });
  });

  it('then sends the person another way', () => {
    expect(decisionOn(aState(attemptsOn(0, ['technical'])))).toEqual({ kind: 'refuse', because: 'exposure-budget' });
  });

  it('keeps a second request waiting while the first session is open', () => {
    expect(decisionOn({ outstanding: [anOpenSession(minuteMs)] })).toEqual({
      kind: 'wait',
      because: 'reserved-budget',
      until: new Date(nowMs + minuteMs + 30_000),
    });
  });
});

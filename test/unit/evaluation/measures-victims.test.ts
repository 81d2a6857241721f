import { GatedId } from '../../../evaluation/measures/gated-id.ts';
import { SessionsAtGate } from '../../../evaluation/measures/sessions-at-gate.ts';
import { victimAttempts } from '../../../evaluation/measures/victim-attempts.ts';
import { victims } from '../../../evaluation/measures/victims.ts';
import type { TraceEvent } from '../../../evaluation/trace.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { judgesNobody, withBudget } from './support/rigged-policies.ts';

const startMs = Date.UTC(2026, 2, 1, 12);
const secondMs = 1000;
const minuteMs = 60 * secondMs;

const withChannel = (channel: Partial<Policy['channel']>, policy = defaultPolicy): Policy => ({
  ...policy,
  channel: { ...policy.channel, ...channel },
});

describe('an id behind the gate', () => {
  it('holds three attempts of the budget for each token until it is used up or collected', () => {
    const id = new GatedId('id', withBudget(judgesNobody, 22));

    const first = id.ask('first', 'phone', startMs);
    id.attempt('first', 'uncertain', startMs + secondMs);
    const second = id.ask('second', 'phone', startMs + 2 * secondMs);
    id.collectExpired(startMs + 20 * minuteMs);

    expect(first).toEqual({ kind: 'issue', attemptsAllowed: 3, remainingAttempts: 19 });
    expect(second).toEqual({ kind: 'issue', attemptsAllowed: 3, remainingAttempts: 16 });
    expect(id.state.outstanding).toEqual([]);
    expect(id.state.history.uncertain).toHaveLength(1);
  });

  it('takes no attempt without a token, after a pass, or after its end', () => {
    const id = new GatedId('id', judgesNobody);
    id.ask('passed', 'phone', startMs);
    id.attempt('passed', 'real', startMs + secondMs);
    id.ask('expired', 'phone', startMs + minuteMs);

    expect(id.attempt('never issued', 'spoof', startMs + minuteMs)).toBe(false);
    expect(id.attempt('passed', 'spoof', startMs + minuteMs)).toBe(false);
    expect(id.attempt('expired', 'spoof', startMs + 11 * minuteMs)).toBe(false);
    expect(id.state.history.spoof).toEqual([]);
  });

  it('closes open sessions when a result crosses, and refuses from then on', () => {
    const id = new GatedId('id', defaultPolicy);
    for (const session of ['a', 'b', 'c']) {
      id.ask(session, 'phone', startMs);
      id.attempt(session, 'spoof', startMs);
      id.close(session, startMs);
    }
    id.ask('d', 'phone', startMs + minuteMs);
    id.ask('e', 'phone', startMs + minuteMs);
    id.attempt('d', 'spoof', startMs + minuteMs);

    expect(id.attempt('e', 'spoof', startMs + minuteMs)).toBe(false);
    expect(id.ask('f', 'phone', startMs + minuteMs)).toEqual({ kind: 'refuse', because: 'correlation-flagged' });
  });

  it('leaves the original alone when a copy goes on', () => {
    const id = new GatedId('id', defaultPolicy);
    id.ask('a', 'phone', startMs);

    id.copy().attempt('a', 'spoof', startMs);

    expect(id.state.history.spoof).toEqual([]);
  });
});

describe('sessions of a trace at the gate', () => {
  const session = (number: number): TraceEvent[] => {
    const base = {
      customerId: 'customer',
      correlationId: 'id',
      sessionId: `id.${number}`,
      deviceKey: 'phone',
    };
    const atMs = startMs + number * 10 * secondMs;
    return [
      { ...base, type: 'session.issued', atMs, attemptsAllowed: 3, tokenTtlSeconds: 600 },
      { ...base, type: 'attempt', atMs: atMs + secondMs, attemptId: 1, outcome: 'technical' },
      { ...base, type: 'attempt', atMs: atMs + 2 * secondMs, attemptId: 2, outcome: 'technical' },
      { ...base, type: 'attempt', atMs: atMs + 3 * secondMs, attemptId: 3, outcome: 'technical' },
    ];
  };

  it('come after the wait that the gate asks for, as long as the trace says', () => {
    const id = new GatedId('id', judgesNobody);
    const sessions = new SessionsAtGate(id, [1, 2, 3].flatMap(session));

    // Six failures: the next token a minute after the last of them.
    const lastFailureMs = startMs + 23 * secondMs;
    sessions.playUntil(lastFailureMs + minuteMs);
    const before = id.state.history.technical.length;
    sessions.playUntil(lastFailureMs + minuteMs + secondMs);
    const atToken = id.state.history.technical.length;
    sessions.playUntil(lastFailureMs + minuteMs + 4 * secondMs);

    expect([before, atToken, id.state.history.technical.length]).toEqual([6, 6, 9]);
    expect(id.state.history.technical.at(-1)?.atMs).toBe(lastFailureMs + minuteMs + 3 * secondMs);
  });

  it('do not come at all when they are refused', () => {
    const id = new GatedId('id', withBudget(judgesNobody, 2));

    new SessionsAtGate(id, session(1)).playUntil(Infinity);

    expect(id.state.history.technical).toEqual([]);
  });
});

describe('victims of a stranger', () => {
  it('mostly keep their own devices', () => {
    const { flagged, ownDevicesOpen } = victims({ seed: 1, victims: 40 });

    expect(flagged.count).toBeGreaterThan(30);
    expect(ownDevicesOpen?.of).toBe(flagged.count);
    expect(ownDevicesOpen?.estimate).toBeGreaterThan(0.8);
  });

  it('all lose them when no device is ever familiar', () => {
    const { ownDevicesOpen } = victims({ seed: 1, victims: 40, policy: withChannel({ familiarAfterHours: 1e9 }) });

    expect(ownDevicesOpen?.estimate).toBe(0);
  });

  it('are not told of when nobody is flagged', () => {
    expect(victims({ seed: 1, victims: 10, policy: judgesNobody })).toMatchObject({
      flagged: { count: 0, of: 10 },
      ownDevicesOpen: undefined,
    });
  });
});

describe('the attempts that a stranger leaves to his victim', () => {
  const options = { seed: 1, victims: 40 };

  it('are enough under the default policy, but for what the victim did', () => {
    const result = victimAttempts(options);

    expect(result.victims).toBe(40);
    expect(result.fewestAttemptsBecauseOfStranger).toBeGreaterThanOrEqual(3);
    expect(result.victimsBelowThree.stranger).toBe(0);
  });

  it('are none for everybody when the budget is smaller than a token, stranger or not', () => {
    const result = victimAttempts({ ...options, policy: withBudget(judgesNobody, 2) });

    expect(result.fewestAttempts).toBe(0);
    expect(result.fewestAttemptsBecauseOfStranger).toBe(Infinity);
    expect(result.victimsBelowThree).toEqual({
      'own-failures': 40,
      'own-devices-not-clean': 0,
      'stranger-passed': 0,
      stranger: 0,
    });
  });

  it('are too few because of the stranger when no device is ever familiar', () => {
    const policy = withChannel({ familiarAfterHours: 1e9 }, judgesNobody);

    const result = victimAttempts({ ...options, policy });

    expect(result.victimsBelowThree.stranger).toBeGreaterThan(20);
    expect(result.fewestAttemptsBecauseOfStranger).toBe(0);
  });
});

import type { LivenessEvent } from '../../../shared/domain/events.ts';
import {
  decide,
  type GateDecision,
  type GateRequest,
  type GateState,
  nextAllowedAt,
  remainingAttempts,
} from '../../../shared/domain/gate.ts';
import type { OutstandingSession } from '../../../shared/domain/outstanding.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import {
  anAttempt,
  aState,
  aVerdict,
  attemptsOn,
  dayMs,
  hourMs,
  minuteMs,
  noonOf,
  times,
} from './support/histories.ts';

const now = new Date(noonOf(0) + hourMs);
const nowMs = now.getTime();

const aGateState = ({
  events = [],
  ...what
}: Partial<GateState> & { events?: readonly LivenessEvent[] } = {}): GateState => ({
  ...aState(events),
  outstanding: [],
  carriedFailures: [],
  ...what,
});

const threeFixed: GateRequest = { deviceKey: 'phone', attemptsWanted: 3, attemptsFixed: true };
const upToThree: GateRequest = { ...threeFixed, attemptsFixed: false };

let sessions = 0;
const anOpenSession = (what: Partial<OutstandingSession> = {}): OutstandingSession => ({
  sessionId: `open-${(sessions += 1)}`,
  reservedAtMs: nowMs - minuteMs,
  expiresAtMs: nowMs + 9 * minuteMs,
  attemptsAllowed: 3,
  recorded: [],
  ...what,
});

/** Failures without abuse: each on another day, behind that day's pass. */
const spreadFailures = (count: number): LivenessEvent[] =>
  times(count, undefined).flatMap((_, index) => [
    anAttempt({ atMs: noonOf(-index) - 2 * hourMs, outcome: 'uncertain' }),
    anAttempt({ atMs: noonOf(-index) - hourMs, outcome: 'real' }),
  ]);

const decisionOn = (state: GateState, request = threeFixed, policy: Policy = defaultPolicy): GateDecision =>
  decide(state, policy, request, now).decision;

describe('decide', () => {
  it('issues a token to someone new, and says what is left after it', () => {
    expect(decide(aGateState(), defaultPolicy, threeFixed, now)).toEqual({
      decision: { kind: 'issue', attemptsAllowed: 3, remainingAttempts: 19 },
      found: [],
    });
  });

  it('refuses a flagged id, and latches a crossing that nobody saw', () => {
    const state = aGateState({ events: attemptsOn(0, times(4, 'spoof')) });
    const { decision, found } = decide(state, defaultPolicy, threeFixed, now);

    expect(decision).toEqual({ kind: 'refuse', because: 'correlation-flagged' });
    expect(found).toMatchObject([{ verdict: { kind: 'flagged', sinceMs: nowMs, source: 'gate' } }]);
    const latched = { ...state, verdicts: found.map(({ verdict }) => verdict) };
    expect(decide(latched, defaultPolicy, threeFixed, now)).toEqual({ decision, found: [] });
  });

  it('refuses a paused id until the pause is over', () => {
    const paused = aGateState({
      verdicts: [aVerdict({ kind: 'paused', sinceMs: nowMs - hourMs, untilMs: nowMs + hourMs })],
    });

    expect(decisionOn(paused)).toEqual({ kind: 'refuse', because: 'paused', until: new Date(nowMs + hourMs) });
    expect(decide(paused, defaultPolicy, threeFixed, new Date(nowMs + hourMs)).decision.kind).toBe('issue');
  });

  describe('and the exposure budget', () => {
    it('refuses the token that could exceed it, until enough failures have left', () => {
      const state = aGateState({ events: spreadFailures(20) });
      const oldestMs = noonOf(-19) - 2 * hourMs;

      expect(decisionOn(state)).toEqual({
        kind: 'refuse',
        because: 'exposure-budget',
        until: new Date(oldestMs + 30 * dayMs),
      });
      expect(decide(state, defaultPolicy, threeFixed, new Date(oldestMs + 30 * dayMs)).decision.kind).toBe('issue');
      expect(decide(state, defaultPolicy, threeFixed, new Date(oldestMs + 30 * dayMs - 1)).decision.kind).toBe(
        'refuse',
      );
    });

    it('gives the attempts that are left where the number can be set', () => {
      const state = aGateState({ events: spreadFailures(20) });

      expect(decisionOn(state, upToThree)).toEqual({ kind: 'issue', attemptsAllowed: 2, remainingAttempts: 0 });
    });

    it('counts the judged failures of the predecessor', () => {
      const state = aGateState({ carriedFailures: times(20, { atMs: nowMs - dayMs, tag: 'phone' }) });

      expect(remainingAttempts(state, defaultPolicy, threeFixed, now)).toBe(2);
      expect(decisionOn(state)).toMatchObject({ kind: 'refuse', because: 'exposure-budget' });
      const old = aGateState({ carriedFailures: [{ atMs: nowMs - 30 * dayMs, tag: 'phone' }] });
      expect(remainingAttempts(old, defaultPolicy, threeFixed, now)).toBe(22);
    });

    it('counts every attempt that may still come, whatever the time, and none of the technical ones', () => {
      const state = aGateState({
        events: attemptsOn(0, ['technical', 'uncertain']),
        outstanding: [
          anOpenSession({ recorded: [1] }),
          anOpenSession({ expiresAtMs: nowMs - 3 * dayMs }),
          anOpenSession({ closing: true }),
          anOpenSession({ closedWith: 2, recorded: [2] }),
        ],
      });

      expect(remainingAttempts(state, defaultPolicy, threeFixed, now)).toBe(22 - 1 - 2 - 3 - 3 - 1);
    });

    it('waits for the first session to be collected when only reservations fill it', () => {
      const events = spreadFailures(14);
      const stuck = anOpenSession({ expiresAtMs: nowMs - minuteMs });
      const open = anOpenSession({ attemptsAllowed: 3 });

      expect(decisionOn(aGateState({ events, outstanding: [open, open] }))).toEqual({
        kind: 'wait',
        because: 'reserved-budget',
        until: new Date(open.expiresAtMs + 30_000),
      });
      expect(decisionOn(aGateState({ events, outstanding: [open, stuck] }))).toEqual({
        kind: 'wait',
        because: 'reserved-budget',
        until: new Date(nowMs + 30_000),
      });
    });

    it('refuses for good a token with more attempts than the whole budget', () => {
      const policy = {
        ...defaultPolicy,
        gate: { ...defaultPolicy.gate, budget: { breach: 0.02, pass: 0.01, windowDays: 30 } },
      };

      expect(decisionOn(aGateState(), threeFixed, policy)).toEqual({ kind: 'refuse', because: 'exposure-budget' });
      expect(nextAllowedAt(aGateState(), policy, threeFixed, now)).toBeUndefined();
    });
  });

  describe('and the tokens alive', () => {
    it('lets two be alive, and waits until the first of them expires', () => {
      const first = anOpenSession({ expiresAtMs: nowMs + 2 * minuteMs });

      expect(decisionOn(aGateState({ outstanding: [first] })).kind).toBe('issue');
      expect(decisionOn(aGateState({ outstanding: [anOpenSession(), first] }))).toEqual({
        kind: 'wait',
        because: 'alive-tokens',
        until: new Date(first.expiresAtMs),
      });
    });

    it('does not count tokens that expired or are being closed', () => {
      const outstanding = [
        anOpenSession(),
        anOpenSession({ expiresAtMs: nowMs }),
        anOpenSession({ closing: true }),
        anOpenSession({ closedWith: 1 }),
      ];

      expect(decisionOn(aGateState({ outstanding })).kind).toBe('issue');
    });

    it("replaces the same device's unused token, the oldest first", () => {
      const own = anOpenSession({ deviceKey: 'phone' });
      const older = anOpenSession({ deviceKey: 'phone', reservedAtMs: nowMs - 2 * minuteMs });

      expect(decisionOn(aGateState({ outstanding: [own, older] }))).toEqual({
        kind: 'replace',
        sessionId: older.sessionId,
      });
    });

    it.each([
      ['used already', { deviceKey: 'phone', recorded: [1] }, threeFixed],
      ["another device's", { deviceKey: 'tablet' }, threeFixed],
      ['of an unknown device', {}, { attemptsWanted: 3, attemptsFixed: true }],
    ])('does not replace a token that is %s', (_, what, request) => {
      const outstanding = [anOpenSession(what), anOpenSession()];

      expect(decisionOn(aGateState({ outstanding }), request)).toMatchObject({ kind: 'wait', because: 'alive-tokens' });
    });

    it('waits 15 s from the reservation before it replaces', () => {
      const own = anOpenSession({ deviceKey: 'phone', reservedAtMs: nowMs - 5000 });
      const state = aGateState({ outstanding: [own, anOpenSession()] });
      const until = new Date(own.reservedAtMs + 15_000);

      expect(decisionOn(state)).toEqual({ kind: 'wait', because: 'alive-tokens', until });
      expect(decide(state, defaultPolicy, threeFixed, until).decision.kind).toBe('replace');
    });
  });

  describe('and the delay after failures', () => {
    const failures = (count: number): LivenessEvent[] =>
      attemptsOn(0, times(count, 'technical')).map((event, index) => ({ ...event, atMs: nowMs - (count - index) }));

    it.each([
      [5, 30],
      [6, 60],
      [7, 120],
      [8, 240],
      [12, 3600],
    ])('makes %i failures in a row wait %i s', (count, seconds) => {
      expect(decisionOn(aGateState({ events: failures(count) }))).toEqual({
        kind: 'wait',
        because: 'delay',
        until: new Date(nowMs - 1 + seconds * 1000),
      });
    });

    it('does not delay four failures, and counts anew after a pass', () => {
      const pass = anAttempt({ atMs: nowMs - 5000, outcome: 'real' });
      const beforePass = failures(6).map((event) => ({ ...event, atMs: event.atMs - 10_000 }));

      expect(decisionOn(aGateState({ events: failures(4) })).kind).toBe('issue');
      expect(decisionOn(aGateState({ events: [...beforePass, pass, ...failures(4)] })).kind).toBe('issue');
    });

    it('issues at the very moment the wait ends', () => {
      const state = aGateState({ events: failures(5) });
      const until = nextAllowedAt(state, defaultPolicy, threeFixed, now);

      expect(until).toEqual(new Date(nowMs - 1 + 30_000));
      expect(decide(state, defaultPolicy, threeFixed, until ?? now).decision.kind).toBe('issue');
    });

    it('gives one wait together with the tokens alive, the later of the two', () => {
      const soon = times(2, undefined).map(() => anOpenSession({ expiresAtMs: nowMs + 10_000 }));
      const late = times(2, undefined).map(() => anOpenSession());
      const own = times(2, undefined).map(() => anOpenSession({ deviceKey: 'phone' }));
      const events = failures(5);

      expect(decisionOn(aGateState({ events, outstanding: soon }))).toMatchObject({ because: 'delay' });
      expect(decisionOn(aGateState({ events, outstanding: late }))).toMatchObject({ because: 'alive-tokens' });
      expect(decisionOn(aGateState({ events, outstanding: own }))).toMatchObject({ because: 'delay' });
    });
  });
});

describe('the channels of a gate', () => {
  const familiar: LivenessEvent[] = [-3, -2].flatMap((day) => attemptsOn(day, ['real'], 'phone'));
  const onPhone: GateRequest = threeFixed;
  const onTablet: GateRequest = { ...threeFixed, deviceKey: 'tablet' };
  const { deviceKey: _deviceKey, ...somewhere } = threeFixed;
  const flaggedElsewhere = aVerdict({ pattern: 'unfamiliar-device', scope: 'device' });
  const pausedElsewhere = aVerdict({ ...flaggedElsewhere, kind: 'paused', untilMs: nowMs + hourMs });

  it('closes to unfamiliar and unknown devices only, when a verdict concerns those', () => {
    const state = aGateState({ events: familiar, verdicts: [flaggedElsewhere] });

    expect(decisionOn(state, onPhone).kind).toBe('issue');
    expect(decisionOn(state, onTablet)).toEqual({ kind: 'refuse', because: 'device-not-familiar' });
    expect(decisionOn(state, somewhere)).toEqual({ kind: 'refuse', because: 'device-not-familiar' });
  });

  it('pauses unfamiliar devices only, when the pause concerns those', () => {
    const state = aGateState({ events: familiar, verdicts: [pausedElsewhere] });

    expect(decisionOn(state, onPhone).kind).toBe('issue');
    expect(decisionOn(state, onTablet)).toEqual({
      kind: 'refuse',
      because: 'paused',
      until: new Date(nowMs + hourMs),
    });
  });

  it('opens the phone again after a day, when a pass on it has grown old enough', () => {
    const state = aGateState({ events: attemptsOn(0, ['real'], 'phone'), verdicts: [flaggedElsewhere] });

    expect(decisionOn(state, onPhone)).toEqual({ kind: 'refuse', because: 'device-not-familiar' });
    expect(decide(state, defaultPolicy, onPhone, new Date(noonOf(1))).decision.kind).toBe('issue');
  });

  it('latches a crossing of strangers at the gate, and lets the owner go on', () => {
    const state = aGateState({ events: [...familiar, ...attemptsOn(0, times(5, 'spoof'), 'tablet')] });

    expect(decide(state, defaultPolicy, onPhone, now)).toMatchObject({
      decision: { kind: 'issue', attemptsAllowed: 3, remainingAttempts: 19 },
      found: [{ verdict: { kind: 'flagged', scope: 'device', source: 'gate' } }],
    });
  });

  it('counts failures, reservations and what was carried over for one channel at a time', () => {
    const state = aGateState({
      events: [...familiar, ...attemptsOn(-1, ['uncertain'], 'phone'), ...attemptsOn(0, ['spoof', 'spoof'], 'tablet')],
      outstanding: [
        anOpenSession({ deviceKey: 'phone' }),
        anOpenSession({ deviceKey: 'kiosk', attemptsAllowed: 2 }),
        anOpenSession({ attemptsAllowed: 1 }),
      ],
      carriedFailures: [
        { atMs: nowMs - dayMs, tag: 'phone' },
        { atMs: nowMs - dayMs, tag: '' },
      ],
    });
    const left = (request: GateRequest): number => remainingAttempts(state, defaultPolicy, request, now);

    expect(left(onPhone)).toBe(22 - 1 - 3 - 1);
    expect(left(onTablet)).toBe(22 - 2 - 2 - 1 - 1);
    expect(left(somewhere)).toBe(left(onTablet));
  });

  it('waits for tokens and delays of its own channel only', () => {
    const tokens = times(2, undefined).map(() => anOpenSession({ deviceKey: 'kiosk' }));
    const failures = attemptsOn(0, times(5, 'technical'), 'kiosk').map((event) => ({ ...event, atMs: nowMs - 1000 }));

    const withTokens = aGateState({ events: familiar, outstanding: tokens });
    expect(decisionOn(withTokens, onPhone).kind).toBe('issue');
    expect(decisionOn(withTokens, onTablet)).toMatchObject({ kind: 'wait', because: 'alive-tokens' });

    const withFailures = aGateState({ events: [...familiar, ...failures] });
    expect(decisionOn(withFailures, onPhone).kind).toBe('issue');
    expect(decisionOn(withFailures, onTablet)).toMatchObject({ kind: 'wait', because: 'delay' });
  });

  it("does not let the owner's pass end the delay of others", () => {
    const failures = attemptsOn(0, times(5, 'technical'), 'kiosk').map((event) => ({ ...event, atMs: nowMs - 1000 }));
    const pass = anAttempt({ atMs: nowMs - 500, outcome: 'real', deviceKey: 'phone' });
    const state = aGateState({ events: [...familiar, ...failures, pass] });

    expect(decisionOn(state, onTablet)).toMatchObject({ kind: 'wait', because: 'delay' });
  });
});

describe('a gate in audit', () => {
  const audit: GateRequest = { ...threeFixed, audit: true };

  it('blocks nobody, and records what it would have done', () => {
    const state = aGateState({ events: attemptsOn(0, times(4, 'spoof')) });

    expect(decide(state, defaultPolicy, audit, now)).toMatchObject({
      decision: { kind: 'issue' },
      found: [{ verdict: { kind: 'flagged', audit: true } }],
    });
    expect(decisionOn(aGateState({ verdicts: [aVerdict()] }), audit).kind).toBe('issue');
  });

  it('holds the budget and the waiting times all the same', () => {
    const spread = aGateState({ events: spreadFailures(20) });
    const tokens = aGateState({ outstanding: [anOpenSession(), anOpenSession()] });

    expect(decisionOn(spread, audit)).toMatchObject({ kind: 'refuse', because: 'exposure-budget' });
    expect(decisionOn(tokens, audit)).toMatchObject({ kind: 'wait', because: 'alive-tokens' });
  });

  it('leaves nothing behind that blocks later', () => {
    const verdicts = [aVerdict({ audit: true })];

    expect(decisionOn(aGateState({ verdicts })).kind).toBe('issue');
  });
});

describe('nextAllowedAt', () => {
  it('is now when a token would be issued or replaced, and unknown for a flagged id', () => {
    const own = anOpenSession({ deviceKey: 'phone' });
    const flagged = aGateState({ events: attemptsOn(0, times(4, 'spoof')) });

    expect(nextAllowedAt(aGateState(), defaultPolicy, threeFixed, now)).toEqual(now);
    expect(nextAllowedAt(aGateState({ outstanding: [own, own] }), defaultPolicy, threeFixed, now)).toEqual(now);
    expect(nextAllowedAt(flagged, defaultPolicy, threeFixed, now)).toBeUndefined();
  });
});

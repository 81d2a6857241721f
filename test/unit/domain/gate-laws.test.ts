import { familiarDevices } from '../../../shared/domain/channel.ts';
import type { AttemptJudged, LivenessEvent, Outcome, SessionClosed } from '../../../shared/domain/events.ts';
import { decide, type GateRequest, type GateState, remainingAttempts } from '../../../shared/domain/gate.ts';
import { fold } from '../../../shared/domain/history.ts';
import { newState } from '../../../shared/domain/judged-state.ts';
import { attemptsToCome, type OutstandingSession, recordInOutstanding } from '../../../shared/domain/outstanding.ts';
import { budgetOf, defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { fc, listOf } from './support/fast-check.ts';
import {
  anAttempt,
  attemptsOn,
  correlationId,
  dayMs,
  historyOf,
  hourMs,
  minuteMs,
  noonOf,
} from './support/histories.ts';

/** Judges nobody, so that the budget alone has to hold; and a small budget, so that it is met. */
const policy: Policy = {
  ...defaultPolicy,
  score: { ...defaultPolicy.score, alpha: 1e-300 },
  patterns: { ...defaultPolicy.patterns, impostor: { judgedFailures: 1e9, mismatchShare: 0.5 } },
  gate: { ...defaultPolicy.gate, budget: { breach: 0.1, pass: 0.01, windowDays: 30 } },
};
const N = budgetOf(policy);

/** What Face knows of a session: attempts made, of which some are not recorded with us yet. */
interface FaceSession {
  session: OutstandingSession;
  unrecorded: AttemptJudged[];
  made: number;
  passed: boolean;
}

interface Use {
  judged: number;
  reserved: number;
}

/** One end user, the gate and the Face service, with events that are recorded late and in any order. */
class World {
  state: GateState;
  nowMs = noonOf(0);
  /** Of the channel of each token, right after it was issued. */
  readonly usesAtIssue: Use[] = [];
  readonly face: FaceSession[] = [];
  #judgedTries: { atMs: number; device: string }[] = [];

  constructor(before: readonly LivenessEvent[] = []) {
    this.state = { ...newState(correlationId), history: historyOf(before), outstanding: [], carriedFailures: [] };
  }

  request(request: GateRequest): void {
    const { decision } = decide(this.state, policy, request, new Date(this.nowMs));
    if (decision.kind === 'replace')
      this.close(this.face.findIndex(({ session }) => session.sessionId === decision.sessionId));
    if (decision.kind !== 'issue') return;
    const session: OutstandingSession = {
      sessionId: `${correlationId}.s${this.face.length}`,
      reservedAtMs: this.nowMs,
      expiresAtMs: this.nowMs + 10 * minuteMs,
      attemptsAllowed: decision.attemptsAllowed,
      recorded: [],
      ...(request.deviceKey === undefined ? {} : { deviceKey: request.deviceKey }),
    };
    this.face.push({ session, unrecorded: [], made: 0, passed: false });
    this.state = { ...this.state, outstanding: [...this.state.outstanding, session] };
    this.usesAtIssue.push(this.use(this.isFamiliar(request.deviceKey ?? '')));
  }

  attempt(index: number, outcome: Outcome): void {
    const found = this.face[index];
    if (found === undefined || found.passed || this.nowMs >= found.session.expiresAtMs) return;
    if (found.made >= found.session.attemptsAllowed) return;
    found.made += 1;
    found.passed = outcome === 'real';
    const { sessionId, deviceKey } = found.session;
    if (outcome === 'spoof' || outcome === 'uncertain') {
      this.#judgedTries.push({ atMs: this.nowMs, device: deviceKey ?? '' });
    }
    found.unrecorded.push(
      anAttempt({
        sessionId,
        attemptId: found.made,
        atMs: this.nowMs,
        outcome,
        ...(deviceKey !== undefined && { deviceKey }),
      }),
    );
  }

  /** Records the attempts in order; the last one alone may be late. */
  record(index: number): void {
    const attempt = this.face[index]?.unrecorded.shift();
    if (attempt !== undefined) this.#apply(attempt);
  }

  /** Ends the token, then reads what it brought. The attempts may be recorded after this. */
  close(index: number): void {
    const found = this.face[index];
    if (found === undefined) return;
    found.session = { ...found.session, expiresAtMs: Math.min(found.session.expiresAtMs, this.nowMs) };
    const closed: SessionClosed = {
      ...anAttempt({ sessionId: found.session.sessionId, atMs: this.nowMs }),
      type: 'session.closed',
      attempts: found.made,
    };
    this.#apply(closed);
  }

  collectExpired(): void {
    this.face.forEach(({ session, unrecorded }, index) => {
      if (session.expiresAtMs > this.nowMs) return;
      while (unrecorded.length > 0) this.record(index);
      this.close(index);
    });
  }

  isFamiliar(device: string): boolean {
    return this.#familiar().has(device);
  }

  /** Judged tries that Face saw in the window, whether or not we know of them yet. */
  judgedTries(isOfChannel: (device: string) => boolean = () => true): number {
    return this.#judgedTries.filter(({ atMs, device }) => atMs > this.nowMs - 30 * dayMs && isOfChannel(device)).length;
  }

  /** What one channel has used: familiar devices, or all others. */
  use(familiar: boolean): Use {
    const { spoof, uncertain } = this.state.history;
    const devices = this.#familiar();
    const isOfChannel = (tag: string): boolean => devices.has(tag) === familiar;
    return {
      judged: [...spoof, ...uncertain].filter(({ atMs, tag }) => atMs > this.nowMs - 30 * dayMs && isOfChannel(tag))
        .length,
      reserved: this.state.outstanding
        .filter(({ deviceKey }) => isOfChannel(deviceKey ?? ''))
        .reduce((sum, session) => sum + attemptsToCome(session), 0),
    };
  }

  #familiar(): ReadonlySet<string> {
    return familiarDevices(this.state.history, policy, this.nowMs);
  }

  #apply(event: AttemptJudged | SessionClosed): void {
    const { outstanding } = recordInOutstanding(this.state.outstanding, event);
    const history = fold(this.state.history, event, { tag: event.deviceKey ?? '', keep: policy.keep });
    this.state = { ...this.state, history, outstanding };
  }
}

const anyRequestFrom = (...devices: (string | undefined)[]): fc.Arbitrary<GateRequest> =>
  fc.tuple(fc.constantFrom(...devices), fc.boolean()).map(([deviceKey, attemptsFixed]) => ({
    attemptsWanted: 3,
    attemptsFixed,
    ...(deviceKey !== undefined && { deviceKey }),
  }));
const anyRequest = anyRequestFrom('phone', 'tablet', undefined);

type Step = (world: World) => void;

const anyStepsFrom = (request: fc.Arbitrary<GateRequest>, outcome: fc.Arbitrary<Outcome>): fc.Arbitrary<Step[]> => {
  const anyIndex = fc.nat({ max: 19 });
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: request.map((request) => (world: World) => world.request(request)) },
    {
      weight: 5,
      arbitrary: fc.tuple(fc.nat({ max: 2 }), outcome).map(
        ([before, outcome]) =>
          (world: World) =>
            world.attempt(world.face.length - 1 - before, outcome),
      ),
    },
    { weight: 3, arbitrary: anyIndex.map((index) => (world: World) => world.record(index)) },
    { weight: 1, arbitrary: anyIndex.map((index) => (world: World) => world.close(index)) },
    fc.constant((world: World) => world.collectExpired()),
    fc.constantFrom(1000, minuteMs, 11 * minuteMs, hourMs, dayMs, 9 * dayMs).map((ms) => (world: World) => {
      world.nowMs += ms;
    }),
  );
  return listOf(anyStep, 10, 120);
};
const anyOutcome = fc.constantFrom<Outcome>('spoof', 'spoof', 'uncertain', 'technical', 'real');
const anySteps = anyStepsFrom(anyRequest, anyOutcome);

/** The phone is familiar, or nobody has ever passed. */
const anyPast = fc.constantFrom<LivenessEvent[]>(attemptsOn(-2, ['real'], 'phone'), []);

const worldAfter = (past: readonly LivenessEvent[], steps: readonly Step[]): World => {
  const world = new World(past);
  steps.forEach((step) => step(world));
  return world;
};

describe('law 8: the gate', () => {
  it('keeps judged failures and reservations within the budget, whatever comes in whatever order', () => {
    let filled = 0;
    fc.assert(
      fc.property(anyStepsFrom(anyRequestFrom(undefined), anyOutcome), (steps) => {
        const world = new World();
        for (const step of steps) {
          step(world);
          const { judged, reserved } = world.use(false);
          expect(judged + reserved).toBeLessThanOrEqual(N);
          expect(world.judgedTries()).toBeLessThanOrEqual(N);
          if (judged + reserved === N) filled += 1;
        }
      }),
      { numRuns: 200 },
    );

    expect(filled).toBeGreaterThan(0);
  });

  it('issues no token that its channel has no room for', () => {
    let filled = 0;
    fc.assert(
      fc.property(anyPast, anySteps, (past, steps) => {
        for (const { judged, reserved } of worldAfter(past, steps).usesAtIssue) {
          expect(judged + reserved).toBeLessThanOrEqual(N);
          if (judged + reserved === N) filled += 1;
        }
      }),
      { numRuns: 200 },
    );

    expect(filled).toBeGreaterThan(0);
  });

  it('gives the owner one budget and all strangers together another, while none of them passes', () => {
    const devices = ['tablet', 'kiosk', undefined];
    const anyFailure = fc.constantFrom<Outcome>('spoof', 'spoof', 'uncertain', 'technical');
    let filled = 0;
    fc.assert(
      fc.property(anyStepsFrom(anyRequestFrom('phone', ...devices), anyFailure), (steps) => {
        const world = new World(attemptsOn(-2, ['real'], 'phone'));
        for (const step of steps) {
          step(world);
          // The pass is forgotten after the window, and then there is one channel.
          if (!world.isFamiliar('phone')) return;
          const [owner, strangers] = [true, false].map((familiar) =>
            world.judgedTries((device) => (device === 'phone') === familiar),
          );
          expect(owner).toBeLessThanOrEqual(N);
          expect(strangers).toBeLessThanOrEqual(N);
          if (owner === N || strangers === N) filled += 1;
        }
      }),
      { numRuns: 200 },
    );

    expect(filled).toBeGreaterThan(0);
  });

  it('gives two budgets at most, whatever devices pass and become familiar', () => {
    fc.assert(
      fc.property(anyPast, anySteps, (past, steps) => {
        const world = new World(past);
        for (const step of steps) {
          step(world);
          const [familiar, others] = [world.use(true), world.use(false)];
          expect(familiar.judged + familiar.reserved + others.judged + others.reserved).toBeLessThanOrEqual(2 * N);
          expect(world.judgedTries()).toBeLessThanOrEqual(2 * N);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('gives no more to an attacker who passes with his own face on a new device for each try', () => {
    const world = new World();
    for (let device = 0; device < 200; device += 1) {
      for (const outcome of ['real', 'uncertain'] as const) {
        const asked = world.face.length;
        world.request({ deviceKey: `device ${device}`, attemptsWanted: 1, attemptsFixed: true });
        if (world.face.length > asked) {
          world.attempt(asked, outcome);
          world.record(asked);
        }
      }
      world.nowMs += 3 * hourMs;
    }

    expect(world.judgedTries()).toBe(2 * N);
  });

  it('ends every wait in a token or a refusal', () => {
    fc.assert(
      fc.property(anyPast, anySteps, anyRequest, (past, steps, request) => {
        const world = worldAfter(past, steps);

        for (let asked = 0; asked < 20; asked += 1) {
          const { decision } = decide(world.state, policy, request, new Date(world.nowMs));
          if (decision.kind === 'issue' || decision.kind === 'refuse') return;
          if (decision.kind === 'wait') {
            expect(decision.until.getTime()).toBeGreaterThan(world.nowMs);
            world.nowMs = decision.until.getTime();
            world.collectExpired();
          } else {
            world.request(request);
          }
        }
        throw new Error('asked twenty times and neither issued nor refused');
      }),
      { numRuns: 200 },
    );
  });

  it('does not shorten a wait for more failures', () => {
    const anyFailure = fc.tuple(
      fc.constantFrom<Outcome>('spoof', 'uncertain', 'technical'),
      fc.constantFrom('phone', 'tablet', ''),
    );
    const familiarIn = ({ history }: GateState, nowMs: number): string[] => [
      ...familiarDevices(history, policy, nowMs),
    ];

    fc.assert(
      fc.property(anyPast, anySteps, anyRequest, listOf(anyFailure, 1, 6), (past, steps, request, more) => {
        const world = worldAfter(past, steps);
        const now = new Date(world.nowMs);
        const before = decide(world.state, policy, request, now).decision;
        fc.pre(before.kind === 'wait');

        const history = more.reduce(
          (folded, [outcome, tag]) =>
            fold(folded, anAttempt({ atMs: world.nowMs, outcome }), { tag, keep: policy.keep }),
          world.state.history,
        );
        const state = { ...world.state, history };
        // A device that fails so much that it is no longer familiar waits with the others from then on.
        fc.pre(familiarIn(state, world.nowMs).join() === familiarIn(world.state, world.nowMs).join());
        const after = decide(state, policy, request, now).decision;

        if (after.kind === 'wait') expect(after.until.getTime()).toBeGreaterThanOrEqual(before.until.getTime());
        else expect(after.kind).toBe('refuse');
      }),
      { numRuns: 200, maxSkipsPerRun: 1000 },
    );
  });
});

describe('law 2: nobody washes failures off the budget', () => {
  it('a pass takes nothing off the judged failures of its own device', () => {
    fc.assert(
      fc.property(anyStepsFrom(anyRequestFrom('phone'), anyOutcome), anyPast, (steps, past) => {
        const world = worldAfter(past, steps);
        const now = new Date(world.nowMs);
        const request: GateRequest = { deviceKey: 'phone', attemptsWanted: 3, attemptsFixed: true };
        const pass = anAttempt({ atMs: world.nowMs, outcome: 'real', deviceKey: 'phone' });
        const history = fold(world.state.history, pass, { tag: 'phone', keep: policy.keep });

        expect(remainingAttempts({ ...world.state, history }, policy, request, now)).toBe(
          remainingAttempts(world.state, policy, request, now),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('without devices a pass of any time takes nothing off', () => {
    fc.assert(
      fc.property(anyStepsFrom(anyRequestFrom(undefined), anyOutcome), fc.nat({ max: 40 }), (steps, daysAgo) => {
        const world = worldAfter([], steps);
        const now = new Date(world.nowMs);
        const request: GateRequest = { attemptsWanted: 3, attemptsFixed: true };
        const pass = anAttempt({ atMs: world.nowMs - daysAgo * dayMs, outcome: 'real' });
        const history = fold(world.state.history, pass, { tag: '', keep: policy.keep });

        expect(remainingAttempts({ ...world.state, history }, policy, request, now)).toBe(
          remainingAttempts(world.state, policy, request, now),
        );
      }),
      { numRuns: 100 },
    );
  });
});

import type { AttemptJudged, LivenessEvent, Outcome, SessionClosed } from '../../../shared/domain/events.ts';
import { decide, type GateRequest, type GateState, remainingAttempts } from '../../../shared/domain/gate.ts';
import { fold } from '../../../shared/domain/history.ts';
import { newState } from '../../../shared/domain/judged-state.ts';
import { type OutstandingSession, recordInOutstanding } from '../../../shared/domain/outstanding.ts';
import { budgetOf, defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { fc } from './support/fast-check.ts';
import { anAttempt, correlationId, dayMs, hourMs, minuteMs, noonOf } from './support/histories.ts';

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

/** One end user, the gate and the Face service, with events that are recorded late and in any order. */
class World {
  state: GateState = { ...newState(correlationId), outstanding: [], carriedFailures: [] };
  nowMs = noonOf(0);
  readonly face: FaceSession[] = [];
  #judgedTries: number[] = [];

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
  }

  attempt(index: number, outcome: Outcome): void {
    const found = this.face[index];
    if (found === undefined || found.passed || this.nowMs >= found.session.expiresAtMs) return;
    if (found.made >= found.session.attemptsAllowed) return;
    found.made += 1;
    found.passed = outcome === 'real';
    if (outcome === 'spoof' || outcome === 'uncertain') this.#judgedTries.push(this.nowMs);
    found.unrecorded.push(
      anAttempt({ sessionId: found.session.sessionId, attemptId: found.made, atMs: this.nowMs, outcome }),
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

  /** Judged tries that Face saw in the window, whether or not we know of them yet. */
  judgedTries(): number {
    return this.#judgedTries.filter((atMs) => atMs > this.nowMs - 30 * dayMs).length;
  }

  judgedAndReserved(): number {
    const { spoof, uncertain } = this.state.history;
    const judged = [...spoof, ...uncertain].filter(({ atMs }) => atMs > this.nowMs - 30 * dayMs).length;
    const reserved = this.state.outstanding.reduce(
      (sum, { attemptsAllowed, closedWith, recorded }) => sum + (closedWith ?? attemptsAllowed) - recorded.length,
      0,
    );
    return judged + reserved;
  }

  #apply(event: AttemptJudged | SessionClosed): void {
    const { outstanding } = recordInOutstanding(this.state.outstanding, event);
    const history = fold(this.state.history, event, { tag: '', keep: policy.keep });
    this.state = { ...this.state, history, outstanding };
  }
}

const anyRequest = fc.record(
  { deviceKey: fc.constantFrom('phone', 'tablet'), attemptsWanted: fc.constant(3), attemptsFixed: fc.boolean() },
  { requiredKeys: ['attemptsWanted', 'attemptsFixed'] },
);
const anyIndex = fc.nat({ max: 11 });
const anyStep: fc.Arbitrary<(world: World) => void> = fc.oneof(
  { weight: 4, arbitrary: anyRequest.map((request) => (world: World) => world.request(request)) },
  {
    weight: 5,
    arbitrary: fc.tuple(anyIndex, fc.constantFrom<Outcome>('spoof', 'spoof', 'uncertain', 'technical', 'real')).map(
      ([index, outcome]) =>
        (world: World) =>
          world.attempt(index, outcome),
    ),
  },
  { weight: 3, arbitrary: anyIndex.map((index) => (world: World) => world.record(index)) },
  { weight: 1, arbitrary: anyIndex.map((index) => (world: World) => world.close(index)) },
  fc.constant((world: World) => world.collectExpired()),
  fc.constantFrom(1000, minuteMs, 11 * minuteMs, hourMs, dayMs, 9 * dayMs).map((ms) => (world: World) => {
    world.nowMs += ms;
  }),
);
const anySteps = fc.array(anyStep, { minLength: 10, maxLength: 120 });

describe('the laws of the gate', () => {
  it('keeps judged failures and reservations within the budget, whatever comes in whatever order', () => {
    let filled = 0;
    fc.assert(
      fc.property(anySteps, (steps) => {
        const world = new World();
        for (const step of steps) {
          step(world);
          expect(world.judgedAndReserved()).toBeLessThanOrEqual(N);
          expect(world.judgedTries()).toBeLessThanOrEqual(N);
          if (world.judgedAndReserved() === N) filled += 1;
        }
      }),
      { numRuns: 300 },
    );

    expect(filled).toBeGreaterThan(0);
  });

  it('ends every wait in a token or a refusal', () => {
    fc.assert(
      fc.property(anySteps, anyRequest, (steps, request) => {
        const world = new World();
        steps.forEach((step) => step(world));

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
      { numRuns: 300 },
    );
  });

  it('does not shorten a wait for more failures', () => {
    const anyFailure = fc.constantFrom<Outcome>('spoof', 'uncertain', 'technical');

    fc.assert(
      fc.property(
        anySteps,
        anyRequest,
        fc.array(anyFailure, { minLength: 1, maxLength: 6 }),
        (steps, request, more) => {
          const world = new World();
          steps.forEach((step) => step(world));
          const now = new Date(world.nowMs);
          const before = decide(world.state, policy, request, now).decision;
          fc.pre(before.kind === 'wait');

          const failures: LivenessEvent[] = more.map((outcome) => anAttempt({ atMs: world.nowMs, outcome }));
          const history = failures.reduce(
            (folded, event) => fold(folded, event, { tag: '', keep: policy.keep }),
            world.state.history,
          );
          const after = decide({ ...world.state, history }, policy, request, now).decision;

          if (after.kind === 'wait') expect(after.until.getTime()).toBeGreaterThanOrEqual(before.until.getTime());
          else expect(after.kind).toBe('refuse');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('takes nothing off the judged failures for a pass', () => {
    fc.assert(
      fc.property(anySteps, anyRequest, (steps, request) => {
        const world = new World();
        steps.forEach((step) => step(world));
        const now = new Date(world.nowMs);
        const pass = anAttempt({ atMs: world.nowMs, outcome: 'real' });
        const history = fold(world.state.history, pass, { tag: '', keep: policy.keep });

        expect(remainingAttempts({ ...world.state, history }, policy, request, now)).toBe(
          remainingAttempts(world.state, policy, request, now),
        );
      }),
      { numRuns: 100 },
    );
  });
});

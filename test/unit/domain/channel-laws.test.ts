import { channelsOf } from '../../../shared/domain/channel.ts';
import type { AttemptJudged, LivenessEvent, Outcome } from '../../../shared/domain/events.ts';
import { decide, type GateDecision, type GateRequest } from '../../../shared/domain/gate.ts';
import type { OutstandingSession } from '../../../shared/domain/outstanding.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import type { Verdict } from '../../../shared/domain/verdict.ts';
import { judge } from '../../../shared/domain/judge.ts';
import { anyAttempt, anyEvent } from './support/arbitraries.ts';
import { fc, listOf } from './support/fast-check.ts';
import { aState, attemptsOn, dayMs, minuteMs, noonOf } from './support/histories.ts';
import { everyOccasion } from './support/judging.ts';

const endMs = noonOf(10);
const anyOccasion = fc.constantFrom(...everyOccasion);

/** What the owner did on the phone: passes on two days at least, and a few poor pictures. */
const anyOwner: fc.Arbitrary<LivenessEvent[]> = listOf(
  anyAttempt(10, fc.constantFrom<Outcome>('real', 'real', 'real', 'uncertain', 'technical', 'spoof')),
  0,
  8,
).map((attempts) => [
  ...attemptsOn(-2, ['real'], 'phone'),
  ...attemptsOn(-1, ['real'], 'phone'),
  ...attempts.map((attempt) => ({ ...attempt, sessionId: `${attempt.sessionId}-own`, deviceKey: 'phone' })),
]);

/** What strangers did, on devices of their own: anything but passes. */
const anyStranger: fc.Arbitrary<AttemptJudged[]> = listOf(
  fc.tuple(
    anyAttempt(10, fc.constantFrom<Outcome>('spoof', 'spoof', 'uncertain', 'technical')),
    fc.constantFrom('tablet', 'kiosk', undefined),
  ),
  0,
  60,
).map((attempts) =>
  attempts.map(([{ deviceKey: _deviceKey, ...attempt }, deviceKey]) => ({
    ...attempt,
    ...(deviceKey !== undefined && { deviceKey }),
  })),
);

const SCORED: readonly Verdict['pattern'][] = ['unfamiliar-device', 'repeated-failures'];

describe('law 7: a stranger cannot lock a person out', () => {
  it('no scored pattern concerns the id while its familiar devices are clean', () => {
    let flags = 0;
    fc.assert(
      fc.property(
        anyOwner,
        anyStranger,
        listOf(anyEvent(10), 0, 10),
        anyOccasion,
        (owner, stranger, others, occasion) => {
          const state = aState([...owner, ...stranger, ...others]);
          fc.pre(channelsOf(state.history, defaultPolicy)?.ownerIsClean === true);

          const scored = judge(state, defaultPolicy, occasion, endMs).filter(({ verdict }) =>
            SCORED.includes(verdict.pattern),
          );

          for (const { verdict } of scored) expect(verdict.scope).toBe('device');
          flags += scored.length;
        },
      ),
      { numRuns: 300, maxSkipsPerRun: 1000 },
    );

    expect(flags).toBeGreaterThan(100);
  });

  const phoneRequest: GateRequest = { deviceKey: 'phone', attemptsWanted: 3, attemptsFixed: true };

  const sessionsElsewhere: OutstandingSession[] = ['tablet', 'kiosk', undefined].map((deviceKey, index) => ({
    sessionId: `elsewhere ${index}`,
    reservedAtMs: endMs - minuteMs,
    expiresAtMs: endMs + 9 * minuteMs,
    attemptsAllowed: 3,
    recorded: [],
    ...(deviceKey !== undefined && { deviceKey }),
  }));

  /** As it would be answered now, after everything that was found on the way was latched. */
  const answerTo = (events: readonly LivenessEvent[], outstanding: readonly OutstandingSession[]): GateDecision => {
    const verdicts: Verdict[] = [];
    const seen: LivenessEvent[] = [];
    for (const event of events.toSorted((a, b) => a.atMs - b.atMs)) {
      seen.push(event);
      const occasion = event.type === 'attempt' && event.outcome !== 'real' ? 'failure' : 'result';
      const found = judge(aState(seen, { verdicts }), defaultPolicy, occasion, event.atMs);
      verdicts.push(...found.map(({ verdict }) => verdict));
    }
    const state = { ...aState(events, { verdicts }), outstanding, carriedFailures: [] };
    return decide(state, defaultPolicy, phoneRequest, new Date(endMs)).decision;
  };

  /** Of those who were not, a crossing may concern the id; and it stays. */
  const isOwnerAlwaysClean = (events: readonly LivenessEvent[]): boolean =>
    events
      .toSorted((a, b) => a.atMs - b.atMs)
      .every((_, index, all) => {
        const { history } = aState(all.slice(0, index + 1));
        return channelsOf(history, defaultPolicy)?.ownerIsClean !== false;
      });

  it('a familiar device is answered as if nothing had happened elsewhere', () => {
    let refusedElsewhere = 0;
    fc.assert(
      fc.property(anyOwner, anyStranger, (owner, stranger) => {
        const events = [...owner, ...stranger];
        fc.pre(isOwnerAlwaysClean(events));

        expect(answerTo(events, sessionsElsewhere)).toEqual(answerTo(owner, []));
        const onTablet = { ...phoneRequest, deviceKey: 'tablet' };
        const state = { ...aState(events), outstanding: sessionsElsewhere, carriedFailures: [] };
        if (decide(state, defaultPolicy, onTablet, new Date(endMs)).decision.kind === 'refuse') refusedElsewhere += 1;
      }),
      { numRuns: 150, maxSkipsPerRun: 1000 },
    );

    expect(refusedElsewhere).toBeGreaterThan(50);
  });

  it('the owner has three attempts a day left after any flood of a stranger', () => {
    fc.assert(
      fc.property(anyStranger, fc.integer({ min: 0, max: 9 }), (stranger, day) => {
        const owner = [-2, -1].flatMap((ownDay) => attemptsOn(ownDay, ['real'], 'phone'));
        const now = new Date(noonOf(day) + dayMs / 4);
        const until = stranger.filter(({ atMs }) => atMs <= now.getTime());
        const state = { ...aState([...owner, ...until]), outstanding: sessionsElsewhere, carriedFailures: [] };

        expect(decide(state, defaultPolicy, phoneRequest, now).decision).toEqual({
          kind: 'issue',
          attemptsAllowed: 3,
          remainingAttempts: 19,
        });
      }),
      { numRuns: 100 },
    );
  });
});

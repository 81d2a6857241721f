import type { AttemptJudged, SessionAbandoned, SessionClosed } from '../../../shared/domain/events.ts';
import { type OutstandingSession, recordInOutstanding } from '../../../shared/domain/outstanding.ts';
import { fc } from './support/fast-check.ts';
import { anAttempt, noonOf } from './support/histories.ts';

type Ending = AttemptJudged | SessionAbandoned | SessionClosed;

const aSession = (what: Partial<OutstandingSession> = {}): OutstandingSession => ({
  sessionId: 'a',
  reservedAtMs: noonOf(0),
  expiresAtMs: noonOf(0) + 600_000,
  attemptsAllowed: 3,
  recorded: [],
  ...what,
});

const attempt = (attemptId: number, outcome: AttemptJudged['outcome'] = 'technical'): AttemptJudged =>
  anAttempt({ sessionId: 'a', attemptId, outcome });
const closed = (attempts: number): SessionClosed => ({ ...attempt(1), type: 'session.closed', attempts });
const abandoned: SessionAbandoned = { ...attempt(1), type: 'session.abandoned' };

const recordedAll = (events: readonly Ending[], session = aSession()): OutstandingSession | 'settled' => {
  const rest = events.reduce<OutstandingSession[]>(
    (list, event) => recordInOutstanding(list, event).outstanding,
    [session],
  );
  return rest[0] ?? 'settled';
};

describe('recordInOutstanding', () => {
  it.each<[string, Ending[]]>([
    ['a pass', [attempt(1, 'real')]],
    ['the last permitted attempt', [attempt(1), attempt(2), attempt(3)]],
    ['a pass whose earlier attempts are recorded later', [attempt(2, 'real'), attempt(1)]],
    ['being abandoned', [abandoned]],
    ['a closing that found no attempt', [closed(0)]],
    ['a closing whose attempts are recorded already', [attempt(1), attempt(2), closed(2)]],
    ['the attempts that its closing found', [closed(2), attempt(2), attempt(1)]],
  ])('settles a session by %s', (_, events) => {
    expect(recordedAll(events)).toBe('settled');
  });

  it.each<[string, Ending[]]>([
    ['one attempt of three', [attempt(1, 'spoof')]],
    ['an attempt that arrives three times', [attempt(1), attempt(1), attempt(1)]],
    ['a pass that overtook the failure before it', [attempt(2, 'real')]],
    ['a closing that found an attempt which is not recorded yet', [attempt(1), closed(2)]],
  ])('keeps a session outstanding after %s', (_, events) => {
    expect(recordedAll(events)).not.toBe('settled');
  });

  it('keeps attempt ids sorted, and says what settled', () => {
    const session = aSession({ recorded: [3], closing: true, deviceKey: 'phone' });

    const first = recordInOutstanding([session], attempt(1));
    const second = recordInOutstanding(first.outstanding, closed(2));

    expect(first).toEqual({ outstanding: [{ ...session, recorded: [1, 3] }], settled: undefined });
    expect(second).toEqual({ outstanding: [], settled: { ...session, recorded: [1, 3], closedWith: 2 } });
  });

  it('leaves other sessions alone, and ignores one that is not on the list', () => {
    const others = [aSession({ sessionId: 'b' }), aSession({ sessionId: 'c' })];

    expect(recordInOutstanding(others, attempt(1, 'real'))).toEqual({ outstanding: others, settled: undefined });
  });

  it('comes to the same in any order', () => {
    const endings: Ending[] = [attempt(1, 'spoof'), attempt(2, 'uncertain'), closed(2)];

    const twoOrders = fc
      .subarray(endings)
      .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })));

    fc.assert(
      fc.property(twoOrders, ([events, shuffled]) => {
        expect(recordedAll(shuffled)).toEqual(recordedAll(events));
      }),
    );
  });
});

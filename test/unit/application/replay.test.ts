import type { ReplayedAttempt, ReplayEvent } from '../../../shared/application/replay/replay-event.ts';
import type { ReplayLine, VerdictLine } from '../../../shared/application/replay/replay-line.ts';
import { Replay } from '../../../shared/application/replay/replay.ts';
import type { Outcome } from '../../../shared/domain/events.ts';
import { resolvePolicy } from '../../../shared/domain/policy-document.ts';
import { defaultPolicy, type Policy } from '../../../shared/domain/policy.ts';
import { fc } from '../domain/support/fast-check.ts';
import { day0Ms, dayMs, hourMs, minuteMs, times } from '../domain/support/histories.ts';
import { anyTrace, inOrder, sensitive } from './support/replay-traces.ts';

const policyHash = 'c0ffee'.repeat(10);
const timerMs = minuteMs;

const replayed = (events: readonly ReplayEvent[], policy: Policy = defaultPolicy): ReplayLine[] => {
  const replay = new Replay({ policy, policyHash, timerMs });
  for (const event of inOrder(events)) replay.take(event);
  return replay.end();
};

/** Noon of a day, so that a few hours more are the same day. */
const startMs = day0Ms + 12 * hourMs;
const at = (atMs: number): string => new Date(atMs).toISOString();

const base = { customerId: 'contoso', correlationId: 'mallory' };

let sessions = 0;
const freshSession = (): string => `session-${String((sessions += 1)).padStart(5, '0')}`;

const attempt = (atMs: number, what: Partial<ReplayedAttempt> = {}): ReplayedAttempt => ({
  ...base,
  type: 'attempt',
  atMs,
  sessionId: freshSession(),
  attemptId: 1,
  outcome: 'spoof',
  ...what,
});

const attempts = (fromMs: number, outcomes: readonly Outcome[], what: Partial<ReplayedAttempt> = {}) =>
  outcomes.map((outcome, index) => attempt(fromMs + index * 30_000, { outcome, ...what }));

const abandoned = (atMs: number, what: Partial<ReplayEvent> = {}): ReplayEvent => ({
  ...base,
  type: 'session.abandoned',
  atMs,
  sessionId: freshSession(),
  ...(what as object),
});

const issued = (atMs: number, what: Partial<ReplayEvent> = {}): ReplayEvent => ({
  ...base,
  type: 'session.issued',
  atMs,
  sessionId: freshSession(),
  attemptsAllowed: 3,
  tokenTtlSeconds: 600,
  ...(what as object),
});

const verdicts = (lines: readonly ReplayLine[]): VerdictLine[] => lines.filter((line) => 'caseKey' in line);

describe('a replay', () => {
  it('finds nothing in nothing', () => {
    expect(replayed([])).toEqual([]);
  });

  it('flags at the result that crosses, with what it was found on', () => {
    const spoofs = attempts(startMs, times(5, 'spoof'), { deviceKey: 'phone' });

    const [flag, ...more] = replayed(spoofs);

    expect(more).toEqual([]);
    expect(flag).toEqual({
      correlationId: 'mallory',
      at: at(startMs + 90_000),
      pattern: 'repeated-failures',
      score: 5.560695,
      threshold: 5.298317,
      evidence: spoofs.slice(0, 4).map(({ atMs, sessionId }) => ({
        at: at(atMs),
        outcome: 'spoof',
        sessionId,
        attemptId: 1,
        deviceId: 'phone',
      })),
      customerId: 'contoso',
      scope: 'correlation',
      caseKey: 'mallory',
      ledgers: { mix: 6.608328, burst: 6.28148, recurrence: 2.877315, quality: 1.691718, afterPass: 0 },
      policy: 'c0ffeec0ffeec0ff',
    });
    expect(Object.keys(flag ?? {})).toEqual([
      'correlationId',
      'at',
      'pattern',
      'score',
      'threshold',
      'evidence',
      'customerId',
      'scope',
      'caseKey',
      'ledgers',
      'policy',
    ]);
  });

  it('shows a pass as the first of its day and device, and which uncertain result was a mismatch', () => {
    const events = [
      ...attempts(startMs - dayMs, ['real', 'real'], { deviceKey: 'phone' }),
      attempt(startMs, { outcome: 'uncertain', reason: 'mismatch' }),
      ...attempts(startMs + minuteMs, times(12, 'spoof')),
    ];

    const [flag] = verdicts(replayed(events));

    expect(flag?.evidence.slice(0, 2)).toEqual([
      { at: at(startMs - dayMs), outcome: 'real', sessionId: events[0]?.sessionId, attemptId: 1, deviceId: 'phone' },
      { at: at(startMs), outcome: 'uncertain', sessionId: events[2]?.sessionId, attemptId: 1, reason: 'mismatch' },
    ]);
  });

  it('judges an id at the gate before its token counts', () => {
    const lenient = resolvePolicy({ score: { alpha: 0.001 } });
    const spoofs = attempts(startMs, times(4, 'spoof'));

    const lines = replayed([...spoofs, issued(startMs + hourMs)], lenient);

    expect(lines).toEqual([]);
  });

  it('judges hoarded tokens at the next tick, which comes after the events of its moment', () => {
    const tickMs = startMs + 30 * minuteMs;
    const tokens = times(12, 0).map((_, index) => abandoned(tickMs - index * minuteMs));

    const lines = verdicts(replayed([...tokens, attempt(tickMs + 1)]));

    expect(lines).toMatchObject([
      {
        at: at(tickMs),
        pattern: 'pause-token-hoarding',
        score: 12,
        threshold: 12,
        ledgers: null,
        scope: 'correlation',
      },
    ]);
    expect(lines[0]?.evidence.map(({ outcome }) => outcome)).toEqual(times(12, 'abandoned'));
  });

  it('lets what happens at the moment of a tick come before the tick', () => {
    const tickMs = startMs + 30 * minuteMs;
    const tokens = times(12, 0).map((_, index) => abandoned(tickMs - 1000 * (index + 1)));

    const lines = replayed([...tokens, attempt(tickMs)]);

    expect(lines).toMatchObject([{ at: at(tickMs), pattern: 'token-hoarding' }]);
  });

  it('judges at the gate what a pause kept back until a moment before', () => {
    const trouble = [
      ...attempts(startMs, times(10, 'uncertain')),
      ...attempts(startMs + hourMs, times(10, 'uncertain')),
    ];
    const [pause] = verdicts(replayed(trouble));
    const lapsesMs = Date.parse(pause?.at ?? '') + dayMs;

    const lines = verdicts(replayed([...trouble, issued(lapsesMs - 1), issued(lapsesMs + 1)]));

    expect(lines.map((line) => line.at)).toEqual([pause?.at, at(lapsesMs + 1)]);
  });

  it('fires exactly one tick after the last event', () => {
    const tokens = times(12, 0).map((_, index) => abandoned(startMs + 1 + index));

    expect(replayed(tokens)).toMatchObject([{ at: at(startMs + minuteMs), pattern: 'pause-token-hoarding' }]);
  });

  it('does not count a token whose session brings an attempt after all', () => {
    const tokens = times(12, 0).map((_, index) => abandoned(startMs + 1 + index));
    const late = attempt(startMs + 1000, { sessionId: tokens[3]?.sessionId ?? '', outcome: 'technical' });

    expect(replayed([...tokens, late])).toEqual([]);
  });

  it('names the tokens of a cadence as evidence', () => {
    const events = times(9, 0).flatMap((_, index) => {
      const atMs = startMs + index * 5 * minuteMs;
      const { sessionId, ...token } = issued(atMs);
      return [{ sessionId, ...token }, attempt(atMs + 20_000, { sessionId, outcome: 'technical' })];
    });

    const [pause] = verdicts(replayed(events)).filter(({ pattern }) => pattern === 'pause-machine-cadence');

    expect(pause?.evidence.filter(({ outcome }) => outcome === 'issued')).toHaveLength(9);
    expect(pause?.threshold).toBe(0.12);
  });

  it('looks again when a pause lapses, though nothing happens then', () => {
    // A day of camera trouble pauses; the trouble goes on during the pause, and pauses again when it ends.
    const trouble = (fromMs: number) => attempts(fromMs, times(20, 'uncertain'));
    const events = [...trouble(startMs), ...trouble(startMs + 5 * hourMs), attempt(startMs + 20 * dayMs)];

    const [first, second] = verdicts(replayed(events));

    expect(first?.pattern).toBe('pause-repeated-failures');
    const lapsesMs = Date.parse(first?.at ?? '') + dayMs;
    expect(second).toMatchObject({
      pattern: 'pause-repeated-failures',
      at: at(Math.ceil(lapsesMs / timerMs) * timerMs),
    });
  });

  it('makes a flag of a pause when a spoof comes', () => {
    const events = [...attempts(startMs, times(20, 'uncertain')), attempt(startMs + hourMs)];

    expect(replayed(events).map(({ pattern }) => pattern)).toEqual(['pause-repeated-failures', 'repeated-failures']);
  });

  it('takes no time for a silence', () => {
    const events = [
      ...attempts(startMs, times(20, 'uncertain')),
      attempt(Date.UTC(9000, 0), { correlationId: 'other' }),
    ];
    const replay = new Replay({ policy: defaultPolicy, policyHash, timerMs: 1 });

    for (const event of events) replay.take(event);

    expect(replay.end().map(({ pattern }) => pattern)).toEqual(times(2, 'pause-repeated-failures'));
  });

  it('lets other ids on a device weigh, but not those of another customer', () => {
    const flood = (customerId: string) =>
      attempts(startMs, times(3, 'spoof'), { customerId, correlationId: 'first', deviceKey: 'phone' });
    const next = attempt(startMs + hourMs, { correlationId: 'second', deviceKey: 'phone' });

    const linked = replayed([...flood('contoso'), next]);
    const apart = replayed([...flood('fabrikam'), next]);

    expect(linked).toMatchObject([{ correlationId: 'second', pattern: 'linked-device', score: 6.496004 }]);
    expect(apart).toEqual([]);
  });

  it('makes one case of ids that failed on one device', () => {
    const of = (correlationId: string, fromMs: number, deviceKey: string) =>
      attempts(fromMs, times(4, 'spoof'), { correlationId, deviceKey });
    const events = [
      ...of('b', startMs, 'phone'),
      ...of('a', startMs + hourMs, 'phone'),
      ...of('c', startMs + 2 * hourMs, 'tablet'),
    ];

    const cases = verdicts(replayed(events)).map(({ correlationId, caseKey }) => [correlationId, caseKey]);

    expect(new Map(cases as [string, string][])).toEqual(
      new Map([
        ['b', 'b'],
        ['a', 'b'],
        ['c', 'c'],
      ]),
    );
  });

  it('follows the mode of the policy, and blocks nobody in audit', () => {
    const audit = resolvePolicy({ mode: 'audit' });

    expect(replayed(attempts(startMs, times(4, 'spoof')), audit)).toMatchObject([{ audit: true }]);
  });

  it('tells the score after each attempt of an id that failed', () => {
    const scores: number[] = [];
    const replay = new Replay({
      policy: defaultPolicy,
      policyHash,
      timerMs,
      onScore: ({ score }) => scores.push(score),
    });

    for (const event of attempts(startMs, ['real', 'spoof', 'real'])) replay.take(event);

    expect(scores).toHaveLength(2);
  });
});

describe('a replay of face matches', () => {
  const seen = (correlationId: string, what: Partial<ReplayedAttempt> = {}) =>
    attempt(startMs, { correlationId, outcome: 'real', ...what });
  const matching = (correlationId: string, others: readonly ReplayedAttempt[]) =>
    attempt(startMs + hourMs, {
      correlationId,
      outcome: 'real',
      otherFlaggedSessions: others.map(({ sessionId, attemptId }) => ({ sessionId, attemptId })),
    });

  it('flags the id whose face was seen under two others, at the next tick', () => {
    const [a, b] = [seen('a'), seen('b')];

    const lines = replayed([a, b, matching('c', [a, b])]);

    expect(lines).toMatchObject([
      { correlationId: 'c', pattern: 'face-reuse', at: at(startMs + hourMs), score: 2, threshold: 2 },
    ]);
  });

  it('gives both ids the link', () => {
    const [a, b] = [seen('a'), seen('b')];

    const lines = replayed([a, b, matching('c', [a]), matching('d', [a])]);

    expect(lines).toMatchObject([{ correlationId: 'a', pattern: 'face-reuse' }]);
  });

  it.each([
    ['a session that is not known yet', [seen('a'), seen('later', { atMs: startMs + dayMs })]],
    ['a session of another customer', [seen('a'), seen('b', { customerId: 'fabrikam' })]],
    ['a session of the same id', [seen('a'), seen('c')]],
    ['two sessions of one id', [seen('a'), seen('a')]],
  ])('does not count %s', (_what, others) => {
    expect(replayed([...others, matching('c', others)])).toEqual([]);
  });

  it('does not remember sessions that no event will name', () => {
    const [a, b] = [seen('a'), seen('b')];
    const replay = new Replay({ policy: defaultPolicy, policyHash, timerMs, matchedSessions: new Set([a.sessionId]) });

    for (const event of [a, b, matching('c', [a, b])]) replay.take(event);

    expect(replay.end()).toEqual([]);
  });
});

describe('a replay of incidents', () => {
  /** People who pass every day; on the last day the version fails half of them. */
  const people = times(120, 0).map((_, index) => `person-${String(index).padStart(3, '0')}`);
  const usualDays = [0, 1, 2].flatMap((day) =>
    people.map((correlationId, index) =>
      attempt(startMs + day * dayMs + index * minuteMs, { correlationId, outcome: 'real', appVersion: '2.0' }),
    ),
  );
  const badDay = people.map((correlationId, index) =>
    attempt(startMs + 3 * dayMs + index * minuteMs, {
      correlationId,
      outcome: index % 2 === 0 ? 'technical' : 'real',
      appVersion: '2.1',
    }),
  );

  it('tells that a version fails, once, at a tick', () => {
    const lines = replayed([...usualDays, ...badDay]);

    const [incident, ...more] = lines;
    expect(more).toEqual([]);
    expect(incident).toMatchObject({
      correlationId: null,
      pattern: 'incident-failure-drift',
      threshold: 15,
      evidence: [],
      customerId: 'contoso',
      appVersion: '2.1',
    });
    expect(Date.parse(incident?.at ?? '') % timerMs).toBe(0);
  });

  it('marks flags of that version while the incident is open', () => {
    const flagged = (correlationId: string, appVersion: string) =>
      attempts(startMs + 3 * dayMs + 3 * hourMs, times(4, 'spoof'), { correlationId, appVersion });

    const lines = replayed([...usualDays, ...badDay, ...flagged('new', '2.1'), ...flagged('old', '2.0')]);

    const incident = lines.find(({ pattern }) => pattern === 'incident-failure-drift');
    const incidentIds = verdicts(lines).map(({ correlationId, incidentId }) => [correlationId, incidentId]);
    expect(incidentIds).toEqual([
      ['new', incident?.incidentId],
      ['old', undefined],
    ]);
  });

  it('puts faces into the incident while identifiers are assigned wrongly', () => {
    const shared = times(15, 0).map((_, index) =>
      attempt(startMs + index, { correlationId: 'everybody', outcome: 'real', deviceKey: `phone-${index}` }),
    );
    const seen = ['a', 'b'].map((correlationId) => attempt(startMs, { correlationId, outcome: 'real' }));
    const match = attempt(startMs + minuteMs, {
      correlationId: 'c',
      outcome: 'real',
      otherFlaggedSessions: seen.map(({ sessionId }) => ({ sessionId, attemptId: 1 })),
    });

    const lines = replayed([...shared, ...seen, match]);

    expect(lines).toMatchObject([{ pattern: 'incident-correlation-id-shared', correlationId: 'everybody' }]);
  });
});

describe('the laws of a replay', () => {
  it('does not change what it found by what comes later', () => {
    fc.assert(
      fc.property(anyTrace, fc.nat({ max: 39 }), (events, cut) => {
        const lastMs = events[cut]?.atMs ?? Infinity;

        const early = replayed(
          events.filter(({ atMs }) => atMs <= lastMs),
          sensitive,
        );

        const upTo = (lines: readonly ReplayLine[]) => lines.filter((line) => Date.parse(line.at) <= lastMs);
        expect(upTo(early)).toEqual(upTo(replayed(events, sensitive)));
      }),
    );
  });

  it('writes lines by time, correlation id and pattern', () => {
    fc.assert(
      fc.property(anyTrace, (events) => {
        const order = replayed(events, sensitive).map((line) =>
          [line.at, line.correlationId ?? '', line.pattern].join(' '),
        );

        expect(order).toEqual(order.toSorted((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it('flags an id once for a pattern, and pauses it once at a time', () => {
    fc.assert(
      fc.property(anyTrace, (events) => {
        const lines = verdicts(replayed(events, sensitive));

        const flags = lines.filter(({ pattern }) => !pattern.startsWith('pause-'));
        const names = flags.map(({ correlationId, pattern, scope }) => `${correlationId} ${pattern} ${scope}`);
        expect(new Set(names).size).toBe(names.length);
        for (const [, pauses] of Map.groupBy(
          lines.filter(({ pattern }) => pattern.startsWith('pause-')),
          (line) => line.correlationId,
        )) {
          const starts = pauses.map((pause) => Date.parse(pause.at));
          starts.forEach((startsMs, index) => {
            expect(startsMs).toBeGreaterThanOrEqual((starts[index - 1] ?? -Infinity) + dayMs);
          });
        }
      }),
    );
  });
});

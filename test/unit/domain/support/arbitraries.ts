import type { AttemptJudged, LivenessEvent, Outcome } from '../../../../shared/domain/events.ts';
import type { LinkedCounts } from '../../../../shared/domain/link.ts';
import { fc } from './fast-check.ts';
import { correlationId, day0Ms, dayMs } from './histories.ts';

export const anyOutcome = fc.constantFrom<Outcome>('real', 'spoof', 'uncertain', 'technical');

const anyDevice = fc.constantFrom('', 'phone', 'tablet');

const eventBase = (atMs: number, session: number, device: string) => ({
  atMs,
  customerId: 'contoso',
  correlationId,
  sessionId: `${correlationId}.session${String(session).padStart(4, '0')}`,
  ...(device === '' ? {} : { deviceKey: device }),
});

/** Few sessions and coarse times, so that ties, repetitions and shared sessions come up. */
const anyMoment = (days: number): fc.Arbitrary<number> =>
  fc
    .tuple(fc.nat({ max: days - 1 }), fc.nat({ max: 47 }))
    .map(([day, halfHour]) => day0Ms + day * dayMs + halfHour * 1_800_000);

export const anyAttempt = (days: number, outcome: fc.Arbitrary<Outcome> = anyOutcome): fc.Arbitrary<AttemptJudged> =>
  fc
    .tuple(anyMoment(days), fc.nat({ max: 199 }), fc.integer({ min: 1, max: 3 }), anyDevice, outcome, fc.boolean())
    .map(([atMs, session, attemptId, device, outcome, mismatch]) => ({
      ...eventBase(atMs, session, device),
      type: 'attempt' as const,
      attemptId,
      outcome,
      ...(outcome === 'uncertain' && mismatch ? { reason: 'mismatch' as const } : {}),
    }));

export const anyEvent = (days: number): fc.Arbitrary<LivenessEvent> =>
  fc.oneof(
    { weight: 5, arbitrary: anyAttempt(days) },
    fc
      .tuple(anyMoment(days), fc.nat({ max: 199 }), anyDevice, fc.constantFrom(1, 3))
      .map(([atMs, session, device, attemptsAllowed]) => ({
        ...eventBase(atMs, session, device),
        type: 'session.issued' as const,
        attemptsAllowed,
        tokenTtlSeconds: 600,
      })),
    fc.tuple(anyMoment(days), fc.nat({ max: 199 }), anyDevice).map(([atMs, session, device]) => ({
      ...eventBase(atMs, session, device),
      type: 'session.abandoned' as const,
    })),
    fc
      .tuple(anyMoment(days), fc.nat({ max: 199 }), anyDevice, fc.nat({ max: 3 }))
      .map(([atMs, session, device, attempts]) => ({
        ...eventBase(atMs, session, device),
        type: 'session.closed' as const,
        attempts,
      })),
  );

export const anyLinkedCounts: fc.Arbitrary<LinkedCounts> = fc.record({
  passDays: fc.nat({ max: 40 }),
  spoofs: fc.nat({ max: 64 }),
  uncertainSessions: fc.nat({ max: 48 }),
  technicalSessions: fc.nat({ max: 48 }),
  otherIds: fc.nat({ max: 100 }),
});

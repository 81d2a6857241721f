import type { ReplayEvent } from '../../../../shared/application/replay/replay-event.ts';
import { day0Ms } from '../../domain/support/histories.ts';
import { fc } from '../../domain/support/fast-check.ts';

/** Few ids and coarse times, so that ties, repetitions and contradictions come up. */
const base = {
  atMs: fc.nat({ max: 20 }).map((minute) => day0Ms + minute * 60_000),
  customerId: fc.constantFrom('contoso', 'fabrikam'),
  correlationId: fc.constantFrom('id-1', 'id-2', 'id-3'),
  sessionId: fc.constantFrom('a', 'a/1', 'b', 'ü', '\u{1F600}'),
};
const optional = {
  deviceKey: fc.constantFrom('phone', 'tablet'),
  appVersion: fc.constantFrom('1.0', '1.1'),
};
const attemptId = fc.integer({ min: 1, max: 3 });

const record = <Required extends object, Optional extends object>(
  type: ReplayEvent['type'],
  required: { [Name in keyof Required]: fc.Arbitrary<Required[Name]> },
  sometimes: { [Name in keyof Optional]: fc.Arbitrary<Optional[Name]> },
): fc.Arbitrary<ReplayEvent> =>
  fc.record(
    { type: fc.constant(type), ...base, ...required, ...optional, ...sometimes },
    { requiredKeys: ['type', ...Object.keys(base), ...Object.keys(required)] as never },
  ) as unknown as fc.Arbitrary<ReplayEvent>;

export const anyReplayEvent: fc.Arbitrary<ReplayEvent> = fc.oneof(
  record('session.issued', { attemptsAllowed: attemptId, tokenTtlSeconds: fc.constantFrom(60, 600) }, {}),
  record('session.abandoned', {}, {}),
  record(
    'attempt',
    { attemptId, outcome: fc.constantFrom('real', 'spoof', 'uncertain', 'technical') },
    {
      reason: fc.constantFrom('mismatch', 'integrity'),
      errorCode: fc.constantFrom('FaceNotFound', 'FaceWithMaskDetected'),
      otherFlaggedSessions: fc.array(fc.record({ sessionId: base.sessionId, attemptId }), { maxLength: 2 }),
    },
  ),
);

import type { ReplayEvent } from '../../../../shared/application/replay/replay-event.ts';
import { eventKey } from '../../../../shared/domain/events.ts';
import { resolvePolicy } from '../../../../shared/domain/policy-document.ts';
import { fc } from '../../domain/support/fast-check.ts';
import { day0Ms, minuteMs } from '../../domain/support/histories.ts';

export const inOrder = (events: readonly ReplayEvent[]): ReplayEvent[] =>
  events.toSorted((a, b) => a.atMs - b.atMs || (eventKey(a) < eventKey(b) ? -1 : 1));

/** A low bar: with few events, flags, pauses and links come up. */
export const sensitive = resolvePolicy({ score: { alpha: 0.2 }, patterns: { tokenHoarding: { unusedTokens: 3 } } });

/** Some days of few ids that share devices. */
export const anyTrace: fc.Arbitrary<ReplayEvent[]> = fc
  .array(
    fc.record({
      halfHour: fc.nat({ max: 48 * 5 }),
      id: fc.constantFrom('a', 'b', 'c'),
      device: fc.constantFrom('phone', 'tablet', undefined),
      kind: fc.constantFrom('issued', 'abandoned', 'real', 'spoof', 'spoof', 'uncertain', 'uncertain', 'technical'),
    }),
    { maxLength: 40 },
  )
  .map((steps) =>
    inOrder(
      steps.map(({ halfHour, id, device, kind }, index): ReplayEvent => {
        const base = {
          atMs: day0Ms + halfHour * 30 * minuteMs,
          customerId: 'contoso',
          correlationId: id,
          sessionId: `${id}.${index}`,
          ...(device !== undefined && { deviceKey: device }),
        };
        if (kind === 'issued') return { ...base, type: 'session.issued', attemptsAllowed: 1, tokenTtlSeconds: 600 };
        if (kind === 'abandoned') return { ...base, type: 'session.abandoned' };
        return { ...base, type: 'attempt', attemptId: 1, outcome: kind };
      }),
    ),
  );

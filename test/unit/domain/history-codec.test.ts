import type { LivenessEvent } from '../../../shared/domain/events.ts';
import { emptyHistory, fold, type History, withFaceLink } from '../../../shared/domain/history.ts';
import { decodeHistory, encodeHistory, type StoredHistory } from '../../../shared/domain/history-codec.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { anyEvent } from './support/arbitraries.ts';
import { fc, listOf } from './support/fast-check.ts';
import {
  anAbandonedToken,
  anAttempt,
  correlationId,
  hourMs,
  historyOf,
  minuteMs,
  noonOf,
} from './support/histories.ts';

const throughJson = (history: History, correlationId?: string): History =>
  decodeHistory(JSON.parse(JSON.stringify(encodeHistory(history, correlationId))) as StoredHistory, correlationId);

const deviceKey = (device: number): string => `1.k7Pq2vX9_sLw4RtYbN${String(device).padStart(4, '0')}`;

const issued = (atMs: number, sessionId: string, deviceKey: string): LivenessEvent => ({
  ...anAttempt({ atMs, sessionId, deviceKey }),
  type: 'session.issued',
  attemptsAllowed: 3,
  tokenTtlSeconds: 600,
});

describe('the stored history', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(listOf(anyEvent(60), 0, 80), fc.constantFrom(correlationId, undefined), (events, id) => {
        const history = historyOf(events);

        expect(throughJson(history, id)).toStrictEqual(history);
      }),
      { numRuns: 200 },
    );
  });

  it('comes back as it was for a device, whose tags are correlation ids', () => {
    const others = ['5f0c6d7e-1111-4a2b-8c3d-000000000001', '5f0c6d7e-1111-4a2b-8c3d-000000000002'];
    const history = others
      .map((id, index) => anAttempt({ correlationId: id, sessionId: `${id}.abcdefghij${index}` }))
      .reduce(
        (folded, event) => fold(folded, event, { tag: event.correlationId, keep: defaultPolicy.keep }),
        emptyHistory,
      );

    const stored = encodeHistory(history);

    expect(stored).toMatchObject({ tags: others.join(' '), sessions: '0.abcdefghij0 1.abcdefghij1' });
    expect(throughJson(history)).toStrictEqual(history);
  });

  it.each(['plain', 'a.b.c', '.dot', 'dot.', `${correlationId}.`, '7'])('keeps the odd session id %s', (sessionId) => {
    const history = historyOf([anAttempt({ sessionId })]);

    expect(throughJson(history, correlationId)).toStrictEqual(history);
  });

  it('takes under half a kilobyte for a usual user', () => {
    const needs = [0, 11, 26].flatMap((day) => {
      const attempt = anAttempt({ atMs: noonOf(day) + minuteMs, outcome: 'real', deviceKey: deviceKey(1) });
      return [issued(noonOf(day), attempt.sessionId, deviceKey(1)), attempt];
    });
    const retried = anAttempt({ atMs: noonOf(11) - minuteMs, outcome: 'technical', deviceKey: deviceKey(1) });

    const stored = encodeHistory(historyOf([...needs, retried]), correlationId);

    expect(JSON.stringify(stored).length).toBeLessThan(512);
  });

  it('takes at most 16 KB for the worst abuser', () => {
    const outcomes = ['spoof', 'uncertain', 'technical'] as const;
    const sessions = Array.from({ length: 100 }, (_, session) => {
      const atMs = noonOf(0) + session * hourMs * 7;
      // Nothing shares a session or a device: most of the size are their names.
      const device = (use: number): string => deviceKey(session * 6 + use);
      return [
        issued(atMs, anAttempt().sessionId, device(0)),
        ...outcomes.map((outcome, use) => anAttempt({ atMs: atMs + use * minuteMs, outcome, deviceKey: device(use) })),
        anAttempt({ atMs: atMs + hourMs, outcome: 'real', deviceKey: device(4) }),
        { ...anAbandonedToken(atMs + 2 * hourMs), deviceKey: device(5) },
      ];
    }).flat();

    const history = sessions.reduce(
      (known, { atMs }, other) =>
        withFaceLink(
          known,
          { correlationId: `${correlationId.slice(0, -2)}${10 + (other % 80)}`, atMs },
          defaultPolicy.keep,
        ),
      historyOf(sessions),
    );

    for (const [set, bound] of Object.entries(defaultPolicy.keep)) {
      expect(history[set as keyof typeof defaultPolicy.keep]).toHaveLength(bound);
    }
    expect(JSON.stringify(encodeHistory(history, correlationId)).length).toBeLessThanOrEqual(16 * 1024);
  });

  it('refuses a text with a space, which would come back as two', () => {
    expect(() => encodeHistory(historyOf([anAttempt({ deviceKey: 'my phone' })]))).toThrow(RangeError);
  });

  it('refuses to guess when a text is missing', () => {
    const stored = encodeHistory(historyOf([anAttempt()]), correlationId);

    const { sessions: _lost, ...incomplete } = stored;

    expect(() => decodeHistory(incomplete, correlationId)).toThrow(RangeError);
    expect(() => decodeHistory(stored)).toThrow(TypeError);
  });
});

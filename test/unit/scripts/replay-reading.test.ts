import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventTable } from '../../../scripts/replay/event-table.ts';
import { readEvent } from '../../../scripts/replay/read-event.ts';
import { readLines } from '../../../scripts/replay/read-lines.ts';
import type { ReplayEvent } from '../../../shared/application/replay/replay-event.ts';
import { encodeLedgerEvent, ledgerEvent } from '../../../shared/contracts/ledger-event.ts';
import { eventKey } from '../../../shared/domain/events.ts';
import { anyReplayEvent } from './support/replay-events.ts';
import { fc } from '../domain/support/fast-check.ts';

const anAttemptLine = (what: Record<string, unknown> = {}) => ({
  type: 'attempt',
  at: '2026-03-01T12:00:00.000Z',
  customerId: 'contoso',
  correlationId: 'id-1',
  sessionId: 'session-1',
  attemptId: 1,
  outcome: 'spoof',
  ...what,
});

const read = (line: Record<string, unknown>) => readEvent(JSON.stringify(line));

describe('a line of a ledger file', () => {
  it('is read as the event that it was written from', () => {
    fc.assert(
      fc.property(anyReplayEvent, (event) => {
        expect(readEvent(JSON.stringify(encodeLedgerEvent(event)))).toEqual(event);
      }),
    );
  });

  it('takes an attempt id as text, and null for what is unknown', () => {
    const event = read(anAttemptLine({ attemptId: '2', deviceId: null, errorCode: null, somethingNewer: 1 }));

    expect(event).toEqual({
      type: 'attempt',
      atMs: Date.UTC(2026, 2, 1, 12),
      customerId: 'contoso',
      correlationId: 'id-1',
      sessionId: 'session-1',
      attemptId: 2,
      outcome: 'spoof',
    });
  });

  it('takes times with an offset', () => {
    expect(read(anAttemptLine({ at: '2026-03-01T13:30:00+01:30' }))).toMatchObject({ atMs: Date.UTC(2026, 2, 1, 12) });
  });

  it('takes one attempt and ten minutes for a token that does not say', () => {
    const event = read(anAttemptLine({ type: 'session.issued', attemptId: undefined, outcome: undefined }));

    expect(event).toMatchObject({ type: 'session.issued', attemptsAllowed: 1, tokenTtlSeconds: 600 });
  });

  it.each([
    ['text', 'no JSON at all', 'is not JSON'],
    ['a list', '[]', 'is not an object'],
    ['null', 'null', 'is not an object'],
  ])('is refused with a sentence when it is %s', (_what, line, sentence) => {
    expect(readEvent(line)).toBe(sentence);
  });

  // Every field with values at and over its bounds: the schema says which are right, the fast reader must agree.
  const values: Record<string, readonly unknown[]> = {
    type: ['attempt', 'session.issued', 'session.abandoned', 'session.closed', undefined, 7],
    at: [
      '2026-03-01T12:00:00.000Z',
      '2026-03-01T12:00:00Z',
      '2026-03-01T12:00:00.123456Z',
      '2026-03-01T12:00Z',
      '2026-03-01T12:00:00+00:00',
      '2026-03-01T23:30:00-05:30',
      '2026-03-01T12:00:00+25:00',
      '2026-02-29T23:30:00-05:30',
      '2026-02-30T12:00:00Z',
      '2028-02-29T12:00:00Z',
      '2026-03-01T24:00:00Z',
      '2026-03-01T23:59:60Z',
      '2026-13-01T12:00:00Z',
      'yesterday',
      1_772_366_400_000,
      undefined,
    ],
    customerId: ['c', 'c'.repeat(128), 'c'.repeat(129), '', null, undefined, 7],
    correlationId: ['c', 'c'.repeat(128), 'c'.repeat(129), '', null, undefined, 7],
    sessionId: ['c', 'c'.repeat(128), 'c'.repeat(129), '', null, undefined, 7],
    deviceId: ['d', 'd'.repeat(128), 'd'.repeat(129), '', null, undefined, 7],
    appVersion: ['1.0', '', null, undefined, 7],
    clientIp: ['hash', '', null, undefined, 7],
    endUserKey: ['hash', '', null, undefined, 7],
    attemptId: [1, 3, 4, 0, 1.5, '1', '3', '4', '01', '', null, undefined],
    outcome: ['real', 'technical', 'passed', null, undefined],
    reason: ['mismatch', 'integrity', 'other', null, undefined],
    errorCode: ['FaceNotFound', '', 7, null, undefined],
    attemptsAllowed: [1, 3, 4, 0, 1.5, '1', null, undefined],
    tokenTtlSeconds: [1, 86_400, 86_401, 0, 0.5, null, undefined],
    otherFlaggedSessions: [
      [],
      [{ sessionId: 's', attemptId: 1 }],
      [{ sessionId: 's', attemptId: '2' }],
      [{ sessionId: 's' }],
      [{ attemptId: 1 }],
      [{ sessionId: '', attemptId: 1 }],
      ['s'],
      {},
      's',
      null,
      undefined,
    ],
  };
  const lines = ['attempt', 'session.issued', 'session.abandoned'].flatMap((type) =>
    Object.entries(values).flatMap(([field, candidates]) =>
      candidates.map((value) => ({ ...anAttemptLine(), type, [field]: value })),
    ),
  );

  it('is right for the fast reader exactly when it is right for the schema', () => {
    const disagreed = lines.filter((line) => {
      const json: unknown = JSON.parse(JSON.stringify(line));
      return ledgerEvent.safeParse(json).success !== (typeof read(line) !== 'string');
    });

    expect(disagreed).toEqual([]);
  });
});

describe('reading lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lines-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const linesOf = (content: string): string[] => {
    const file = join(folder, 'file');
    writeFileSync(file, content);
    const lines: string[] = [];
    readLines(file, (line, number) => lines.push(`${number}:${line}`));
    return lines;
  };

  it.each([
    ['a last line with an end', 'a\nb\n', ['1:a', '2:b']],
    ['a last line without an end', 'a\nb', ['1:a', '2:b']],
    ['empty lines', 'a\n\nb', ['1:a', '2:', '3:b']],
    ['a byte order mark', '\uFEFFa\nb', ['1:a', '2:b']],
    ['nothing', '', []],
  ])('hands over %s', (_what, content, lines) => {
    expect(linesOf(content)).toEqual(lines);
  });

  it('puts together what lies across the parts that are read at once', () => {
    const long = 'ä'.repeat(3_000_000);

    expect(linesOf(`${long}\n${long}\nend`)).toEqual([`1:${long}`, `2:${long}`, '3:end']);
  });
});

describe('a table of events', () => {
  const inOrder = (events: readonly ReplayEvent[]): ReplayEvent[] => {
    const table = new EventTable();
    for (const event of events) table.add(event);
    return [...table.inOrder().rows].map((row) => table.eventAt(row));
  };

  it('gives back every event by time and key, each key once, the earliest of those with one key', () => {
    fc.assert(
      fc.property(fc.array(anyReplayEvent, { maxLength: 40 }), (events) => {
        const rows = inOrder(events);

        const expected = Map.groupBy(events, eventKey);
        expect(rows).toHaveLength(expected.size);
        for (const event of rows) {
          const sameKey = expected.get(eventKey(event)) ?? [];
          expect(event.atMs).toBe(Math.min(...sameKey.map(({ atMs }) => atMs)));
          expect(sameKey).toContainEqual(event);
        }
        const order = rows.map((event) => `${String(event.atMs).padStart(16, '0')} ${eventKey(event)}`);
        expect(order).toEqual(order.toSorted((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it('gives the same events in any order and with any repetition', () => {
    const anyDisorder = fc.array(anyReplayEvent, { maxLength: 20 }).chain((events) =>
      fc.record({
        events: fc.constant(events),
        disturbed: fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
      }),
    );
    fc.assert(
      fc.property(anyDisorder, ({ events, disturbed }) => {
        expect(inOrder(disturbed)).toEqual(inOrder(events));
      }),
    );
  });

  it('counts what contradicts an earlier event, but not what only came at another time', () => {
    const table = new EventTable();
    const event = { ...anAttemptLine(), at: undefined, atMs: 1000 } as unknown as ReplayEvent;
    table.add({ ...event, outcome: 'real', atMs: 2000 } as ReplayEvent);
    table.add(event);
    table.add({ ...event, atMs: 3000 });

    const { rows, contradictions } = table.inOrder();

    expect([...rows]).toEqual([1]);
    expect(contradictions).toBe(1);
  });

  it('holds more events than it first made room for', () => {
    const table = new EventTable();
    for (let index = 0; index < 70_000; index += 1) {
      table.add({
        type: 'session.abandoned',
        atMs: index,
        customerId: 'contoso',
        correlationId: 'id-1',
        sessionId: `s${index}`,
      });
    }

    const { rows } = table.inOrder();

    expect(rows).toHaveLength(70_000);
    expect(table.eventAt(rows[69_999] ?? 0)).toMatchObject({ atMs: 69_999, sessionId: 's69999' });
  });
});

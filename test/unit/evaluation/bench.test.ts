import { join } from 'node:path';
import { atLeast, atMost, type Figure, holds } from '../../../evaluation/bench/figure.ts';
import { figuresTable } from '../../../evaluation/bench/figures-table.ts';
import { fullestDeviceHistory, fullestHistory } from '../../../evaluation/bench/fullest-history.ts';
import { runMeasured } from '../../../evaluation/bench/run-measured.ts';
import { inStoredForm } from '../../../evaluation/bench/stored-form.ts';
import { takeNext } from '../../../evaluation/bench/take-next.ts';
import type { TraceEvent } from '../../../evaluation/trace.ts';
import type { History } from '../../../shared/domain/history.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { correlationIdOf } from '../../../shared/domain/session-id.ts';
import { makeTemporaryFolder } from '../scripts/support/temporary-folder.ts';

const figure = (what: Partial<Figure>): Figure => ({ measure: 'time', value: 1, unit: 'µs', digits: 2, ...what });

describe('a figure', () => {
  it.each([
    [10, atMost(10), true],
    [10.01, atMost(10), false],
    [10, atLeast(10), true],
    [9.99, atLeast(10), false],
    [NaN, atMost(10), false],
    [NaN, atLeast(10), false],
    [1e9, {}, true],
  ])('of %d with %j holds: %s', (value, bound, expected) => {
    expect(holds(figure({ value, ...bound }))).toBe(expected);
  });

  it('stands in the table beside its bound, and says when that is broken', () => {
    const table = figuresTable([
      figure({ measure: 'fine', value: 1234.5, ...atMost(16_384) }),
      figure({ measure: 'slow', value: 12, ...atMost(10) }),
      figure({ measure: 'ratio', value: 2, unit: '', digits: 1 }),
    ]);

    const rows = table.split('\n').map((row) => row.replace(/ +/g, ' '));
    expect(rows.slice(2)).toEqual([
      '| fine | 1,234.50 µs | at most 16,384 µs | |',
      '| slow | 12.00 µs | at most 10 µs | broken |',
      '| ratio | 2.0 | | |',
      '',
    ]);
  });
});

describe('a trace in stored form', () => {
  const event: TraceEvent = {
    type: 'session.abandoned',
    atMs: 0,
    customerId: 'customer',
    correlationId: 'person-1',
    sessionId: 'person-1.1',
    deviceKey: 'device-1',
  };

  it('has ids as long as those of the product', () => {
    const { correlationId, sessionId, deviceKey } = inStoredForm(event);

    expect(correlationIdOf(sessionId)).toBe(correlationId);
    expect(deviceKey).toMatch(/^1\.[\w-]{22}$/);
  });

  it('tells apart what was apart, and nothing else', () => {
    const [first, again, other] = ['person-1.1', 'person-1.1', 'person-1.2'].map((sessionId) =>
      inStoredForm({ ...event, sessionId }),
    );

    expect(again).toEqual(first);
    expect(other).toMatchObject({ correlationId: first?.correlationId, deviceKey: first?.deviceKey });
    expect(other?.sessionId).not.toBe(first?.sessionId);
  });
});

describe('the fullest history', () => {
  const { keep } = defaultPolicy;
  const lengths = (history: History, sets: readonly (keyof typeof keep)[]) =>
    Object.fromEntries(sets.map((set) => [set, history[set].length]));

  it('has every set full, from as many devices as asked for', () => {
    const history = fullestHistory(defaultPolicy, 20);

    expect(lengths(history, Object.keys(keep) as (keyof typeof keep)[])).toEqual(keep);
    expect(new Set(history.spoof.map(({ tag }) => tag)).size).toBe(20);
  });

  it('is full for a device as well, with another id for each attempt', () => {
    const history = fullestDeviceHistory(defaultPolicy);

    const { spoof, uncertain, technical, passes } = keep;
    expect(lengths(history, ['spoof', 'uncertain', 'technical', 'passes'])).toEqual({
      spoof,
      uncertain,
      technical,
      passes,
    });
    expect(new Set(history.spoof.map(({ tag }) => tag)).size).toBe(spoof);
  });
});

describe('taking the next of an iterator', () => {
  it('leaves what follows for later', () => {
    const numbers = [1, 2, 3].values();

    expect([...takeNext(numbers, 2)]).toEqual([1, 2]);
    expect([...takeNext(numbers, 2)]).toEqual([3]);
  });
});

describe('a measured run', () => {
  const plainWay = join(import.meta.dirname, '../../../evaluation/bench/parse-lines.ts');

  const folder = makeTemporaryFolder();
  afterAll(() => folder.remove());

  it('tells what the program took', async () => {
    folder.write('events.ndjson', '{"type":"session.abandoned"}\n');

    const { elapsedSeconds, cpuSeconds, peakBytes } = await runMeasured(plainWay, [join(folder.path, 'events.ndjson')]);

    expect(elapsedSeconds).toBeGreaterThan(0);
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(peakBytes).toBeGreaterThan(1024 * 1024);
  });

  it('fails when the program does', async () => {
    await expect(runMeasured(plainWay, ['no-such-file.ndjson'])).rejects.toThrow('no-such-file.ndjson');
  });
});

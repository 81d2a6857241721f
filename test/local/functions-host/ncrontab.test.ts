import { nextCronOccurrence, parseCron } from '../../../local/functions-host/timer/ncrontab.ts';

const sunday = '2026-03-01T00:00:00Z';

const occurrences = (expression: string, count: number): string[] => {
  const cron = parseCron(expression);
  const found: string[] = [];
  let at = new Date(sunday);
  while (found.length < count) {
    const next = nextCronOccurrence(cron, at);
    if (next === undefined) return found;
    found.push(next.toISOString().replace('.000Z', ''));
    at = next;
  }
  return found;
};

const day = (...times: string[]): string[] => times.map((time) => `2026-03-01T${time}`);

describe('41: NCRONTAB', () => {
  it.each([
    ['0 */5 * * * *', day('00:05:00', '00:10:00', '00:15:00')],
    ['*/5 * * * *', day('00:05:00', '00:10:00', '00:15:00')],
    ['5/15 * * * * *', day('00:00:05', '00:00:20', '00:00:35', '00:00:50')],
    ['10-20/5 * * * * *', day('00:00:10', '00:00:15', '00:00:20')],
    ['0 0 22-2 * * *', day('02:00:00', '03:00:00', '04:00:00')],
    [
      '0 0 9 * * Fri-Mon',
      ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05', '2026-03-06', '2026-03-09'].map(
        (date) => `${date}T09:00:00`,
      ),
    ],
    ['0 0 9 13 * 5', ['2026-03-13T09:00:00', '2026-11-13T09:00:00', '2027-08-13T09:00:00']],
    ['0 0 9 * *', ['2026-03-09T00:00:00', '2026-04-09T00:00:00']],
    ['0 30 1 1 Jan,Jul *', ['2026-07-01T01:30:00', '2027-01-01T01:30:00']],
    ['0 0 0 31 * *', ['2026-03-31T00:00:00', '2026-05-31T00:00:00', '2026-07-31T00:00:00']],
    ['0 0 0 29 2 *', ['2028-02-29T00:00:00', '2032-02-29T00:00:00']],
    ['0 0 */7 * * *', [...day('07:00:00', '14:00:00', '21:00:00'), '2026-03-02T00:00:00']],
    ['*/0 0 0 * * *', day('00:00:01', '00:00:02', '00:00:03')],
    ['0 0 0 * * S', ['2026-03-08T00:00:00']],
    ['0 0 0 1 M *', ['2027-03-01T00:00:00']],
    ['  0   0 12 *  * * ', day('12:00:00')],
  ])('knows when "%s" fires', (expression, expected) => {
    expect(occurrences(expression, expected.length)).toEqual(expected);
  });

  it('swaps a reversed range of hours instead of wrapping it', () => {
    expect(occurrences('0 0 22-2 * * *', 22).at(-2)).toBe('2026-03-01T22:00:00');
    expect(occurrences('0 0 22-2 * * *', 22).at(-1)).toBe('2026-03-02T02:00:00');
  });

  it('goes from the last second of 00:00 to the next day with step 0', () => {
    expect(occurrences('*/0 0 0 * * *', 60).at(-1)).toBe('2026-03-02T00:00:00');
  });

  it('accepts a day that never comes, and never fires', () => {
    expect(occurrences('0 0 0 31 2 *', 1)).toEqual([]);
  });

  it('finds a rare combination of day and weekday: 29 February on a Monday', () => {
    expect(occurrences('0 0 0 29 2 Mon', 1)).toEqual(['2044-02-29T00:00:00']);
  });

  it('is strictly after the given instant, in whole seconds', () => {
    const everySecond = parseCron('* * * * * *');

    expect(nextCronOccurrence(everySecond, new Date('2026-03-01T00:00:00.999Z'))).toEqual(
      new Date('2026-03-01T00:00:01Z'),
    );
    expect(nextCronOccurrence(everySecond, new Date('2026-03-01T00:00:01Z'))).toEqual(new Date('2026-03-01T00:00:02Z'));
  });

  it.each([
    '0 0 9 * * 7',
    '61 * * * * *',
    '0 0 24 * * *',
    '0 0 0 0 * *',
    '0 0 0 L * *',
    '0 0 0 ? * 1',
    '0 0 9 * * 1#2',
    '@daily',
    '0 0 0 1,,2 * *',
    '-5 * * * * *',
    '* * * * * * *',
    '* * * *',
    '0 0 0 * Foo *',
    '0 Jan * * * *',
    '',
    '0 0 0 1- * *',
  ])('rejects "%s"', (expression) => {
    expect(() => parseCron(expression)).toThrow();
  });
});

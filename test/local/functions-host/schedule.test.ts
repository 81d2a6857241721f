import { firesMoreThanOnceAMinute, parseSchedule, resume } from '../../../local/functions-host/timer/schedule.ts';
import { parseTimeSpan } from '../../../local/functions-host/timer/time-span.ts';

const at = (time: string): Date => new Date(`2026-03-01T${time}Z`);
const everyFiveMinutes = parseSchedule('0 */5 * * * *');

describe('a schedule', () => {
  it('that is a time span is a constant interval', () => {
    expect(parseSchedule('01:30:00').next(at('00:00:07'))).toEqual(at('01:30:07'));
    expect(parseSchedule('1.00:00:00').next(at('00:00:00'))).toEqual(new Date('2026-03-02T00:00:00Z'));
  });

  it('that is neither is refused with its text', () => {
    expect(() => parseSchedule('every day')).toThrow('the schedule "every day" is wrong');
    expect(() => parseSchedule('00:00:00')).toThrow('the schedule "00:00:00" is wrong');
  });

  it.each([
    ['*/10 * * * * *', true],
    ['*/0 0 0 * * *', true],
    ['00:00:30', true],
    ['0 * * * * *', false],
    ['00:01:00', false],
    ['0 0 0 31 2 *', false],
  ])('"%s" fires more than once a minute: %s', (text, expected) => {
    expect(firesMoreThanOnceAMinute(parseSchedule(text), at('00:00:30'))).toBe(expected);
  });

  it.each([
    ['00:05:00', 300_000],
    ['1.02:03:04', 93_784_000],
    ['24:00:00', undefined],
    ['5 minutes', undefined],
  ])('reads the duration "%s"', (text, ms) => {
    expect(parseTimeSpan(text)).toBe(ms);
  });
});

describe('what a start makes of a stored status', () => {
  it('42: waits for the next occurrence when nothing is stored', () => {
    expect(resume(everyFiveMinutes, undefined, at('00:01:00'))).toEqual({
      status: { last: undefined, next: at('00:05:00'), lastUpdated: at('00:01:00') },
      isPastDue: false,
    });
  });

  it('43: is past due when the stored occurrence was missed', () => {
    const stored = { last: at('00:05:00'), next: at('00:10:00'), lastUpdated: at('00:05:00') };

    expect(resume(everyFiveMinutes, stored, at('00:21:00'))).toEqual({ status: stored, isPastDue: true });
    expect(resume(everyFiveMinutes, stored, at('00:09:00'))).toEqual({ status: stored, isPastDue: false });
  });

  it('43: is past due also before the first run', () => {
    const stored = { last: undefined, next: at('00:05:00'), lastUpdated: at('00:01:00') };

    expect(resume(everyFiveMinutes, stored, at('00:06:00')).isPastDue).toBe(true);
  });

  it('44: a changed schedule is never past due by what the old one missed', () => {
    const stored = { last: at('00:05:00'), next: at('00:10:00'), lastUpdated: at('00:05:00') };
    const everyTwoMinutes = parseSchedule('0 */2 * * * *');

    expect(resume(everyTwoMinutes, stored, at('00:05:30'))).toEqual({
      status: { last: undefined, next: at('00:06:00'), lastUpdated: at('00:05:00') },
      isPastDue: false,
    });
    expect(resume(everyTwoMinutes, stored, at('03:00:00'))).toEqual({
      status: { last: undefined, next: at('03:02:00'), lastUpdated: at('03:00:00') },
      isPastDue: false,
    });
  });

  it('does not wait for a clock that was ahead when the status was stored', () => {
    const stored = { last: at('20:00:00'), next: at('20:05:00'), lastUpdated: at('20:00:00') };

    const { status, isPastDue } = resume(everyFiveMinutes, stored, at('00:01:00'));

    expect({ next: status.next, isPastDue }).toEqual({ next: at('00:05:00'), isPastDue: false });
  });
});

// NCRONTAB, the schedule language of timer triggers, in UTC. Differences to other crons that matter: day and weekday must
// both match, a reversed range is swapped instead of wrapping, a step of 0 counts as 1, names match by any prefix.

const months = 'january february march april may june july august september october november december'.split(' ');
const weekdays = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');

interface FieldKind {
  name: string;
  min: number;
  max: number;
  names?: readonly string[];
}

const fieldKinds = {
  second: { name: 'second', min: 0, max: 59 },
  minute: { name: 'minute', min: 0, max: 59 },
  hour: { name: 'hour', min: 0, max: 23 },
  day: { name: 'day', min: 1, max: 31 },
  month: { name: 'month', min: 1, max: 12, names: months },
  weekday: { name: 'weekday', min: 0, max: 6, names: weekdays },
} as const satisfies Record<string, FieldKind>;

/** For each field the values that match, in rising order. */
export interface Cron {
  seconds: number[];
  minutes: number[];
  hours: number[];
  days: number[];
  months: number[];
  weekdays: number[];
}

export class InvalidCron extends Error {}

/** Six fields `second minute hour day month weekday`, or the last five (then second 0). */
export const parseCron = (expression: string): Cron => {
  const fields = expression.split(' ').filter((field) => field !== '');
  if (fields.length === 5) fields.unshift('0');
  if (fields.length !== 6) throw new InvalidCron(`"${expression}" has not five or six fields`);
  const [second, minute, hour, day, month, weekday] = fields as [string, string, string, string, string, string];
  return {
    seconds: parseField(second, fieldKinds.second),
    minutes: parseField(minute, fieldKinds.minute),
    hours: parseField(hour, fieldKinds.hour),
    days: parseField(day, fieldKinds.day),
    months: parseField(month, fieldKinds.month),
    weekdays: parseField(weekday, fieldKinds.weekday),
  };
};

const parseField = (text: string, kind: FieldKind): number[] => {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) throw new InvalidCron(`"${part}" is not a ${kind.name}`);
    const [, star, from, to, stepText] = match;
    const step = Math.max(1, Number(stepText ?? 1));
    const bounds: [number, number] =
      star !== undefined ? [kind.min, kind.max] : readRange(from!, to, stepText !== undefined, kind);
    for (let value = Math.min(...bounds); value <= Math.max(...bounds); value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
};

const readRange = (from: string, to: string | undefined, stepped: boolean, kind: FieldKind): [number, number] => {
  const first = readValue(from, kind);
  if (to !== undefined) return [first, readValue(to, kind)];
  return [first, stepped ? kind.max : first];
};

const readValue = (text: string, kind: FieldKind): number => {
  const value = /^\d+$/.test(text)
    ? Number(text)
    : (kind.names ?? []).findIndex((name) => name.startsWith(text.toLowerCase())) + kind.min;
  if (/^\d+$/.test(text) ? value < kind.min || value > kind.max : value < kind.min) {
    throw new InvalidCron(`"${text}" is not a ${kind.name} (${kind.min} to ${kind.max})`);
  }
  return value;
};

/** The Gregorian calendar repeats itself after this: what does not occur in it never does. */
const CALENDAR_CYCLE_YEARS = 400;

/** The first whole second strictly after `after` that matches; undefined when there is none, ever. */
export const nextCronOccurrence = (cron: Cron, after: Date): Date | undefined => {
  const start = new Date(Math.floor(after.getTime() / 1000) * 1000 + 1000);
  const startDay = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate());
  const firstYear = start.getUTCFullYear();

  for (let year = firstYear; year <= firstYear + CALENDAR_CYCLE_YEARS; year += 1) {
    for (const month of cron.months) {
      const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
      for (const day of cron.days) {
        const midnight = new Date(Date.UTC(year, month - 1, day));
        if (day > daysInMonth || midnight.getTime() < startDay) continue;
        if (!cron.weekdays.includes(midnight.getUTCDay())) continue;
        const earliestSecond = midnight.getTime() === startDay ? (start.getTime() - startDay) / 1000 : 0;
        const second = firstSecondOfDay(cron, earliestSecond);
        if (second !== undefined) return new Date(midnight.getTime() + second * 1000);
      }
    }
  }
  return undefined;
};

/** The first matching second of a day that is not before `earliest`, both counted from midnight. */
const firstSecondOfDay = (cron: Cron, earliest: number): number | undefined => {
  for (const hour of cron.hours) {
    if ((hour + 1) * 3600 <= earliest) continue;
    for (const minute of cron.minutes) {
      const minuteStart = hour * 3600 + minute * 60;
      if (minuteStart + 60 <= earliest) continue;
      const second = cron.seconds.find((value) => minuteStart + value >= earliest);
      if (second !== undefined) return minuteStart + second;
    }
  }
  return undefined;
};

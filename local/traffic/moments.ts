// Moments of the day and its eve. Honest people come on the grid of slots: those of one slot act at the same moment, so
// that a day has few enough of them to be played in a minute.

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const SLOT_MS = 10 * MINUTE_MS;

/** Nobody begins anything before the one or after the other. */
export const OPENING_HOUR = 6;
export const CLOSING_HOUR = 22.5;

/** Some people have to have come on an earlier day: the next one is their eve, and the one after it is the day. */
export const startOfDayToPlay = (nowMs: number): number => startOfDay(nowMs) + 2 * DAY_MS;

export const startOfDay = (atMs: number): number => Math.floor(atMs / DAY_MS) * DAY_MS;

export const slotAtOrAfter = (atMs: number): number => Math.ceil(atMs / SLOT_MS) * SLOT_MS;

/** The first slot when at least so many minutes have passed. */
export const inMinutes = (minutes: number): number => slotAtOrAfter(Date.now() + minutes * MINUTE_MS);

/** Of today; an hour past 24 is tomorrow's. */
export const atHour = (hour: number): number => startOfDay(Date.now()) + hour * HOUR_MS;

export const isLate = (atMs: number): boolean => atMs > startOfDay(atMs) + CLOSING_HOUR * HOUR_MS;

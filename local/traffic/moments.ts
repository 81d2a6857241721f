// Moments of the day. Honest people come on the grid of slots: those of one slot act at the same moment, so that a day
// has few enough of them to be played in a minute.

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const SLOT_MS = 10 * MINUTE_MS;

/** Nobody begins anything after this hour. */
export const CLOSING_HOUR = 22.5;

export const startOfNextDay = (nowMs: number): number => (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;

export const startOfDay = (atMs: number): number => Math.floor(atMs / DAY_MS) * DAY_MS;

export const slotAtOrAfter = (atMs: number): number => Math.ceil(atMs / SLOT_MS) * SLOT_MS;

/** The first slot when at least so many minutes have passed. */
export const inMinutes = (minutes: number): number => slotAtOrAfter(Date.now() + minutes * MINUTE_MS);

export const isLate = (atMs: number): boolean => atMs > startOfDay(atMs) + CLOSING_HOUR * HOUR_MS;

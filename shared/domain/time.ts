export const MS_PER_SECOND = 1000;
export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** Number of the UTC day, counted from the epoch. */
export const dayOf = (atMs: number): number => Math.floor(atMs / MS_PER_DAY);

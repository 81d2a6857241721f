// The time that every trace covers: 30 UTC days, as long as the window of the score.

import { MS_PER_DAY } from '../shared/domain/time.ts';

export const PERIOD_DAYS = 30;
export const PERIOD_START_MS = Date.UTC(2026, 2, 1);
export const PERIOD_END_MS = PERIOD_START_MS + PERIOD_DAYS * MS_PER_DAY;

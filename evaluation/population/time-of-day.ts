// When people are awake. One time zone, so that a whole day of a customer has a quiet night.

import { MS_PER_HOUR } from '../../shared/domain/time.ts';
import type { Random } from '../random.ts';

/** Weight of each UTC hour. */
const hourWeights = [1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 10, 9, 8, 8, 8, 9, 10, 10, 8, 6, 4, 2] as const;
const total = hourWeights.reduce<number>((sum, weight) => sum + weight, 0);

/** Milliseconds after midnight. */
export const drawTimeOfDay = (random: Random): number => {
  let left = random.fraction() * total;
  const hour = hourWeights.findIndex((weight) => (left -= weight) < 0);
  return (Math.max(hour, 0) + random.fraction()) * MS_PER_HOUR;
};

/** Which part of a day's checks falls into the hour. */
export const shareOfHour = (hour: number): number => (hourWeights[hour % hourWeights.length] ?? 0) / total;

// When a person needs a check, over the whole period.

import { MS_PER_DAY } from '../../shared/domain/time.ts';
import { PERIOD_DAYS, PERIOD_START_MS } from '../period.ts';
import type { Random } from '../random.ts';
import type { GroupName, Population } from './groups.ts';
import { drawTimeOfDay } from './time-of-day.ts';

/** At least one, for an id exists because somebody asked once: 2.5 on average. */
const MEAN_FURTHER_NEEDS = 1.5;
const DAYS_WITH_NEED_IN_DAILY_POPULATION = 25;

export const drawNeedTimes = (random: Random, group: GroupName, population: Population): number[] =>
  drawDays(random, group, population)
    .map((day) => PERIOD_START_MS + day * MS_PER_DAY + drawTimeOfDay(random))
    .sort((a, b) => a - b);

const drawDays = (random: Random, group: GroupName, population: Population): number[] => {
  if (population === 'daily') return drawDifferentDays(random, DAYS_WITH_NEED_IN_DAILY_POPULATION);
  if (group === 'daily') return drawDifferentDays(random, PERIOD_DAYS);
  return Array.from({ length: 1 + random.poisson(MEAN_FURTHER_NEEDS) }, () => random.whole(0, PERIOD_DAYS - 1));
};

/** Each set of days is equally likely: a day is taken with the chance of what is still wanted among what is left. */
const drawDifferentDays = (random: Random, count: number): number[] => {
  const days: number[] = [];
  for (let day = 0; day < PERIOD_DAYS; day += 1) {
    if (random.happens((count - days.length) / (PERIOD_DAYS - day))) days.push(day);
  }
  return days;
};

// The integers that everything is judged by. They are taken as of the latest attempt: silence changes nothing.

import type { AttemptFact, History } from './history.ts';
import type { FailureWeights, Policy } from './policy.ts';
import { dayOf } from './time.ts';

export interface Counts {
  spoofs: number;
  /** Sessions, not attempts: retries inside one session share light and camera. */
  uncertainSessions: number;
  technicalSessions: number;
  passDays: number;
  activeDays: number;
  spoofDays: number;
  /** Days with a spoof strictly after that day's first pass on any device. */
  spoofAfterPassDays: number;
  /** Failed attempts of any kind; of them judged, mismatches, and those without a spoof label with their sessions. */
  failures: number;
  judgedFailures: number;
  mismatches: number;
  qualityFailures: number;
  qualitySessions: number;
  /** Failed attempts of the day that weighs most in `burst`. */
  busiestDayFailures: number;
}

/** One active day, in exact hundredths. */
export interface DayAmounts {
  burstHundredths: number;
  qualityHundredths: number;
}

interface Day extends DayAmounts {
  failures: number;
  lastSpoofAtMs: number;
  firstPassAtMs: number;
}

/** `undefined` when nothing was attempted yet. */
export const countsOf = (history: History, policy: Policy): { counts: Counts; days: DayAmounts[] } | undefined => {
  if (history.lastAttemptAtMs === undefined) return undefined;
  const firstDay = dayOf(history.lastAttemptAtMs) - policy.score.windowDays + 1;
  const inWindow = (fact: AttemptFact): boolean => dayOf(fact.atMs) >= firstDay;
  const spoofs = history.spoof.filter(inWindow);
  const uncertain = history.uncertain.filter(inWindow);
  const technical = history.technical.filter(inWindow);
  const passes = history.passes.filter(inWindow);

  const byDay = new Map<number, Day>();
  const { burst, quality } = policy.score.ledgers;
  const addFailures = (facts: readonly AttemptFact[], kind: keyof FailureWeights): void => {
    for (const fact of facts) {
      const day = dayIn(byDay, fact.atMs);
      day.failures += 1;
      day.burstHundredths += burst.weightHundredths[kind];
      day.qualityHundredths += quality.weightHundredths[kind];
      if (kind === 'spoof') day.lastSpoofAtMs = Math.max(day.lastSpoofAtMs, fact.atMs);
    }
  };
  addFailures(spoofs, 'spoof');
  addFailures(uncertain, 'uncertain');
  addFailures(technical, 'technical');
  for (const { atMs } of passes) {
    const day = dayIn(byDay, atMs);
    day.firstPassAtMs = Math.min(day.firstPassAtMs, atMs);
  }

  const days = [...byDay.values()];
  const numberOfDays = (is: (day: Day) => boolean): number => days.filter(is).length;
  return {
    counts: {
      spoofs: spoofs.length,
      uncertainSessions: sessionsIn(uncertain).size,
      technicalSessions: sessionsIn(technical).size,
      passDays: numberOfDays(({ firstPassAtMs }) => firstPassAtMs < Infinity),
      activeDays: days.length,
      spoofDays: numberOfDays(({ lastSpoofAtMs }) => lastSpoofAtMs > -Infinity),
      spoofAfterPassDays: numberOfDays(({ firstPassAtMs, lastSpoofAtMs }) => lastSpoofAtMs > firstPassAtMs),
      failures: spoofs.length + uncertain.length + technical.length,
      judgedFailures: spoofs.length + uncertain.length,
      mismatches: uncertain.filter(({ mismatch }) => mismatch).length,
      qualityFailures: uncertain.length + technical.length,
      qualitySessions: sessionsIn([...uncertain, ...technical]).size,
      busiestDayFailures: failuresOfBusiestDay(days),
    },
    days,
  };
};

const dayIn = (byDay: Map<number, Day>, atMs: number): Day => {
  const number = dayOf(atMs);
  const known = byDay.get(number);
  if (known !== undefined) return known;
  const fresh = {
    burstHundredths: 0,
    qualityHundredths: 0,
    failures: 0,
    lastSpoofAtMs: -Infinity,
    firstPassAtMs: Infinity,
  };
  byDay.set(number, fresh);
  return fresh;
};

const sessionsIn = (facts: readonly AttemptFact[]): Set<string> => new Set(facts.map(({ sessionId }) => sessionId));

const failuresOfBusiestDay = (days: readonly Day[]): number =>
  days.reduce<Pick<Day, 'burstHundredths' | 'failures'>>(
    (busiest, day) => (day.burstHundredths > busiest.burstHundredths ? day : busiest),
    { burstHundredths: -1, failures: 0 },
  ).failures;

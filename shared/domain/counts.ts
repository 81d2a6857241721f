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

/** The part of a history that is looked at. */
export interface View {
  /** UTC days, the last one included. */
  firstDay: number;
  lastDay: number;
  /** Only what happened on these devices; everywhere when absent. */
  onDevice?: (tag: string) => boolean;
}

/** Everything in the window that ends with the day of the latest attempt; `undefined` when nothing was attempted yet. */
export const wholeView = ({ lastAttemptAtMs }: History, { score }: Policy): View | undefined => {
  if (lastAttemptAtMs === undefined) return undefined;
  const lastDay = dayOf(lastAttemptAtMs);
  return { firstDay: lastDay - score.windowDays + 1, lastDay };
};

export const isIn = ({ firstDay, lastDay, onDevice }: View, { atMs, tag }: { atMs: number; tag: string }): boolean => {
  const day = dayOf(atMs);
  return day >= firstDay && day <= lastDay && (onDevice === undefined || onDevice(tag));
};

/** Sets are sorted by day, so most of them are found to be inside as a whole. */
export const factsIn = (view: View, facts: readonly AttemptFact[]): readonly AttemptFact[] => {
  const [oldest] = facts;
  const newest = facts.at(-1);
  if (oldest === undefined || newest === undefined) return facts;
  const isWhole =
    view.onDevice === undefined && dayOf(oldest.atMs) >= view.firstDay && dayOf(newest.atMs) <= view.lastDay;
  return isWhole ? facts : facts.filter((fact) => isIn(view, fact));
};

interface Day extends DayAmounts {
  failures: number;
  lastSpoofAtMs: number;
  firstPassAtMs: number;
}

export const countsOf = (history: History, policy: Policy, view: View): { counts: Counts; days: DayAmounts[] } => {
  const spoofs = factsIn(view, history.spoof);
  const uncertain = factsIn(view, history.uncertain);
  const technical = factsIn(view, history.technical);

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
  for (const pass of factsIn(view, history.passes)) {
    const day = dayIn(byDay, pass.atMs);
    day.firstPassAtMs = Math.min(day.firstPassAtMs, pass.atMs);
  }

  const days = [...byDay.values()];
  let passDays = 0;
  let spoofDays = 0;
  let spoofAfterPassDays = 0;
  for (const { firstPassAtMs, lastSpoofAtMs } of days) {
    if (firstPassAtMs < Infinity) passDays += 1;
    if (lastSpoofAtMs > -Infinity) spoofDays += 1;
    if (lastSpoofAtMs > firstPassAtMs) spoofAfterPassDays += 1;
  }
  return {
    counts: {
      spoofs: spoofs.length,
      uncertainSessions: sessionsIn(uncertain),
      technicalSessions: sessionsIn(technical),
      passDays,
      activeDays: days.length,
      spoofDays,
      spoofAfterPassDays,
      failures: spoofs.length + uncertain.length + technical.length,
      judgedFailures: spoofs.length + uncertain.length,
      mismatches: uncertain.reduce((sum, { mismatch }) => (mismatch ? sum + 1 : sum), 0),
      qualityFailures: uncertain.length + technical.length,
      qualitySessions: sessionsIn(uncertain, technical),
      busiestDayFailures: failuresOfBusiestDay(days),
    },
    days,
  };
};

export const sessionsIn = (facts: readonly AttemptFact[], more: readonly AttemptFact[] = []): number => {
  if (facts.length + more.length < 2) return facts.length + more.length;
  const sessions = new Set<string>();
  for (const { sessionId } of facts) sessions.add(sessionId);
  for (const { sessionId } of more) sessions.add(sessionId);
  return sessions.size;
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

const failuresOfBusiestDay = (days: readonly Day[]): number =>
  days.reduce<Pick<Day, 'burstHundredths' | 'failures'>>(
    (busiest, day) => (day.burstHundredths > busiest.burstHundredths ? day : busiest),
    { burstHundredths: -1, failures: 0 },
  ).failures;

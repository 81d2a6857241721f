// What is promised, taken from the measures of one evaluation.

import { passChances } from './compare.ts';
import { OURS, systems } from './contestants.ts';
import type { Goal } from './goals.ts';
import { type Evaluation, REPAIR_DAYS } from './measure-all.ts';
import type { Rate } from './measures/rate.ts';
import { formatChance, formatCount, formatPerTenThousand, formatShare } from './report/formats.ts';
import type { Interval } from './statistics/interval.ts';

export const goalsOf = (evaluation: Evaluation): Goal[] => [
  ...detectionGoals(evaluation),
  ...honestGoals(evaluation),
  ...incidentGoals(evaluation),
  ...victimGoals(evaluation),
  ...closedLoopGoals(evaluation),
];

const detectionGoals = ({ comparisons }: Evaluation): Goal[] => {
  const [often, seldom] = comparisons;
  if (often === undefined || seldom === undefined) return [];
  const ours = rowOf(often, OURS);
  return [
    atLeast('attackers flagged within ten tries, at 10 honest flags per 10,000', 0.92, ours.within, formatShare),
    atLeast(
      'attackers flagged within ten tries, at 1 honest flag per 10,000',
      0.75,
      rowOf(seldom, OURS).within,
      formatShare,
    ),
    ...[often, seldom].map(({ rate, lead }) =>
      atLeast(
        `lead over the best rule in use, at ${formatPerTenThousand(rate)} per 10,000`,
        0.2,
        smallest(systems.map(({ name }) => lead[name])),
        formatShare,
      ),
    ),
    plainly('at most', 'tries to the flag, fast attacker, median', 4, ours.medianTries['depth-first-fast'] ?? NaN),
    plainly('at most', 'tries to the flag, all attackers, median', 4, ours.medianOverAll),
    ...passChances.map((chance, index) =>
      atMost(
        `breach before the flag, when one try passes with ${chance}`,
        [0.42, 0.16, 0.06][index] ?? NaN,
        ours.breach[String(chance)] ?? nothing,
        formatChance,
      ),
    ),
  ];
};

const honestGoals = ({ populations, failingVersion, perSessionIds, reviewerLoad }: Evaluation): Goal[] => {
  const limits = { ordinary: 5, 'weak-camera': 10, daily: 20 } as const;
  const names = ['ordinary', 'weak-camera', 'daily'] as const;
  const worst = populations.ordinary.byGroup.reduce((a, b) => (b.flagged.estimate > a.flagged.estimate ? b : a));
  return [
    ...names.map((name) =>
      perTenThousand(`honest ids flagged as shipped, ${name} population`, limits[name], populations[name].all.flagged),
    ),
    ...names.map((name) =>
      perTenThousand(`honest ids paused as shipped, ${name} population`, limits[name], populations[name].all.paused),
    ),
    perTenThousand(`honest ids flagged as shipped, worst group (${worst.group})`, 60, worst.flagged),
    perTenThousand(
      `honest users of a version that fails for ${REPAIR_DAYS} days flagged`,
      40,
      failingVersion.users.flagged,
    ),
    perTenThousand('ids of an integration with an id for each session flagged', 100, perSessionIds.ids.flagged),
    plainly(
      'at most',
      'cases for reviewers of one flooding attacker, 95th percentile',
      3,
      reviewerLoad.casesPerAttacker.p95,
    ),
  ];
};

const incidentGoals = ({ breadthFirst, falseBreadthFirst }: Evaluation): Goal[] => [
  ...breadthFirst.map(({ attackShare, spoofLabelsBeforeIncident }) =>
    plainly(
      'at most',
      `breadth-first: spoof labels before the incident, ${formatShare(attackShare)} of first checks, 95th percentile`,
      40,
      spoofLabelsBeforeIncident.p95,
    ),
  ),
  plainly(
    'at most',
    `breadth-first: false incidents in ${formatCount(falseBreadthFirst.checks)} honest first checks`,
    0,
    falseBreadthFirst.incidents,
  ),
];

const victimGoals = ({ victims, victimAttempts, impostor }: Evaluation): Goal[] => [
  ...(victims.ownDevicesOpen === undefined
    ? []
    : [
        atLeast('flagged victims of a stranger whose own devices stay open', 0.75, victims.ownDevicesOpen, formatShare),
      ]),
  ...victimAttempts.map(({ policy, attempts }) =>
    plainly(
      'at least',
      `attempts left to a victim on the own phone, fewest because of the stranger, policy ${policy}`,
      3,
      attempts.fewestAttemptsBecauseOfStranger,
    ),
  ),
  plainly(
    'at most',
    'impostor with a live face: judged tries to the flag, 95th percentile',
    10,
    impostor.judgedTriesToFlag.p95,
  ),
];

const closedLoopGoals = ({ closedLoop }: Evaluation): Goal[] => [
  plainly(
    'at most',
    'judged tries in 30 days of an attacker who knows the policy, one channel',
    closedLoop.budget,
    Math.max(...closedLoop.withOneDevice.map(({ mostJudgedTries }) => mostJudgedTries)),
  ),
  plainly(
    'at most',
    'judged tries in 30 days of an attacker who knows the policy, both channels',
    2 * closedLoop.budget,
    Math.max(...closedLoop.withManyDevices.map(({ mostJudgedTries }) => mostJudgedTries)),
  ),
];

const nothing: Interval = { estimate: NaN, low: NaN, high: NaN };

const rowOf = ({ rows }: Evaluation['comparisons'][number], name: string) => {
  const row = rows.find((candidate) => candidate.name === name);
  if (row === undefined) throw new RangeError(`${name} was not compared`);
  return row;
};

const smallest = (leads: readonly (Interval | undefined)[]): Interval =>
  leads.reduce<Interval>((least, lead) => (lead !== undefined && !(lead.estimate >= least.estimate) ? lead : least), {
    estimate: Infinity,
    low: Infinity,
    high: Infinity,
  });

const ofInterval = (
  bound: Goal['bound'],
  measure: string,
  goal: number,
  { estimate, low, high }: Interval,
  format: (value: number) => string,
): Goal => ({ measure, bound, goal, measured: estimate, low, high, format });

const atLeast = (measure: string, goal: number, interval: Interval, format: (value: number) => string): Goal =>
  ofInterval('at least', measure, goal, interval, format);

const atMost = (measure: string, goal: number, interval: Interval, format: (value: number) => string): Goal =>
  ofInterval('at most', measure, goal, interval, format);

const perTenThousand = (measure: string, goal: number, rate: Rate): Goal =>
  atMost(`${measure}, per 10,000`, goal / 10_000, rate, formatPerTenThousand);

const plainly = (bound: Goal['bound'], measure: string, goal: number, measured: number): Goal => ({
  measure,
  bound,
  goal,
  measured,
  format: formatCount,
});

// docs/evaluation.md: how well it works, against whom, and how that was measured.

import { basename } from 'node:path';
import { type Compared, comparedKinds, type Comparison } from '../compare.ts';
import { alternatives, OURS, systems } from '../contestants.ts';
import type { GoalCheck } from '../goals.ts';
import { type Evaluation, REPAIR_DAYS } from '../measure-all.ts';
import type { BestStrategy } from '../measures/closed-loop.ts';
import { comparisonTable } from './comparison-table.ts';
import {
  formatChanceInterval,
  formatCount,
  formatLimit,
  formatPerTenThousand,
  formatPerTenThousandInterval,
  formatShare,
  formatShareInterval,
} from './formats.ts';
import { goalsTable } from './goals-table.ts';
import { honestGroupsTable } from './honest-groups-table.ts';
import { type Column, markdownTable } from './markdown-table.ts';
import { plotPaths } from './plots.ts';

const NAMED_KINDS = ['depth-first-fast', 'slow-drip', 'id-rotation'] as const;

export const evaluationPage = (evaluation: Evaluation, goals: readonly GoalCheck[]): string =>
  [
    introduction(evaluation),
    section('Goals', goalsTable(goals)),
    ...evaluation.comparisons.map((comparison) => comparisonSection(comparison)),
    plot(plotPaths.tries, 'Share of attackers flagged by the number of tries they made'),
    plot(plotPaths.breach, 'Chance of a breach before the flag against the honest ids flagged'),
    kindsSection(evaluation),
    shippedSection(evaluation),
    honestSection(evaluation),
    ablationSection(evaluation),
    robustnessSection(evaluation),
    incidentsSection(evaluation),
    victimsSection(evaluation),
    closedLoopSection(evaluation),
    limitsSection,
  ]
    .filter((part) => part !== '')
    .join('\n');

const introduction = ({ options }: Evaluation): string => `# Evaluation

Made by \`${options.command}\` (seed ${options.seed}): ${formatCount(options.honestIds)} honest people over 30 days, and
${formatCount(options.attackersOfEachKind)} attackers of each of 15 kinds. The same command makes the same page. People and
attackers are made up; [the data card](../evaluation/data-card.md) says from which numbers, which of them are assumed, and
what is missing. The weights of the product were not fitted to them.

Words: a *try* is an attempt of an attack; it is flagged *within ten tries* if the tenth, or one before, brings the flag;
*breach* is the chance that a try passes before the flag takes effect; *honest per 10,000* are the honest ids that are ever
flagged in 30 days. Intervals are 95 % percentile intervals of 1,000 bootstrap resamples of attackers and honest ids.
`;

const section = (title: string, ...parts: readonly string[]): string => `## ${title}\n\n${parts.join('\n')}`;

const plot = (path: string, text: string): string => `![${text}](evaluation/${basename(path)})\n`;

const left = (heading: string): Column => ({ heading, align: 'left' });
const right = (heading: string): Column => ({ heading, align: 'right' });

const comparisonSection = ({ rate, rows }: Comparison): string => {
  const rowsOf = (names: readonly string[]) =>
    rows
      .filter(({ name }) => names.includes(name))
      .sort((a, b) => b.within.estimate - a.within.estimate)
      .map(comparisonRow);
  const namesOf = (detectors: readonly { name: string }[]): string[] => detectors.map(({ name }) => name);
  return section(
    `When ${formatPerTenThousand(rate)} of 10,000 honest ids are flagged`,
    `Each rule at the limit that flags as many honest ids as this product does at its own. A rule that counts cannot reach
every rate with one limit; it gets the mixture of its two nearest limits that does, which no system would build and is the
best that it can give. The mean is over eleven kinds of attack: ${comparedKinds.join(', ')}.
`,
    comparisonTable(0.03, NAMED_KINDS, rowsOf([OURS, ...namesOf(systems)])),
    `Rules that read the outcome as this product does. Nobody ships them; they show what the rest of it is worth:\n`,
    comparisonTable(0.03, NAMED_KINDS, rowsOf(namesOf(alternatives))),
  );
};

const comparisonRow = (row: Compared) => ({
  name: row.name === OURS ? `**${row.name}**` : row.name,
  limit: row.limit,
  honestRate: row.honestRate,
  flaggedWithinTen: row.within,
  breach: row.breach['0.03'] ?? { estimate: NaN, low: NaN, high: NaN },
  acceptedSpoofs: row.acceptedSpoofs,
  medianTries: NAMED_KINDS.map((kind) => row.medianTries[kind] ?? NaN),
  medianTriesOverAll: row.medianOverAll,
  p95TriesOverAll: row.p95OverAll,
  medianTimeToFlagMs: row.medianTimeMs,
});

const kindsSection = ({ comparisons, shippedByKind }: Evaluation): string => {
  const ours = comparisons.map(({ rate, rows }) => ({ rate, row: rows.find(({ name }) => name === OURS) }));
  return section(
    'Kind by kind',
    `Tries until the flag of this product, median, and the share flagged within ten tries: at the two honest rates above,
and as shipped. Faces seen under several ids are left out of the first two, for no limit changes them.
`,
    markdownTable(
      [
        left('Attack'),
        ...ours.map(({ rate }) => right(`${formatPerTenThousand(rate)} per 10,000`)),
        right('as shipped'),
      ],
      shippedByKind.map(({ kind, within, medianTries }) => [
        kind,
        ...ours.map(
          ({ row }) => `${formatCount(row?.medianTries[kind] ?? NaN)} · ${formatShare(row?.withinByKind[kind] ?? NaN)}`,
        ),
        `${formatCount(medianTries)} · ${formatShare(within)}`,
      ]),
    ),
  );
};

const shippedSection = ({ shipped }: Evaluation): string =>
  section(
    'Every rule as it is shipped',
    markdownTable(
      [left('Rule'), right('limit'), right('honest per 10,000'), right('within 10 tries'), right('breach at p = 0.03')],
      shipped.map(({ name, limit, honestRate, within, breach }) => [
        name === OURS ? `**${name}**` : name,
        formatLimit(limit),
        formatPerTenThousand(honestRate),
        formatShare(within),
        breach.toFixed(3),
      ]),
    ),
  );

const honestSection = ({ populations }: Evaluation): string =>
  section(
    'What honest people have to bear, as shipped',
    `By the production replay with every pattern. A person whose results are often taken for a spoof is flagged far more
often than others; review, blocks for unfamiliar devices only and the alternative path exist for this group.
`,
    ...(['ordinary', 'weak-camera', 'daily'] as const).flatMap((name) => {
      const { all, byGroup, byDeviceUse, byPattern, flagCases, pauseCases } = populations[name];
      const patterns = byPattern.map(({ pattern, ids }) => `${pattern} ${formatPerTenThousand(ids.estimate)}`);
      return [
        `### ${titleOf[name]}\n`,
        honestGroupsTable([
          { group: 'all', ...all },
          ...byGroup,
          ...byDeviceUse.map(({ use, ...rates }) => ({ group: `device: ${use}`, ...rates })),
        ]),
        `Review cases per 10,000 ids: ${formatPerTenThousandInterval(flagCases)} of flags, ${formatPerTenThousandInterval(pauseCases)} of pauses. Ids by pattern, per 10,000: ${patterns.length === 0 ? 'none' : patterns.join(', ')}.\n`,
      ];
    }),
    plot(plotPaths.groups, 'Honest ids flagged, by group of people'),
    plot(plotPaths.devices, 'Honest ids flagged, by how devices are used'),
  );

const titleOf = {
  ordinary: 'The ordinary population',
  'weak-camera': 'Where 35 % have a weak camera',
  daily: 'Where everybody checks daily',
} as const;

const ablationSection = ({ ablations }: Evaluation): string => {
  if (ablations === undefined) return '';
  const [often, seldom] = ablations;
  if (often === undefined || seldom === undefined) return '';
  return section(
    'What each part is worth',
    `One part left out, the limit tuned anew. Ledgers are left out of the mean; the channel by letting no device become
familiar. The link to predecessors is not here, for nobody is reset in these traces. Parts that hardly matter on average
may matter for one kind: the last column tells the kind that loses most.
`,
    markdownTable(
      [
        left('Without'),
        right('within 10 at 10 per 10,000'),
        right('breach'),
        right('within 10 at 1 per 10,000'),
        right('breach'),
        left('loses most'),
      ],
      often.rows.map((row) => {
        const rare = seldom.rows.find(({ name }) => name === row.name);
        return [
          row.name === OURS ? 'nothing' : row.name.replace('without ', ''),
          formatShareInterval(row.within),
          formatChanceInterval(row.breach['0.03'] ?? nothing),
          formatShareInterval(rare?.within ?? nothing),
          formatChanceInterval(rare?.breach['0.03'] ?? nothing),
          losesMost(row, often),
        ];
      }),
    ),
  );
};

const losesMost = (row: Compared, { rows }: Comparison): string => {
  const ours = rows.find(({ name }) => name === OURS);
  if (ours === undefined || row === ours) return '';
  const losses = Object.entries(ours.withinByKind).map(([kind, within]) => ({
    kind,
    lost: within - (row.withinByKind[kind] ?? 0),
  }));
  const most = losses.reduce((a, b) => (b.lost > a.lost ? b : a));
  return most.lost <= 0 ? '' : `${most.kind} (-${(most.lost * 100).toFixed(1)} points)`;
};

const robustnessSection = ({ robustness, comparisons, shipped }: Evaluation): string => {
  if (robustness === undefined) return '';
  const usual = {
    what: 'as it is',
    comparisons,
    shippedRate: shipped.find(({ name }) => name === OURS)?.honestRate ?? NaN,
  };
  return section(
    'If the guesses are wrong',
    `Two ways to be wrong: the weights may take honest people to fail twice or half as often as they were meant to, or
people may really fail twice or half as often, or never give up. The limit is tuned to the same honest rate each time; the
last column tells how many of 10,000 honest ids are flagged at the limit that is shipped.
`,
    markdownTable(
      [
        left('What is different'),
        ...comparisons.flatMap(({ rate }) => [right(`within 10 at ${formatPerTenThousand(rate)}`), right('breach')]),
        right('honest per 10,000 as shipped'),
      ],
      [usual, ...robustness].map(({ what, comparisons: compared, shippedRate }) => [
        what,
        ...compared.flatMap(({ rows: [row] }) => {
          return [formatShareInterval(row?.within ?? nothing), formatChanceInterval(row?.breach['0.03'] ?? nothing)];
        }),
        formatPerTenThousand(shippedRate),
      ]),
    ),
  );
};

const incidentsSection = (evaluation: Evaluation): string => {
  const {
    breadthFirst,
    falseBreadthFirst,
    falseIncidents,
    failingVersion,
    versionNeverRepaired,
    perSessionIds,
    sharedId,
    reviewerLoad,
  } = evaluation;
  return section(
    'Incidents and floods',
    markdownTable(
      [left('What'), right('median'), right('95th percentile'), right('most')],
      [
        ...breadthFirst.map(({ attackShare, spoofLabelsBeforeIncident }) =>
          distributionRow(
            `spoof labels before a breadth-first incident, attackers ${formatShare(attackShare)} of first checks`,
            spoofLabelsBeforeIncident,
          ),
        ),
        distributionRow('clean checks before a failing version is an incident', failingVersion.cleanChecksToIncident),
        distributionRow('hours before a failing version is an incident', failingVersion.hoursToIncident),
        distributionRow('review cases of one attacker who floods the reviewers', reviewerLoad.casesPerAttacker),
        distributionRow(
          'judged tries of an impostor with a live face until the flag',
          evaluation.impostor.judgedTriesToFlag,
        ),
      ],
    ),
    `- False breadth-first incidents in ${formatCount(falseBreadthFirst.checks)} honest first checks: ${falseBreadthFirst.incidents}.
- False incidents of any kind at ${falseIncidents.customers} customers with ${formatCount(falseIncidents.ids)} ids together in 30 days: ${Object.values(falseIncidents.incidents).reduce((a, b) => a + b, 0)}.
- ${failingSentence(`A version that fails for ${REPAIR_DAYS} days`, failingVersion)}
${
  versionNeverRepaired === undefined
    ? ''
    : `- ${failingSentence('One that nobody repairs for 20 days', versionNeverRepaired)}
`
}- An integration with a new identifier for each session: the incident opens after ${formatCount(perSessionIds.sessionsToIncident)} sessions; ${formatPerTenThousandInterval(perSessionIds.ids.flagged)} of 10,000 ids are flagged.
- One identifier for many people: the incident opens with the ${formatCount(sharedId.devicesToIncident)}th device.
`,
  );
};

const failingSentence = (
  what: string,
  { customers, incidentsOfVersion, incidentsOfOtherVersions, users }: Evaluation['failingVersion'],
): string =>
  `${what}: ${incidentsOfVersion} incidents at ${customers} customers, ${incidentsOfOtherVersions} for other versions; of its ${formatCount(users.ids)} users ${formatPerTenThousandInterval(users.flagged)} per 10,000 are flagged and ${formatPerTenThousandInterval(users.paused)} paused.`;

const distributionRow = (
  what: string,
  { median, p95, max }: { median: number; p95: number; max: number },
): string[] => [what, formatCount(Math.round(median)), formatCount(Math.round(p95)), formatCount(Math.round(max))];

const victimsSection = ({ victims, victimAttempts }: Evaluation): string =>
  section(
    'A stranger attacks somebody’s id',
    `Of the victims ${formatShareInterval(victims.flagged)} are flagged; of these the own devices stay open for ${victims.ownDevicesOpen === undefined ? 'all' : formatShareInterval(victims.ownDevicesOpen)}. What is left on the own phone, at four moments
of each day after the first try of the stranger:
`,
    markdownTable(
      [
        left('Policy'),
        right('victims'),
        right('fewest attempts because of the stranger'),
        right('below three by own failures'),
        right('own devices not clean'),
        right('stranger passed before'),
        right('else'),
      ],
      victimAttempts.map(({ policy, attempts }) => [
        policy,
        formatCount(attempts.victims),
        formatCount(attempts.fewestAttemptsBecauseOfStranger),
        formatCount(attempts.victimsBelowThree['own-failures']),
        formatCount(attempts.victimsBelowThree['own-devices-not-clean']),
        formatCount(attempts.victimsBelowThree['stranger-passed']),
        formatCount(attempts.victimsBelowThree.stranger),
      ]),
    ),
  );

const closedLoopSection = ({ closedLoop, closedLoopWithoutBudget, closedLoopOfPeers }: Evaluation): string =>
  section(
    'An attacker who knows everything',
    `He knows the policy and the state of his id, steers the quality of his pictures, passes with his own face when that
helps, and does without a try that would get him blocked: the best of ${formatCount(closedLoop.strategies)} strategies, in judged tries within
30 days. The exposure budget of one channel is ${closedLoop.budget}; familiar devices and all others have one each.
`,
    markdownTable(
      [
        left('Held back by'),
        left('devices'),
        right('good pictures'),
        right('poor pictures'),
        right('never labelled a spoof'),
      ],
      [
        ['this product', 'one', ...mostTries(closedLoop.withOneDevice)],
        ['this product', 'as many as he likes', ...mostTries(closedLoop.withManyDevices)],
        ['the score alone', 'one', ...mostTries(closedLoopWithoutBudget.withOneDevice)],
        ['the score alone', 'as many as he likes', ...mostTries(closedLoopWithoutBudget.withManyDevices)],
      ],
    ),
    'Rules of others with the waits they ask for, one id:\n',
    markdownTable(
      [left('Rule'), right('failed tries in 30 days')],
      closedLoopOfPeers.map(({ name, tries }) => [name, formatCount(tries)]),
    ),
  );

const mostTries = (best: readonly BestStrategy[]): string[] =>
  best.map(({ mostJudgedTries }) => formatCount(mostJudgedTries));

const nothing = { estimate: NaN, low: NaN, high: NaN };

const limitsSection = `## What this does not show

- People and attackers are made up. Rates of a real service, its cameras and its light will differ; \`npm run calibrate\`
  takes the threshold from a customer's own past instead.
- Nothing is refused in these traces, so that rules can be compared on the same events. The last two sections are the
  exception: there the gate answers.
- Rules of others are read from their documents and put into the form of one limit. Where a system does more (waits,
  captchas, reputation of addresses), this page does not do it justice.
- [What it does not catch](what-it-does-not-catch.md) has numbers of its own.
`;

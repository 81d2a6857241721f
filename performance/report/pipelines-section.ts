import { figuresTable } from '../../evaluation/bench/figures-table.ts';
import { markdownTable } from '../../evaluation/report/markdown-table.ts';
import type { Comparison } from '../pipelines/compare.ts';
import { PLAIN, PLAIN_ALL_DUTIES, PRODUCT } from '../pipelines/contestants.ts';
import type { SessionCosts } from '../sessions/session-costs.ts';
import { comparisonFigures } from './comparison-figures.ts';
import { hundredths, tenths, times, whole } from './numbers.ts';
import type { Section } from './section.ts';
import { measuredOn, type Surroundings } from '../machine/machine.ts';

export const pipelinesSection = (
  comparisons: readonly Comparison[],
  costs: SessionCosts,
  surroundings: Surroundings,
): Section => {
  const figures = comparisonFigures(comparisons, surroundings.otherWork);
  const rounds = comparisons[0]?.rounds ?? 0;
  const everyday = comparisons.find(({ latencyMs }) => latencyMs === 0);
  const markdown = [
    `${measuredOn(surroundings)}; medians of ${rounds} rounds.`,
    '### The product to plain pipelines with all duties',
    figuresTable(figures),
    ...comparisons.flatMap((comparison) => [headingOf(comparison), standingsTable(comparison)]),
    ...(everyday === undefined ? [] : ['### What the charges of a session are for, everyday', dutiesTable(everyday)]),
    '### One session from the request to the event',
    stepsTable(costs),
    '### A sweep that finds nothing',
    sweepsTable(costs),
  ].join('\n\n');
  return { name: 'pipelines', markdown, figures };
};

const headingOf = ({ shape, latencyMs, results, sessions }: Comparison): string => {
  const network = latencyMs === 0 ? 'nothing added to a request' : `${latencyMs} ms added to each request`;
  return `### ${shape.name}: ${whole(results)} results of ${sessions} sessions of ${shape.people} people, ${network}`;
};

const standingsTable = ({ standings }: Comparison): string =>
  markdownTable(
    [
      { heading: 'Pipeline', align: 'left' },
      { heading: 'Results/s', align: 'right' },
      { heading: 'Product is faster', align: 'right' },
      { heading: 'RU a session', align: 'right' },
      { heading: "Product's share", align: 'right' },
      { heading: 'Requests a session', align: 'right' },
      { heading: 'CPU ms a result', align: 'right' },
    ],
    standings.map((standing) => [
      standing.pipeline,
      whole(standing.resultsPerSecond),
      times(standing.productIsFaster),
      tenths(standing.chargePerSession),
      hundredths(standing.productChargeShare),
      tenths(standing.requestsPerSession),
      hundredths(standing.cpuMsPerResult),
    ]),
  );

/** Which documents each duty writes and reads, the product's and the plain pipeline's. */
const DUTIES: readonly { duty: string; kinds: readonly string[] }[] = [
  { duty: "the person's document", kinds: ['correlations history', 'correlations plain-summary'] },
  { duty: 'the ledger', kinds: ['correlations attempt', 'correlations plain-result'] },
  { duty: 'the end of the session', kinds: ['correlations session', 'correlations plain-session'] },
  { duty: 'the history of the device', kinds: ['devices history', 'devices plain-device'] },
  { duty: 'observations', kinds: ['observations first-check', 'observations device-day', 'customers watch'] },
  { duty: 'the outbox', kinds: ['correlations event'] },
];

const dutiesTable = ({ standings }: Comparison): string => {
  const columns = [PLAIN, PLAIN_ALL_DUTIES, PRODUCT];
  const chargeOf = (pipeline: string, kinds: readonly string[]): number => {
    const charges = standings.find((standing) => standing.pipeline === pipeline)?.chargeByKind ?? {};
    return kinds.reduce((sum, kind) => sum + (charges[kind] ?? 0), 0);
  };
  return markdownTable(
    [
      { heading: 'RU a session for', align: 'left' },
      ...columns.map((heading) => ({ heading, align: 'right' as const })),
    ],
    DUTIES.map(({ duty, kinds }) => [duty, ...columns.map((column) => tenths(chargeOf(column, kinds)))]),
  );
};

const stepsTable = ({ steps, recordedApart }: SessionCosts): string => {
  const sum = (of: (step: (typeof steps)[number]) => number): number =>
    steps.reduce((total, step) => total + of(step), 0);
  return markdownTable(
    [
      { heading: 'Step', align: 'left' },
      { heading: 'Requests, a later one', align: 'right' },
      { heading: 'RU, first session of a person', align: 'right' },
      { heading: 'RU, a later one', align: 'right' },
    ],
    [
      ...steps.map(({ step, first, later }) => [
        step,
        tenths(later.requests),
        tenths(first.charge),
        tenths(later.charge),
      ]),
      [
        'together',
        tenths(sum(({ later }) => later.requests)),
        tenths(sum(({ first }) => first.charge)),
        tenths(sum(({ later }) => later.charge)),
      ],
      [
        'recorded and published, when the end comes in a batch of its own',
        tenths(recordedApart.requests),
        '',
        tenths(recordedApart.charge),
      ],
    ],
  );
};

const sweepsTable = ({ sweeps }: SessionCosts): string =>
  markdownTable(
    [
      { heading: 'Sweep', align: 'left' },
      { heading: 'Every', align: 'right' },
      { heading: 'Requests', align: 'right' },
      { heading: 'RU a run', align: 'right' },
      { heading: 'RU a second', align: 'right' },
    ],
    sweeps.map(({ sweep, periodSeconds, requests, charge }) => [
      sweep,
      `${periodSeconds} s`,
      whole(requests),
      tenths(charge),
      hundredths(charge / periodSeconds),
    ]),
  );

import { atLeast, atMost, type Figure } from '../../evaluation/bench/figure.ts';
import { figuresTable } from '../../evaluation/bench/figures-table.ts';
import { markdownTable } from '../../evaluation/report/markdown-table.ts';
import type { Limits } from '../limits/find-limits.ts';
import { ifQuiet } from './if-quiet.ts';
import { milliseconds, percent, tenths, whole } from './numbers.ts';
import type { Section } from './section.ts';
import { measuredOn, type Surroundings } from '../machine/machine.ts';

/** A writer tries eight times, and loses only when another wins: eight at once must all come through. */
const RESULTS_AT_ONCE = 8;
/** Far more than one person's devices ask for. */
const TOKENS_AT_ONCE = 64;
/** Sessions a second; two quiet cores keep up with several times as many. */
const LEAST_RATE = 10;

export const limitsSection = (limits: Limits, surroundings: Surroundings): Section => {
  const figures = limitFigures(limits, surroundings.otherWork);
  const markdown = [
    `${measuredOn(surroundings)}; each rate is held for ${limits.secondsEach} seconds.`,
    figuresTable(figures),
    '### The rate of sessions',
    ratesTable(limits),
    '### Results of one person at once',
    resultsTable(limits),
    '### Token requests of one person at once',
    tokensTable(limits),
  ].join('\n\n');
  return { name: 'limits', markdown, figures };
};

const limitFigures = ({ rates, results, tokens }: Limits, otherWork: number | undefined): Figure[] => {
  const kept = rates.filter(({ broken }) => broken === undefined).at(-1)?.rate ?? 0;
  const gaveUp = results.filter(({ atOnce }) => atOnce <= RESULTS_AT_ONCE).reduce((sum, each) => sum + each.gaveUp, 0);
  const busy = tokens.filter(({ atOnce }) => atOnce <= TOKENS_AT_ONCE).reduce((sum, each) => sum + each.busy, 0);
  const mostAlive = Math.max(...tokens.map(({ issued }) => issued));
  return [
    {
      measure: 'highest rate kept up with',
      value: kept,
      unit: 'sessions/s',
      digits: 0,
      ...ifQuiet(otherWork, atLeast(LEAST_RATE)),
    },
    {
      measure: `writers that give up, up to ${RESULTS_AT_ONCE} at once`,
      value: gaveUp,
      unit: '',
      digits: 0,
      ...atMost(0),
    },
    {
      measure: `503 for up to ${TOKENS_AT_ONCE} token requests at once`,
      value: busy,
      unit: '',
      digits: 0,
      ...ifQuiet(otherWork, atMost(0)),
    },
    { measure: 'tokens alive for one person, at most', value: mostAlive, unit: '', digits: 0, ...atMost(2) },
  ];
};

const ratesTable = ({ rates }: Limits): string =>
  markdownTable(
    [
      { heading: 'Sessions/s', align: 'right' },
      { heading: 'Asked', align: 'right' },
      { heading: 'Not served', align: 'right' },
      { heading: 'Backlog at the end', align: 'right' },
      { heading: 'Token p95', align: 'right' },
      { heading: 'Attempt to event p95', align: 'right' },
      { heading: 'CPU of the app', align: 'right' },
      { heading: 'CPU of the cloud', align: 'right' },
      { heading: '', align: 'left' },
    ],
    rates.map((step) => [
      whole(step.rate),
      whole(step.asked),
      whole(step.notServed),
      whole(step.backlog),
      milliseconds(step.tokenMs.p95),
      milliseconds(step.recordedMs.p95),
      percent(step.hostCpuShare),
      percent(step.cloudCpuShare),
      step.broken ?? '',
    ]),
  );

const resultsTable = ({ results }: Limits): string =>
  markdownTable(
    [
      { heading: 'Writers at once', align: 'right' },
      { heading: 'Gave up', align: 'right' },
      { heading: 'Requests a result', align: 'right' },
      { heading: 'All had an answer after', align: 'right' },
    ],
    results.map((each) => [
      whole(each.atOnce),
      whole(each.gaveUp),
      tenths(each.requestsPerResult),
      milliseconds(each.milliseconds),
    ]),
  );

const tokensTable = ({ tokens }: Limits): string =>
  markdownTable(
    [
      { heading: 'Requests at once', align: 'right' },
      { heading: 'Token', align: 'right' },
      { heading: 'Wait, or refused', align: 'right' },
      { heading: '503', align: 'right' },
      { heading: 'All had an answer after', align: 'right' },
    ],
    tokens.map((each) => [
      whole(each.atOnce),
      whole(each.issued),
      whole(each.notNow),
      whole(each.busy),
      milliseconds(each.milliseconds),
    ]),
  );

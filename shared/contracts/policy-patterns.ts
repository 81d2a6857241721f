// The part of a policy with the limits of the patterns.

import { number, RETENTION_DAYS, section, wholeNumber } from './policy-leaves.ts';

const PAGE = 'Page 1954, cumulative sums of log-likelihood ratios.';

const rateChange = {
  ratio: number(
    { over: 1, to: 10 },
    { unit: 'times the usual share', source: PAGE, description: 'The change that is looked for: a doubling.' },
  ),
  mostShare: number(
    { over: 0, under: 1 },
    { unit: 'share', source: 'Keeps the logarithms finite.', description: 'The largest share that is looked for.' },
  ),
  openAt: number(
    { over: 0, to: 100 },
    {
      unit: 'nats',
      source: `${PAGE} On average e^15 = 3.3 million usual checks pass before a false alarm.`,
      description: 'The sum at which an incident opens.',
    },
  ),
  ceiling: number(
    { over: 0, to: 200 },
    {
      unit: 'nats',
      source: 'Twice the opening: the end is noticed after at most twice as long as the beginning.',
      description: 'Where the sum stops.',
    },
  ),
  closeAfterHours: number(
    { over: 0, to: 720 },
    {
      unit: 'hours',
      source: 'Round guess: a quiet quarter of a day.',
      description: 'An incident closes this long after the sum is back at 0.',
    },
  ),
  halfLifeDays: number(
    { over: 0, to: 45 },
    { unit: 'days', source: 'A week of traffic is one cycle.', description: 'How fast the baseline forgets.' },
  ),
};

const CHECKS = { from: 1, to: 1_000_000 };
const baselineChecks = wholeNumber(CHECKS.from, CHECKS.to, {
  unit: 'checks',
  source: 'Below, the usual share is not known well enough.',
  description: 'Checks before the usual share counts as known.',
});

export const patterns = section({
  repeatedFailures: section({
    explainLedgersAboveNats: number(
      { from: 0, to: 20 },
      {
        unit: 'nats',
        source: 'e^3 = 20 times likelier under abuse.',
        description: 'A ledger above this gets a sentence among the reasons.',
      },
    ),
  }),
  impostor: section({
    judgedFailures: wholeNumber(1, 1000, {
      unit: 'judged failures',
      source: 'NIST SP 800-63B 5.2.3: ten consecutive failures where presentation attacks are detected.',
      description: 'This many are enough, whatever the score.',
    }),
    mismatchShare: number(
      { over: 0, to: 1 },
      {
        unit: 'share of the failures',
        source: 'The larger part of them has to be another person’s face.',
        description: 'At least this share must be a live face that is not the one of the reference image.',
      },
    ),
  }),
  machineCadence: section({
    tokens: wholeNumber(3, 1000, {
      unit: 'tokens',
      source: 'Eight gaps in a row.',
      description: 'How many of the newest tokens are looked at.',
    }),
    longestGapSeconds: wholeNumber(1, 86_400, {
      unit: 'seconds',
      source: 'Round guess: slower attacks are left to the score.',
      description: 'No gap may be longer.',
    }),
    spreadOfLogGap: number(
      { over: 0, to: 2 },
      {
        unit: 'standard deviation of ln(gap)',
        source: 'People spread their gaps by a factor of two and more.',
        description: 'Gaps that spread no more than this are a machine’s.',
      },
    ),
    failedAttempts: wholeNumber(0, 1000, {
      unit: 'attempts',
      source: 'Round guess, half of the gaps: a monitoring job that passes is no attack.',
      description: 'Attempts that failed in the sessions of these tokens.',
    }),
  }),
  tokenHoarding: section({
    unusedTokens: wholeNumber(1, 1000, {
      unit: 'tokens',
      source: 'Above the runs of unused tokens that a refused camera permission makes.',
      description: 'Tokens that were asked for and never used.',
    }),
    windowHours: number(
      { over: 0, to: 720 },
      {
        unit: 'hours',
        source: 'Round guess: tokens that are kept for later are kept for a day.',
        description: 'Window that ends now.',
      },
    ),
  }),
  faceReuse: section({
    otherIds: wholeNumber(1, 1000, {
      unit: 'ids',
      source: 'Two false matches at 1e-3 a search and three searches an id have a chance of about 5e-6.',
      description: 'Other ids of the customer with the same face.',
    }),
    windowDays: number(
      { over: 0, to: RETENTION_DAYS },
      { unit: 'days', source: 'The same as the score’s window.', description: 'How long a match counts.' },
    ),
  }),
  drift: section(
    {
      ...rateChange,
      baselineChecks,
      checksSinceZero: wholeNumber(CHECKS.from, CHECKS.to, {
        unit: 'checks',
        source: 'Round guess: a handful of unlucky checks is no incident.',
        description: 'Checks since the sum was last 0.',
      }),
    },
    'More first checks of a version fail than usual.',
  ),
  breadthFirst: section(
    {
      ...rateChange,
      baselineChecks,
      priorShare: number(
        { over: 0, under: 1 },
        {
          unit: 'share of first checks',
          source: 'Published error rates: honest first checks that are labelled a spoof.',
          description: 'Stands for the usual share until the customer’s own is known.',
        },
      ),
      attemptsWhileOpen: wholeNumber(1, 3, {
        unit: 'attempts',
        source: 'One try a fresh id is what this attack lives on.',
        description: 'What an id that never passed gets on a device that never passed.',
      }),
    },
    'More new ids than usual begin with a spoof result.',
  ),
  integration: section({
    returningDevices: wholeNumber(CHECKS.from, CHECKS.to, {
      unit: 'devices a UTC day',
      source: 'Round guess: below, the share of them says little.',
      description: 'Devices that were seen on an earlier day.',
    }),
    newIdShare: number(
      { over: 0, to: 1 },
      {
        unit: 'share of returning devices',
        source: 'Round guess: where ids are kept, few devices come back under a new one.',
        description: 'From this share on, ids look new for every session.',
      },
    ),
    devicesOfOneId: wholeNumber(2, 1000, {
      unit: 'devices',
      source: 'Families and kiosks stay below.',
      description: 'From this number on, one id serves many devices.',
    }),
    closeAfterHours: rateChange.closeAfterHours,
  }),
});

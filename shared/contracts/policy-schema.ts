// A policy document as it travels: a whole policy, or what differs from a preset. Every number has its bounds, unit and
// source here; `npm run schemas` writes it as JSON Schema, `npm run policy -- show` prints it beside the values.

import * as z from 'zod';
import { type PolicyDocument, resolvePolicy } from '../domain/policy-document.ts';
import { presetNames } from '../domain/policy-presets.ts';
import { conflictsOf } from '../domain/policy-rules.ts';
import { defaultPolicy, type Policy } from '../domain/policy.ts';
import { isOne, number, oneOf, profiles, readable, section, text, whole, wholeNumber } from './policy-leaves.ts';

const NOT_FITTED = 'Round guess from published error rates, not fitted to data.';
const PAGE = 'Page 1954, cumulative sums of log-likelihood ratios.';
/** An active history is kept this long after its last event. */
const RETENTION_DAYS = 60;

const weight = number(
  { over: 0, to: 1 },
  { unit: 'share', source: NOT_FITTED, description: 'How many people of this side are of this kind.' },
);
const concentration = number(
  { from: 0.1, to: 1000 },
  { unit: 'pseudo-counts', source: NOT_FITTED, description: 'How alike people of this kind are.' },
);

const meanShare = (what: string) =>
  number({ over: 0, under: 1 }, { unit: 'share', source: NOT_FITTED, description: `Expected share of ${what}.` });

const classMixProfile = whole({
  weight,
  means: whole({
    real: meanShare('passes'),
    spoof: meanShare('spoof results'),
    uncertain: meanShare('uncertain results'),
    technical: meanShare('technical failures'),
  }).refine((means) => isOne(sumOf(means)), {
    error: ({ input }) => `The means must add up to 1, not ${readable(sumOf(input as Record<string, number>))}.`,
  }),
  concentration,
});

const sumOf = (shares: Record<string, number>): number => Object.values(shares).reduce((sum, share) => sum + share, 0);

const dailyAmountProfile = whole({
  weight,
  meanPerDay: number(
    { from: 0.001, to: 1000 },
    { unit: 'failures an active day', source: NOT_FITTED, description: 'Expected weighted failures.' },
  ),
  shape: number(
    { from: 0.01, to: 100 },
    { unit: 'shape of the Gamma', source: NOT_FITTED, description: 'The larger, the more alike are the days.' },
  ),
});

const dayShareProfile = whole({ weight, mean: meanShare('the days'), concentration });

const failureWeights = (source: string) => {
  const hundredths = (outcome: string) =>
    wholeNumber(0, 1000, { unit: 'hundredths', source, description: `What one ${outcome} adds to a day's amount.` });
  return section({
    spoof: hundredths('spoof result'),
    uncertain: hundredths('uncertain result'),
    technical: hundredths('technical failure'),
  });
};

const honest = 'Kinds of honest people.';
const abuse = 'Kinds of abuse.';

const ledgers = section({
  mix: section(
    { honest: profiles(classMixProfile, honest), abuse: profiles(classMixProfile, abuse) },
    'Too many spoof results for the passes.',
  ),
  burst: section(
    {
      honest: profiles(dailyAmountProfile, honest),
      abuse: profiles(dailyAmountProfile, abuse),
      weightHundredths: failureWeights('How much each outcome tells of an attack; round guess.'),
    },
    'Many failures in one day.',
  ),
  recurrence: section(
    { honest: profiles(dayShareProfile, honest), abuse: profiles(dayShareProfile, abuse) },
    'Spoof results on too many days.',
  ),
  quality: section(
    {
      honest: profiles(dailyAmountProfile, honest),
      abuse: profiles(dailyAmountProfile, abuse),
      weightHundredths: failureWeights('How much each outcome tells of bad pictures; round guess.'),
    },
    'Uncertain and technical results pile up.',
  ),
  afterPass: section(
    { honest: profiles(dayShareProfile, honest), abuse: profiles(dayShareProfile, abuse) },
    'Tries again right after passing.',
  ),
});

const score = section({
  alpha: number(
    { over: 0, under: 1 },
    {
      unit: 'chance',
      source: 'Markov: bounds the honest ids over the threshold at a fixed moment.',
      description: 'Chance that an honest user, drawn at random, is at or over the threshold ln(1/alpha).',
    },
  ),
  windowDays: wholeNumber(1, RETENTION_DAYS, {
    unit: 'UTC days',
    source: 'Half-lives of 3 to 14 days were not better and break the bound on honest flags.',
    description: 'Days that count, the day of the latest attempt included.',
  }),
  ledgers,
});

const channel = section({
  familiarAfterHours: number(
    { from: 0, to: 720 },
    {
      unit: 'hours',
      source: 'A pass of a stranger must not open the way for his next tries on the same day.',
      description: 'A device is familiar this long after its first pass.',
    },
  ),
  ownerCleanBelow: number(
    { from: 0, to: 20 },
    {
      unit: 'nats',
      source: 'e = 2.7 times likelier under abuse than under honest use.',
      description: 'Familiar devices with a score below this are clean.',
    },
  ),
});

const LINK_BOUND = 'E exp(max(0, ln ratio - 1)) <= 1 + 1/e bounds what a link adds to honest flags.';
const link = section(
  {
    max: number({ from: 0, to: 20 }, { unit: 'nats', source: LINK_BOUND, description: 'The most that a link adds.' }),
    shift: number(
      { from: 0, to: 20 },
      { unit: 'nats', source: LINK_BOUND, description: 'Taken off before a link adds anything.' },
    ),
  },
  'What other ids add to the score.',
);

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

const patterns = section({
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

const pause = section({
  hours: number(
    { over: 0, to: 720 },
    {
      unit: 'hours',
      source: 'Light and cameras change within a day, and the alternative path is named.',
      description: 'How long an id without a spoof result is paused.',
    },
  ),
});

const gate = section({
  budget: section(
    {
      breach: number(
        { from: 0.000001, to: 0.99 },
        {
          unit: 'chance',
          source: 'Stated by the operator; at the default few ordinary users ever reach the budget.',
          description: 'Chance that some try of an abuser passes before the budget is used up.',
        },
      ),
      pass: number(
        { from: 0.000001, to: 0.99 },
        {
          unit: 'chance',
          source: 'A round guess below the tenth that the attack floor of 90 % resistance permits.',
          description: 'Chance that one judged try of an abuser passes.',
        },
      ),
      windowDays: number(
        { over: 0, to: RETENTION_DAYS },
        { unit: 'days of 24 hours', source: 'The same as the score’s window.', description: 'Window that ends now.' },
      ),
    },
    'Judged tries in the window: floor(ln(1 - breach) / ln(1 - pass)).',
  ),
  delay: section({
    after: wholeNumber(1, 100, {
      unit: 'failures',
      source: 'NIST SP 800-63B 5.2.3: five in a row.',
      description: 'Failures since the last pass from which on there is a delay.',
    }),
    seconds: wholeNumber(1, 86_400, {
      unit: 'seconds',
      source: 'NIST SP 800-63B 5.2.3: at least 30 s, growing exponentially.',
      description: 'The first delay.',
    }),
    factor: number(
      { from: 1, to: 10 },
      {
        unit: 'times the delay before',
        source: 'NIST SP 800-63B 5.2.3: growing exponentially.',
        description: 'How the delay grows; a shorter one would reward failing.',
      },
    ),
    maxSeconds: wholeNumber(1, 86_400, {
      unit: 'seconds',
      source: 'NIST SP 800-63B 5.2.2: 30 s up to an hour.',
      description: 'The longest delay.',
    }),
  }),
  maxAliveTokens: wholeNumber(1, 10, {
    unit: 'tokens',
    source: 'One in use and one after a restarted app.',
    description: 'Tokens that may be good at the same time.',
  }),
  replaceUnusedAfterSeconds: wholeNumber(0, 600, {
    unit: 'seconds',
    source: 'An app that got its token has started the check by then.',
    description: 'A device may replace its own token when it is unused for this long.',
  }),
  settleSeconds: wholeNumber(0, 3600, {
    unit: 'seconds',
    source: 'Until then a session’s result has usually been collected.',
    description: 'Added to the end of a session when somebody is told to wait for it.',
  }),
});

const kept = (what: string, source: string) =>
  wholeNumber(1, 1000, { unit: 'elements', source, description: `The newest ${what} that a history keeps.` });

const keep = section({
  spoof: kept('spoof results', 'At least the budget.'),
  uncertain: kept('uncertain results', 'At least the budget.'),
  technical: kept('technical failures', 'As many as uncertain results.'),
  passes: kept('pairs of day and device with a pass', '30 days and some second devices.'),
  issued: kept('tokens', 'More than any pattern looks at.'),
  unused: kept('unused tokens', 'More than any pattern looks at.'),
  settled: kept('settled sessions', 'As many as tokens.'),
  links: kept('other ids with the same face', 'More than any pattern looks at.'),
});

export const policyDocumentSchema = section({
  $schema: text(2000, 'For editors: where this schema is.'),
  extends: oneOf(presetNames, 'The preset that this document changes; `default` when left out.'),
  name: text(100, 'For people.'),
  score,
  channel,
  link: section({ device: link, lineage: link }),
  patterns,
  pause,
  gate,
  keep,
  mode: oneOf(
    ['enforce', 'audit'],
    '`audit`: judged and recorded as if, but nobody is blocked. The budget holds all the same.',
  ),
}) satisfies z.ZodType<PolicyDocument>;

export interface PolicyMistake {
  /** JSON pointer into the author's document. */
  path: string;
  message: string;
}

export type PolicyValidation =
  { kind: 'valid'; policy: Policy; document: PolicyDocument } | { kind: 'invalid'; mistakes: PolicyMistake[] };

/** `base` is what a document changes that extends no preset: the active policy, for a customer's own document. */
export const validatePolicyDocument = (json: unknown, base: Policy = defaultPolicy): PolicyValidation => {
  const parsed = policyDocumentSchema.safeParse(json);
  if (!parsed.success) return { kind: 'invalid', mistakes: parsed.error.issues.flatMap(mistakesOf) };

  const document: PolicyDocument = parsed.data;
  const policy = resolvePolicy(document, base);
  const conflicts = conflictsOf(policy);
  if (conflicts.length === 0) return { kind: 'valid', policy, document };
  return {
    kind: 'invalid',
    mistakes: conflicts.map(({ between, message }) => ({
      // A number that the document does not have came from the base, and there it went with the others.
      path: between.find((pointer) => has(document, pointer)) ?? '',
      message,
    })),
  };
};

const mistakesOf = (issue: z.core.$ZodIssue): PolicyMistake[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: pointerTo([...issue.path, key]), message: issue.message }))
    : [{ path: pointerTo(issue.path), message: issue.message }];

const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

const has = (document: PolicyDocument, pointer: string): boolean =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document) !== undefined;

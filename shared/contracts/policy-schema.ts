// A policy document as it travels: a whole policy, or what differs from a preset. Every number has its bounds, unit and
// source here; `npm run schemas` writes it as JSON Schema, `npm run policy -- show` prints it beside the values.

import * as z from 'zod';
import { type PolicyDocument, resolvePolicy } from '../domain/policy-document.ts';
import { presetNames } from '../domain/policy-presets.ts';
import { conflictsOf } from '../domain/policy-rules.ts';
import { defaultPolicy, type Policy } from '../domain/policy.ts';
import { number, oneOf, RETENTION_DAYS, section, text, wholeNumber } from './policy-leaves.ts';
import { ledgers } from './policy-ledgers.ts';
import { patterns } from './policy-patterns.ts';

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

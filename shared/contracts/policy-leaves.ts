// The building blocks of the policy's schema. What is wrong is said in a sentence that names what would be right.

import * as z from 'zod';

/** An active history is kept this long after its last event: nothing can look further back. */
export const RETENTION_DAYS = 60;

/** What a reader has to know of a number beside its value. */
export interface NumberFacts {
  unit: string;
  source: string;
  description: string;
}

/** `over` and `under` leave the bound itself out. */
type Bounds = ({ from: number } | { over: number }) & ({ to: number } | { under: number });

export const number = (bounds: Bounds, facts: NumberFacts): z.ZodNumber => {
  const error = mustBe(`a number that is ${rangeOf(bounds)}`);
  const finite = z.number({ error });
  const bounded = 'from' in bounds ? finite.min(bounds.from, { error }) : finite.gt(bounds.over, { error });
  const schema = 'to' in bounds ? bounded.max(bounds.to, { error }) : bounded.lt(bounds.under, { error });
  return schema.meta(annotationsOf(facts));
};

export const wholeNumber = (from: number, to: number, facts: NumberFacts): z.ZodInt => {
  const error = mustBe(`a whole number from ${from} to ${to}`);
  return z.int({ error }).min(from, { error }).max(to, { error }).meta(annotationsOf(facts));
};

export const text = (longest: number, description: string): z.ZodString => {
  const error = mustBe(`a text of 1 to ${longest} characters`);
  return z.string({ error }).min(1, { error }).max(longest, { error }).describe(description);
};

export const oneOf = <const Values extends readonly string[]>(values: Values, description: string) =>
  z.enum(values, { error: mustBe(values.map((value) => JSON.stringify(value)).join(' or ')) }).describe(description);

/** Any member may be left out. */
export const section = <Members extends Record<string, z.ZodType>>(members: Members, description?: string) => {
  const optional = Object.fromEntries(Object.entries(members).map(([name, member]) => [name, member.exactOptional()]));
  const schema = whole(optional as { [Name in keyof Members]: z.ZodExactOptional<Members[Name]> });
  return description === undefined ? schema : schema.describe(description);
};

/** No member may be left out. */
export const whole = <Members extends Record<string, z.ZodType>>(members: Members) => {
  const names = Object.keys(members).join(', ');
  const wrongType = mustBe(`an object with ${names}`);
  return z.strictObject(members, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `Is not known; known are ${names}.` : wrongType(issue)),
  });
};

const MOST_PROFILES = 10;

/** One side of a ledger. */
export const profiles = <Profile extends z.ZodType<{ weight: number }>>(profile: Profile, description: string) => {
  const error = mustBe(`a list of 1 to ${MOST_PROFILES} profiles`);
  return z
    .array(profile, { error })
    .min(1, { error, abort: true })
    .max(MOST_PROFILES, { error, abort: true })
    .refine((side) => isOne(weightOf(side)), {
      error: ({ input }) => `The weights must add up to 1, not ${readable(weightOf(input as { weight: number }[]))}.`,
    })
    .describe(description);
};

const weightOf = (side: readonly { weight: number }[]): number => side.reduce((sum, { weight }) => sum + weight, 0);

/** Sums of decimal fractions are off in their last digits. */
export const isOne = (sum: number): boolean => Math.abs(sum - 1) <= 1e-9;

export const readable = (sum: number): number => Number(sum.toPrecision(12));

const annotationsOf = ({ unit, source, description }: NumberFacts) => ({
  description,
  'x-unit': unit,
  'x-source': source,
});

const rangeOf = (bounds: Bounds): string => {
  const lower = 'from' in bounds ? `at least ${bounds.from}` : `over ${bounds.over}`;
  return `${lower} and ${'to' in bounds ? `at most ${bounds.to}` : `under ${bounds.under}`}`;
};

const mustBe =
  (expected: string) =>
  ({ input }: { input?: unknown }): string =>
    input === undefined ? `Is missing: must be ${expected}.` : `Must be ${expected}, not ${shown(input)}.`;

const LONGEST_SHOWN = 40;

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? JSON.stringify(value.slice(0, LONGEST_SHOWN)) : String(value);
};

// A policy for people: each number with its unit and where it comes from, and what follows from the numbers.

import { canonicalJson } from '../../shared/domain/canonical-json.ts';
import type { PolicyDocument } from '../../shared/domain/policy-document.ts';
import { presets } from '../../shared/domain/policy-presets.ts';
import { budgetOf, defaultPolicy, type Policy, thresholdOf } from '../../shared/domain/policy.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import { policyJsonSchema } from './json-schema.ts';

export const policyHashOf = (policy: Policy): string => sha256Hex(canonicalJson(policy));

export const describePolicy = (policy: Policy, document: PolicyDocument): string[] => {
  const { budget } = policy.gate;
  const tries = budgetOf(policy);
  const breach = 1 - (1 - budget.pass) ** tries;
  const rows = numbersIn(policy, document);
  return [
    ...aligned([
      ['policy', policy.name],
      ['hash', policyHashOf(policy)],
      ['mode', policy.mode],
      ['threshold', `${thresholdOf(policy)} nats`],
      ['budget', `${tries} judged tries in ${budget.windowDays} days of 24 hours`],
      ['breach', `${breach.toPrecision(4)} is the chance that one of them passes; ${budget.breach} is permitted`],
    ]),
    '',
    ...aligned(rows.map(({ pointer, value, unit, source }) => [pointer, String(value), unit, source])),
  ];
};

export interface DescribedNumber {
  pointer: string;
  value: number;
  unit: string;
  source: string;
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  'x-unit'?: string;
  'x-source'?: string;
}

/** Every number of the policy. One that is not the default's comes from the document, or from the preset it extends. */
export const numbersIn = (policy: Policy, document: PolicyDocument): DescribedNumber[] => {
  const preset = presets[document.extends ?? 'default'];

  const walk = (
    schema: SchemaNode,
    value: unknown,
    usual: unknown,
    own: unknown,
    pointer: string,
  ): DescribedNumber[] =>
    typeof value === 'number'
      ? [{ pointer, value, unit: schema['x-unit'] ?? '', source: sourceOf(schema, value, usual, own) }]
      : membersOf(value).flatMap(([name, member]) =>
          walk(
            schema.items ?? schema.properties?.[name] ?? {},
            member,
            memberOf(usual, name),
            memberOf(own, name),
            `${pointer}/${name}`,
          ),
        );

  const sourceOf = (schema: SchemaNode, value: number, usual: unknown, own: unknown): string => {
    if (value === usual) return schema['x-source'] ?? '';
    return own === undefined ? preset.source : 'This document.';
  };

  return walk(policyJsonSchema(), policy, defaultPolicy, document, '');
};

const membersOf = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** The last column needs no width. */
const aligned = (rows: readonly (readonly string[])[]): string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
  );
};

// The shape of a parsed query. `start` and `end` are positions in its text.

import type { Json } from '../json.ts';

interface At {
  start: number;
  end: number;
}

export type Expression = At &
  (
    | { kind: 'literal'; value: Json | undefined }
    | { kind: 'parameter'; name: string }
    | { kind: 'placeholder' }
    | { kind: 'alias'; name: string }
    | { kind: 'member'; object: Expression; key: Expression }
    | { kind: 'unary'; operator: string; operand: Expression }
    | { kind: 'binary'; operator: string; left: Expression; right: Expression }
    | { kind: 'conditional'; test: Expression; then: Expression; otherwise: Expression }
    | { kind: 'in'; negated: boolean; operand: Expression; list: Expression[] }
    | { kind: 'between'; negated: boolean; operand: Expression; low: Expression; high: Expression }
    | { kind: 'like'; negated: boolean; operand: Expression; pattern: Expression; escape: Expression | undefined }
    | { kind: 'call'; name: string; arguments: Expression[] }
    | { kind: 'aggregate'; name: 'COUNT' | 'SUM'; argument: Expression }
    | { kind: 'object'; entries: [string, Expression][] }
    | { kind: 'array'; items: Expression[] }
  );

export type Selection =
  | { kind: 'all' }
  | { kind: 'value'; expression: Expression }
  | { kind: 'list'; entries: { name: string; expression: Expression }[] };

/** A count that may be a parameter: TOP, OFFSET, LIMIT. */
export type Amount = number | { parameter: string };

export interface Source extends At {
  alias: string;
  /** Property names below the item, as in `FROM c.address a`. */
  path: string[];
}

export interface Query {
  text: string;
  selection: Selection;
  top: Amount | undefined;
  source: Source | undefined;
  filter: Expression | undefined;
  orderBy: { expression: Expression; descending: boolean }[];
  offset: Amount | undefined;
  limit: Amount | undefined;
}

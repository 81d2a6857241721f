// A query, checked and compiled, ready to run over any items. Kept by its text: programs ask the same things again.

import { badRequest } from '../errors.ts';
import type { Json } from '../json.ts';
import { type Aggregate, compile, compileObject, type Evaluate } from './compile.ts';
import { conjuncts, hasAggregate, pathsRead, propertyPath, readsItem } from './inspect.ts';
import { parseCondition, parseQuery } from './parse.ts';
import type { Amount, Expression, Query } from './syntax.ts';

export interface SortTerm {
  evaluate: Evaluate;
  path: readonly string[];
  descending: boolean;
}

/** `path operator constant`, which an index can answer. */
export interface Bound {
  path: readonly string[];
  operator: string;
  value: { literal: Json } | { parameter: string };
}

export interface Condition {
  evaluate: Evaluate;
  bound: Bound | undefined;
  /** The paths it reads, when it reads nothing else. */
  paths: readonly (readonly string[])[] | undefined;
}

export interface Program {
  query: Query;
  /** All of them must be true. */
  conditions: readonly Condition[];
  project: Evaluate;
  /** The result is the item as it is stored. */
  projectsItem: boolean;
  aggregates: readonly Aggregate[];
  orderBy: readonly SortTerm[];
}

export type Parameters = ReadonlyMap<string, Json>;

const remembered = 1000;

const memoized = (make: (text: string) => Program): ((text: string) => Program) => {
  const programs = new Map<string, Program>();
  return (text) => {
    const known = programs.get(text);
    if (known !== undefined) return known;
    const program = make(text);
    if (programs.size >= remembered) programs.clear();
    programs.set(text, program);
    return program;
  };
};

export const programOf = memoized((text) => compileQuery(parseQuery(text)));

export const conditionProgramOf = memoized((text) => compileQuery(parseCondition(text)));

const compileQuery = (query: Query): Program => {
  const { source, filter, selection } = query;
  const alias = source?.alias;
  const plain = { alias, aggregates: undefined };
  const aggregates: Aggregate[] = [];
  const project = compileSelection(query, aggregates);
  if (aggregates.length > 0) checkAggregates(query);
  const path = source?.path ?? [];
  return {
    query,
    conditions: (filter === undefined ? [] : conjuncts(filter)).map((condition) => ({
      evaluate: compile(condition, plain),
      bound: boundOf(condition, path),
      paths: pathsRead(condition)?.map((read) => [...path, ...read]),
    })),
    project,
    projectsItem: selection.kind === 'all' && path.length === 0,
    aggregates,
    orderBy: query.orderBy.map(({ expression, descending }) => ({
      evaluate: compile(expression, plain),
      path: [...path, ...sortPath(expression)],
      descending,
    })),
  };
};

const boundOf = (condition: Expression, source: readonly string[]): Bound | undefined => {
  if (condition.kind !== 'binary' || !['=', '<', '<=', '>', '>='].includes(condition.operator)) return undefined;
  const { operator, left, right } = condition;
  const path = propertyPath(left);
  if (path === undefined) return undefined;
  const whole = [...source, ...path];
  if (right.kind === 'parameter') return { path: whole, operator, value: { parameter: right.name } };
  if (right.kind !== 'literal' || right.value === undefined) return undefined;
  return { path: whole, operator, value: { literal: right.value } };
};

const compileSelection = ({ selection, source }: Query, aggregates: Aggregate[]): Evaluate => {
  const context = { alias: source?.alias, aggregates };
  switch (selection.kind) {
    case 'all':
      return ({ item }) => item;
    case 'value':
      return compile(selection.expression, context);
    case 'list':
      return compileObject(selection.entries.map(({ name, expression }) => [name, compile(expression, context)]));
  }
};

export const selectedExpressions = ({ selection }: Query): Expression[] => {
  switch (selection.kind) {
    case 'all':
      return [];
    case 'value':
      return [selection.expression];
    case 'list':
      return selection.entries.map(({ expression }) => expression);
  }
};

export const isAggregating = (query: Query): boolean => selectedExpressions(query).some(hasAggregate);

const checkAggregates = (query: Query): void => {
  if (selectedExpressions(query).some(readsItem)) {
    throw badRequest('Beside an aggregate the SELECT clause can only have other aggregates and constants.');
  }
  if (query.orderBy.length > 0) throw badRequest('ORDER BY cannot stand beside an aggregate.');
};

const sortPath = (expression: Expression): string[] => {
  const path = propertyPath(expression);
  if (path === undefined || path.length === 0 || path.includes('[]')) {
    throw badRequest('Unsupported ORDER BY clause. ORDER BY item expression could not be mapped to a document path.');
  }
  return path;
};

/** The number that TOP, OFFSET or LIMIT stands for. */
export const resolveAmount = (amount: Amount | undefined, parameters: Parameters): number | undefined => {
  if (amount === undefined || typeof amount === 'number') return amount;
  const value = parameters.get(amount.parameter);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw badRequest(`The parameter ${amount.parameter} must be a whole number, zero or more.`);
};

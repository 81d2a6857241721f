// Expressions to closures. An undefined operand makes most results undefined; AND, OR and NOT are three-valued.

import { badRequest } from '../errors.ts';
import { getProperty, type Json, type JsonObject, setProperty } from '../json.ts';
import { functionNamed } from './functions.ts';
import { likePattern } from './like.ts';
import { arithmetic, comparison } from './operators.ts';
import type { Expression } from './syntax.ts';
import { isEqual, type Value } from './values.ts';

/** What an expression is evaluated against: one item, or after aggregation their results. */
export interface Row {
  item: Value;
  parameters: ReadonlyMap<string, Json>;
  aggregates: readonly Value[];
}

export type Evaluate = (row: Row) => Value;

export interface Aggregate {
  name: 'COUNT' | 'SUM';
  argument: Evaluate;
}

interface Context {
  /** The one name that items go by, or none without FROM. */
  alias: string | undefined;
  /** Where aggregates are collected; absent where none may stand. */
  aggregates: Aggregate[] | undefined;
}

export const compile = (expression: Expression, context: Context): Evaluate => {
  const inner = (part: Expression): Evaluate => compile(part, context);
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression;
      return () => value;
    }
    case 'parameter':
      return compileParameter(expression.name);
    case 'placeholder':
      return () => true;
    case 'alias':
      if (expression.name !== context.alias) {
        throw badRequest(`Identifier '${expression.name}' could not be resolved.`);
      }
      return ({ item }) => item;
    case 'member':
      return compileMember(inner(expression.object), expression.key, inner);
    case 'unary':
      return compileUnary(expression.operator, inner(expression.operand));
    case 'binary':
      return compileBinary(expression.operator, inner(expression.left), inner(expression.right));
    case 'conditional': {
      const [test, then, otherwise] = [expression.test, expression.then, expression.otherwise].map(inner);
      return (row) => (test!(row) === true ? then!(row) : otherwise!(row));
    }
    case 'in': {
      const options = expression.list.map(inner);
      return negatable(expression.negated, isAmong(inner(expression.operand), options));
    }
    case 'between': {
      const [operand, low, high] = [expression.operand, expression.low, expression.high].map(inner);
      const above = compileBinary('>=', operand!, low!);
      return negatable(expression.negated, compileBinary('AND', above, compileBinary('<=', operand!, high!)));
    }
    case 'like': {
      const escape = expression.escape === undefined ? () => '' : inner(expression.escape);
      return negatable(expression.negated, compileLike(inner(expression.operand), inner(expression.pattern), escape));
    }
    case 'call': {
      const call = functionNamed(expression.name, expression.arguments.length);
      const list = expression.arguments.map(inner);
      return (row) => call(list.map((argument) => argument(row)));
    }
    case 'aggregate':
      return compileAggregate(expression.name, expression.argument, context);
    case 'object':
      return compileObject(expression.entries.map(([name, value]) => [name, inner(value)]));
    case 'array': {
      const items = expression.items.map(inner);
      return (row) => items.map((item) => item(row)).filter((value) => value !== undefined);
    }
  }
};

export const compileObject =
  (entries: readonly (readonly [string, Evaluate])[]): Evaluate =>
  (row) => {
    const object: JsonObject = {};
    for (const [name, evaluate] of entries) {
      const value = evaluate(row);
      if (value !== undefined) setProperty(object, name, value);
    }
    return object;
  };

const compileParameter =
  (name: string): Evaluate =>
  ({ parameters }) => {
    const value = parameters.get(name);
    if (value === undefined && !parameters.has(name)) throw badRequest(`The parameter ${name} has no value.`);
    return value;
  };

const compileMember = (object: Evaluate, key: Expression, inner: (part: Expression) => Evaluate): Evaluate => {
  const name = inner(key);
  return (row) => {
    const value = object(row);
    if (typeof value !== 'object' || value === null) return undefined;
    const at = name(row);
    if (Array.isArray(value)) return typeof at === 'number' ? value[at] : undefined;
    return typeof at === 'string' ? getProperty(value, at) : undefined;
  };
};

const compileUnary = (operator: string, operand: Evaluate): Evaluate => {
  switch (operator) {
    case 'NOT':
      return (row) => not(operand(row));
    case '-':
      return (row) => onNumber(operand(row), (value) => -value);
    case '~':
      return (row) => onNumber(operand(row), (value) => ~value);
    default:
      return (row) => onNumber(operand(row), (value) => value);
  }
};

const onNumber = (value: Value, apply: (value: number) => number): Value =>
  typeof value === 'number' ? apply(value) : undefined;

const not = (value: Value): Value => (typeof value === 'boolean' ? !value : undefined);

const compileBinary = (operator: string, left: Evaluate, right: Evaluate): Evaluate => {
  switch (operator) {
    case 'AND':
      return (row) => {
        const first = left(row);
        if (first === false) return false;
        const second = right(row);
        if (second === false) return false;
        return first === true && second === true ? true : undefined;
      };
    case 'OR':
      return (row) => {
        const first = left(row);
        if (first === true) return true;
        const second = right(row);
        if (second === true) return true;
        return first === false && second === false ? false : undefined;
      };
    case '??':
      return (row) => {
        const value = left(row);
        return value === undefined ? right(row) : value;
      };
    default: {
      const apply = comparison(operator) ?? arithmetic(operator);
      return (row) => apply(left(row), right(row));
    }
  }
};

const negatable = (negated: boolean, evaluate: Evaluate): Evaluate =>
  negated ? (row) => not(evaluate(row)) : evaluate;

const isAmong =
  (operand: Evaluate, options: readonly Evaluate[]): Evaluate =>
  (row) => {
    const value = operand(row);
    if (value === undefined) return undefined;
    return options.some((option) => {
      const candidate = option(row);
      return candidate !== undefined && isEqual(value, candidate);
    });
  };

const compileLike =
  (operand: Evaluate, pattern: Evaluate, escape: Evaluate): Evaluate =>
  (row) => {
    const [text, like, escaping] = [operand(row), pattern(row), escape(row)];
    if (typeof text !== 'string' || typeof like !== 'string' || typeof escaping !== 'string') return undefined;
    return likePattern(like, escaping).test(text);
  };

const compileAggregate = (name: 'COUNT' | 'SUM', argument: Expression, { alias, aggregates }: Context): Evaluate => {
  if (aggregates === undefined) throw badRequest(`The aggregate ${name} can only stand in the SELECT clause.`);
  const slot = aggregates.push({ name, argument: compile(argument, { alias, aggregates: undefined }) }) - 1;
  return (row) => row.aggregates[slot];
};

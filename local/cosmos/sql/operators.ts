import { badRequest } from '../errors.ts';
import { compareValues, isEqual, sameType, type Value } from './values.ts';

type Binary = (left: Value, right: Value) => Value;

const equals: Binary = (left, right) => (left === undefined || right === undefined ? undefined : isEqual(left, right));

const differs: Binary = (left, right) =>
  left === undefined || right === undefined ? undefined : !isEqual(left, right);

/** Order between values of different types, or of no order at all, is undefined. */
const ordered =
  (holds: (order: number) => boolean): Binary =>
  (left, right) => {
    if (left === undefined || right === undefined || !sameType(left, right)) return undefined;
    if (typeof left === 'object' && left !== null) return undefined;
    return holds(compareValues(left, right));
  };

const comparisons: Record<string, Binary> = {
  '=': equals,
  '!=': differs,
  '<>': differs,
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
};

export const comparison = (operator: string): Binary | undefined => comparisons[operator];

const onNumbers =
  (apply: (left: number, right: number) => number): Binary =>
  (left, right) => {
    if (typeof left !== 'number' || typeof right !== 'number') return undefined;
    const result = apply(left, right);
    return Number.isFinite(result) ? result : undefined;
  };

const concatenate: Binary = (left, right) =>
  typeof left === 'string' && typeof right === 'string' ? left + right : undefined;

const calculations: Record<string, Binary> = {
  '+': onNumbers((left, right) => left + right),
  '-': onNumbers((left, right) => left - right),
  '*': onNumbers((left, right) => left * right),
  '/': onNumbers((left, right) => left / right),
  '%': onNumbers((left, right) => left % right),
  '&': onNumbers((left, right) => left & right),
  '|': onNumbers((left, right) => left | right),
  '^': onNumbers((left, right) => left ^ right),
  '<<': onNumbers((left, right) => left << right),
  '>>': onNumbers((left, right) => left >> right),
  '>>>': onNumbers((left, right) => left >>> right),
  '||': concatenate,
};

export const arithmetic = (operator: string): Binary => {
  const apply = calculations[operator];
  if (apply === undefined) throw badRequest(`The operator '${operator}' is not known.`);
  return apply;
};

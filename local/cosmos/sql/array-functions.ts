import { getProperty, isObject, type Json } from '../json.ts';
import type { SqlFunction } from './sql-function.ts';
import { isEqual, type Value } from './values.ts';

const includes = (list: readonly Json[], wanted: Json): boolean => list.some((element) => isEqual(element, wanted));

/** Partial match: an element that has at least the wanted properties, nested ones alike. */
const covers = (element: Json, wanted: Json): boolean => {
  if (!isObject(wanted)) return isEqual(element, wanted);
  return (
    isObject(element) &&
    Object.entries(wanted).every(([name, value]) => {
      const own = getProperty(element, name);
      return own !== undefined && covers(own, value);
    })
  );
};

const distinct = (list: readonly Json[]): Json[] =>
  list.filter((element, i) => list.findIndex((other) => isEqual(other, element)) === i);

const contains: SqlFunction = {
  arguments: [2, 3],
  apply: ([list, wanted, partial = false]) => {
    if (!Array.isArray(list) || wanted === undefined || typeof partial !== 'boolean') return undefined;
    return partial ? list.some((element) => covers(element, wanted)) : includes(list, wanted);
  },
};

const containsSome = (how: 'some' | 'every'): SqlFunction => ({
  arguments: [2, 100],
  apply: ([list, ...wanted]) => {
    if (!Array.isArray(list)) return undefined;
    const isThere = (value: Value): boolean => value !== undefined && includes(list, value);
    return how === 'some' ? wanted.some(isThere) : wanted.every(isThere);
  },
});

const ofTwoSets = (combine: (first: Json[], second: Json[]) => Json[]): SqlFunction => ({
  arguments: [2, 2],
  apply: ([first, second]) =>
    Array.isArray(first) && Array.isArray(second) ? distinct(combine(first, second)) : undefined,
});

export const arrayFunctions: Record<string, SqlFunction> = {
  ARRAY_CONTAINS: contains,
  ARRAY_CONTAINS_ANY: containsSome('some'),
  ARRAY_CONTAINS_ALL: containsSome('every'),
  ARRAY_LENGTH: { arguments: [1, 1], apply: ([list]) => (Array.isArray(list) ? list.length : undefined) },
  ARRAY_CONCAT: {
    arguments: [2, 100],
    apply: (lists) => (lists.every((list) => Array.isArray(list)) ? lists.flat(1) : undefined),
  },
  ARRAY_SLICE: {
    arguments: [2, 3],
    apply: ([list, start, length]) => {
      if (!Array.isArray(list) || typeof start !== 'number') return undefined;
      if (length !== undefined && typeof length !== 'number') return undefined;
      const from = start < 0 ? Math.max(0, list.length + start) : start;
      return length === undefined ? list.slice(from) : list.slice(from, from + Math.max(0, length));
    },
  },
  SETINTERSECT: ofTwoSets((first, second) => first.filter((element) => includes(second, element))),
  SETUNION: ofTwoSets((first, second) => [...first, ...second]),
  OBJECTTOARRAY: {
    arguments: [1, 3],
    apply: ([object, nameKey = 'k', valueKey = 'v']) => {
      if (!isObject(object) || typeof nameKey !== 'string' || typeof valueKey !== 'string') return undefined;
      return Object.entries(object).map(([name, value]) => ({ [nameKey]: name, [valueKey]: value }));
    },
  },
};

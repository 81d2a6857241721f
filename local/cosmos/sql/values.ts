// How SQL compares values. `undefined` is what a missing property is; `null` is a value.

import { getProperty, isObject, type Json } from '../json.ts';

export type Value = Json | undefined;

const typeRank = (value: Value): number => {
  if (value === undefined) return 0;
  if (value === null) return 1;
  if (typeof value === 'boolean') return 2;
  if (typeof value === 'number') return 3;
  if (typeof value === 'string') return 4;
  return Array.isArray(value) ? 5 : 6;
};

export const sameType = (a: Value, b: Value): boolean => typeRank(a) === typeRank(b);

export const isEqual = (a: Json, b: Json): boolean => {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((element, i) => isEqual(element, b[i]!));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const other = getProperty(b, name);
      return other !== undefined && isEqual(a[name]!, other);
    })
  );
};

/** The order of ORDER BY, over all types: undefined, null, false, true, numbers, texts by code unit, arrays, objects. */
export const compareValues = (a: Value, b: Value): number => {
  const byType = typeRank(a) - typeRank(b);
  if (byType !== 0) return byType;
  if (typeof a === 'number' || typeof a === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'string') return a < (b as string) ? -1 : Number(a > (b as string));
  if (typeof a === 'object' && a !== null) {
    const [textA, textB] = [JSON.stringify(a), JSON.stringify(b)];
    return textA < textB ? -1 : Number(textA > textB);
  }
  return 0;
};

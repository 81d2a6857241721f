import { isObject } from '../json.ts';
import type { SqlFunction } from './sql-function.ts';
import type { Value } from './values.ts';

const isType = (holds: (value: Value) => boolean): SqlFunction => ({
  arguments: [1, 1],
  apply: ([value]) => holds(value),
});

const isPrimitive = (value: Value): boolean => value === null || (value !== undefined && typeof value !== 'object');

export const typeFunctions: Record<string, SqlFunction> = {
  IS_DEFINED: isType((value) => value !== undefined),
  IS_NULL: isType((value) => value === null),
  IS_NUMBER: isType((value) => typeof value === 'number'),
  IS_INTEGER: isType(Number.isInteger),
  IS_STRING: isType((value) => typeof value === 'string'),
  IS_BOOL: isType((value) => typeof value === 'boolean'),
  IS_ARRAY: isType(Array.isArray),
  IS_OBJECT: isType(isObject),
  IS_PRIMITIVE: isType(isPrimitive),
  IIF: { arguments: [3, 3], apply: ([test, then, otherwise]) => (test === true ? then : otherwise) },
  CHOOSE: {
    arguments: [2, 100],
    apply: ([index, ...values]) => (typeof index === 'number' ? values[index - 1] : undefined),
  },
};

import { type Json, parseJson } from '../json.ts';
import type { SqlFunction } from './sql-function.ts';
import type { Value } from './values.ts';

const longest = 1_000_000;

const ofText = (apply: (text: string) => Value): SqlFunction => ({
  arguments: [1, 1],
  apply: ([text]) => (typeof text === 'string' ? apply(text) : undefined),
});

const ofTextAndNumber = (apply: (text: string, count: number) => Value): SqlFunction => ({
  arguments: [2, 2],
  apply: ([text, count]) => (typeof text === 'string' && typeof count === 'number' ? apply(text, count) : undefined),
});

/** Two texts and whether to ignore case. */
const comparing = (holds: (text: string, wanted: string) => boolean): SqlFunction => ({
  arguments: [2, 3],
  apply: ([text, wanted, ignoreCase = false]) => {
    if (typeof text !== 'string' || typeof wanted !== 'string' || typeof ignoreCase !== 'boolean') return undefined;
    return ignoreCase ? holds(text.toLowerCase(), wanted.toLowerCase()) : holds(text, wanted);
  },
});

/** Reads a text as JSON and keeps the value only when it is of the wanted kind. */
const parsing = (isWanted: (value: Json) => boolean): SqlFunction =>
  ofText((text) => {
    try {
      const value = parseJson(text);
      return isWanted(value) ? value : undefined;
    } catch {
      return undefined;
    }
  });

const toText = (value: Value): Value => {
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

export const textFunctions: Record<string, SqlFunction> = {
  LOWER: ofText((text) => text.toLowerCase()),
  UPPER: ofText((text) => text.toUpperCase()),
  TRIM: ofText((text) => text.trim()),
  LTRIM: ofText((text) => text.trimStart()),
  RTRIM: ofText((text) => text.trimEnd()),
  LENGTH: ofText((text) => text.length),
  REVERSE: ofText((text) => Array.from(text).reverse().join('')),
  LEFT: ofTextAndNumber((text, count) => text.slice(0, Math.max(0, count))),
  RIGHT: ofTextAndNumber((text, count) => text.slice(Math.max(0, text.length - Math.max(0, count)))),
  REPLICATE: ofTextAndNumber((text, count) =>
    count >= 0 && text.length * count <= longest ? text.repeat(count) : undefined,
  ),
  SUBSTRING: {
    arguments: [3, 3],
    apply: ([text, start, length]) => {
      if (typeof text !== 'string' || typeof start !== 'number' || typeof length !== 'number') return undefined;
      const from = Math.max(0, start);
      return text.slice(from, from + Math.max(0, length));
    },
  },
  CONCAT: {
    arguments: [2, 100],
    apply: (texts) => (texts.every((text) => typeof text === 'string') ? texts.join('') : undefined),
  },
  REPLACE: {
    arguments: [3, 3],
    apply: ([text, from, to]) => {
      if (typeof text !== 'string' || typeof from !== 'string' || typeof to !== 'string') return undefined;
      return from === '' ? text : text.replaceAll(from, () => to);
    },
  },
  INDEX_OF: {
    arguments: [2, 3],
    apply: ([text, wanted, start = 0]) => {
      if (typeof text !== 'string' || typeof wanted !== 'string' || typeof start !== 'number') return undefined;
      return text.indexOf(wanted, start);
    },
  },
  CONTAINS: comparing((text, wanted) => text.includes(wanted)),
  STARTSWITH: comparing((text, wanted) => text.startsWith(wanted)),
  ENDSWITH: comparing((text, wanted) => text.endsWith(wanted)),
  STRINGEQUALS: comparing((text, wanted) => text === wanted),
  TOSTRING: { arguments: [1, 1], apply: ([value]) => toText(value) },
  STRINGTONUMBER: parsing((value) => typeof value === 'number'),
  STRINGTOBOOLEAN: parsing((value) => typeof value === 'boolean'),
  STRINGTOARRAY: parsing(Array.isArray),
  STRINGTOOBJECT: parsing((value) => typeof value === 'object' && value !== null && !Array.isArray(value)),
  STRINGSPLIT: {
    arguments: [2, 2],
    apply: ([text, by]) => (typeof text === 'string' && typeof by === 'string' ? text.split(by) : undefined),
  },
  STRINGJOIN: {
    arguments: [2, 2],
    apply: ([list, by]) => {
      if (!Array.isArray(list) || typeof by !== 'string') return undefined;
      return list.every((element) => typeof element === 'string') ? list.join(by) : undefined;
    },
  },
};

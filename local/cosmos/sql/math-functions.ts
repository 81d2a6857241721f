import type { SqlFunction } from './sql-function.ts';

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

const ofNumber = (apply: (value: number) => number): SqlFunction => ({
  arguments: [1, 1],
  apply: ([value]) => (typeof value === 'number' ? finite(apply(value)) : undefined),
});

/** Halves go away from zero, as in the service. */
const round = (value: number): number => Math.sign(value) * Math.round(Math.abs(value));

export const mathFunctions: Record<string, SqlFunction> = {
  ABS: ofNumber(Math.abs),
  CEILING: ofNumber(Math.ceil),
  FLOOR: ofNumber(Math.floor),
  ROUND: {
    arguments: [1, 2],
    apply: ([value, digits = 0]) => {
      if (typeof value !== 'number' || typeof digits !== 'number') return undefined;
      return finite(round(value * 10 ** digits) / 10 ** digits);
    },
  },
  TRUNC: ofNumber(Math.trunc),
  SIGN: ofNumber(Math.sign),
  SQRT: ofNumber(Math.sqrt),
  SQUARE: ofNumber((value) => value * value),
  EXP: ofNumber(Math.exp),
  LOG: {
    arguments: [1, 2],
    apply: ([value, base = Math.E]) => {
      if (typeof value !== 'number' || typeof base !== 'number') return undefined;
      return finite(base === Math.E ? Math.log(value) : Math.log(value) / Math.log(base));
    },
  },
  LOG10: ofNumber(Math.log10),
  POWER: {
    arguments: [2, 2],
    apply: ([base, exponent]) =>
      typeof base === 'number' && typeof exponent === 'number' ? finite(base ** exponent) : undefined,
  },
  PI: { arguments: [0, 0], apply: () => Math.PI },
};

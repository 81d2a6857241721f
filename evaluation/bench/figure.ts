// One number of the benchmark, with what it must not be worse than.

export interface Figure {
  measure: string;
  value: number;
  /** Empty for a ratio. */
  unit: string;
  /** Behind the decimal point. */
  digits: number;
  bound?: Bound;
}

export interface Bound {
  kind: 'at most' | 'at least';
  limit: number;
}

export const atMost = (limit: number): { bound: Bound } => ({ bound: { kind: 'at most', limit } });
export const atLeast = (limit: number): { bound: Bound } => ({ bound: { kind: 'at least', limit } });

/** What is not a number holds nothing. */
export const holds = ({ value, bound }: Figure): boolean => {
  switch (bound?.kind) {
    case undefined:
      return true;
    case 'at most':
      return value <= bound.limit;
    case 'at least':
      return value >= bound.limit;
  }
};

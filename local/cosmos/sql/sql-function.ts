import type { Value } from './values.ts';

export interface SqlFunction {
  /** The smallest and the largest number of arguments. */
  arguments: readonly [number, number];
  apply: (values: readonly Value[]) => Value;
}

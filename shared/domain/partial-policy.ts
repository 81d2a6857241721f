import type { Policy } from './policy.ts';

/** Objects may leave out anything; lists are whole, because the weights in them belong together. */
type DeepPartial<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { [Key in keyof Value]?: DeepPartial<Value[Key]> }
    : Value;

export type PartialPolicy = DeepPartial<Policy>;

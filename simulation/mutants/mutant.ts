import type { Promised } from '../checker/model.ts';

/** A deliberate mistake: this text of a file of the product is another one. */
export interface Mutant {
  name: string;
  /** It is caught when one of these is seen to be broken; anything else would be chance. */
  breaks: readonly Promised[];
  /** From the root of the project. */
  file: string;
  /** Occurs exactly once in the file. */
  text: string;
  instead: string;
}

/** A deliberate mistake: this text of a file of the product is another one. */
export interface Mutant {
  name: string;
  /** From the root of the project. */
  file: string;
  /** Occurs exactly once in the file. */
  text: string;
  instead: string;
}

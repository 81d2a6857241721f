import type { Figure } from '../../evaluation/bench/figure.ts';

/** A part of docs/performance.md, as it is printed too. */
export interface Section {
  name: 'pipelines' | 'soak' | 'limits';
  markdown: string;
  /** Those with a bound decide how the command ends. */
  figures: Figure[];
}

import type { Figure } from '../../evaluation/bench/figure.ts';
import { isQuiet } from '../machine/other-work.ts';

/** What depends on the speed of the machine is not judged beside too much other work. */
export const ifQuiet = (otherWork: number | undefined, bound: Pick<Figure, 'bound'>): Pick<Figure, 'bound'> =>
  isQuiet(otherWork) ? bound : {};

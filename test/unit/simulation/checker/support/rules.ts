// A rule of the checker: a history that keeps it, and one that breaks it and no other promise. They differ by one thing.

import type { Promised } from '../../../../../simulation/checker/model.ts';
import { type Circumstances, Witness } from './witness.ts';

export interface Rule {
  rule: string;
  promise: Promised;
  /** A part of what the checker says. */
  says: string;
  under?: Circumstances;
  keeps: (witness: Witness) => void;
  breaks: (witness: Witness) => void;
}

export const itSees = (rules: readonly Rule[]): void => {
  it.each(rules)('sees for $promise that $rule', ({ promise, says, under, keeps, breaks }) => {
    const good = new Witness(under);
    keeps(good);
    const bad = new Witness(under);
    breaks(bad);

    expect(good.model.broken).toEqual([]);
    expect(bad.model.broken).toContainEqual({ promise, what: expect.stringContaining(says) as string });
    expect(new Set(bad.model.broken.map((broken) => broken.promise))).toEqual(new Set([promise]));
  });
};

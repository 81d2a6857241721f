import type { Mutant } from './mutant.ts';

/** Each is a mistake that somebody could make, or has made. */
export const mutants: readonly Mutant[] = [
  {
    name: 'the ledger is left out',
    file: 'shared/application/record-liveness-results.ts',
    text: 'ledger: toApply.map(ledgerRecord),',
    instead: 'ledger: [],',
  },
];

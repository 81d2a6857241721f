// Deliberate mistakes: each is one that somebody could make, or has made.

import { issuingMutants } from './issuing-mutants.ts';
import { recordingMutants } from './recording-mutants.ts';
import { closingMutants } from './closing-mutants.ts';
import { eventMutants } from './event-mutants.ts';
import { resetMutants } from './reset-mutants.ts';
import { keepingMutants } from './keeping-mutants.ts';
import { formerMutants } from './former-mutants.ts';
import type { Mutant } from './mutant.ts';

export const mutants: readonly Mutant[] = [
  ...issuingMutants,
  ...recordingMutants,
  ...closingMutants,
  ...eventMutants,
  ...resetMutants,
  ...keepingMutants,
  ...formerMutants,
];

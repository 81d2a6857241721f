// What every pattern says about itself. A pattern is one file here and one entry in the list that `judge` goes through.

import type { History } from '../history.ts';
import type { Policy } from '../policy.ts';
import type { Score } from '../score.ts';

export type Pattern = 'repeated-failures' | 'impostor' | 'token-hoarding';

export interface Evidence {
  history: History;
  score: Score | undefined;
  nowMs: number;
}

export interface Crossing {
  statistic: number;
  limit: number;
}

export interface PatternRule {
  name: Pattern;
  /** Time alone can change the answer, so only the timer judges it. */
  needsClock: boolean;
  /** Flags an id that has no spoof label, instead of pausing it. */
  flagsWithoutSpoof: boolean;
  /** `undefined` while the pattern is not there. */
  crossing: (evidence: Evidence, policy: Policy) => Crossing | undefined;
  /** Sentences for people, filled with numbers. */
  reasons: (evidence: Evidence, policy: Policy) => string[];
}

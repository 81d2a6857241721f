// What every pattern says about itself. A pattern is one file here and one entry in the list that `judge` goes through.

import type { Scope } from '../channel.ts';
import type { History } from '../history.ts';
import type { Policy } from '../policy.ts';
import type { Score } from '../score.ts';
import type { Pattern } from './pattern-names.ts';

/** Who looks, and why: a failure or anything else was recorded, a token was asked for, or time has passed. */
export type Occasion = 'failure' | 'result' | 'gate' | 'timer';

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
  judgedAt: readonly Occasion[];
  /** Flags an id that has no spoof label, instead of pausing it. */
  flagsWithoutSpoof: boolean;
  /** `undefined` while the pattern is not there. */
  crossing: (evidence: Evidence, policy: Policy) => Crossing | undefined;
  /** Whom it concerns; without it, whom the score would concern. */
  scope?: (evidence: Evidence, policy: Policy) => Scope;
  /** Sentences for people, filled with numbers. */
  reasons: (evidence: Evidence, policy: Policy) => string[];
}

import type { ReplayLine } from '../../shared/application/replay/replay-line.ts';
import { isPause, isVerdict } from './replay-traces.ts';

/** What happened to one correlation id in a replay. */
export interface VerdictsOfId {
  /** Names of patterns; those of pauses begin with `pause-`. */
  patterns: Set<string>;
  isFlagged: boolean;
  /** A flag that concerns the id itself, its own devices included. */
  isFlaggedEverywhere: boolean;
}

/** Of all ids that were flagged or paused. */
export const verdictsOfIds = (lines: readonly ReplayLine[]): Map<string, VerdictsOfId> => {
  const ofIds = new Map<string, VerdictsOfId>();
  for (const line of lines.filter(isVerdict)) {
    const known = ofIds.get(line.correlationId) ?? {
      patterns: new Set<string>(),
      isFlagged: false,
      isFlaggedEverywhere: false,
    };
    known.patterns.add(line.pattern);
    known.isFlagged ||= !isPause(line);
    known.isFlaggedEverywhere ||= !isPause(line) && line.scope === 'correlation';
    ofIds.set(line.correlationId, known);
  }
  return ofIds;
};

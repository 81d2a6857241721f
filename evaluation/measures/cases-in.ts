import type { ReplayLine } from '../../shared/application/replay/replay-line.ts';
import { isPause, isVerdict } from './replay-traces.ts';

export interface Cases {
  flags: number;
  /** Of low priority: pauses that belong to no flag. */
  pauses: number;
}

/** The cases that a reviewer gets: verdicts with one key are one case. */
export const casesIn = (lines: readonly ReplayLine[]): Cases => {
  const verdicts = lines.filter(isVerdict);
  const flagKeys = new Set(verdicts.filter((line) => !isPause(line)).map(({ caseKey }) => caseKey));
  const allKeys = new Set(verdicts.map(({ caseKey }) => caseKey));
  return { flags: flagKeys.size, pauses: allKeys.size - flagKeys.size };
};

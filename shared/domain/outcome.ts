// What the Face API says about one finished attempt, in our words. Its enumerations are open: a value that we do not
// know is neither a pass nor an attack, and is handed on so that someone looks.

import type { Outcome, OutcomeReason } from './events.ts';

export interface FaceAttempt {
  status: string;
  livenessDecision?: string;
  /** The face is the one of the verify image. */
  isIdentical?: boolean;
  /** The session was made with a verify image. */
  withVerify: boolean;
  errorCode?: string;
  /** The service's own digest of the check, and the one that the client reported for it. */
  digest?: string;
  clientDigest?: string;
}

export interface JudgedOutcome {
  outcome: Outcome;
  reason?: OutcomeReason;
  errorCode?: string;
  unknownValue?: string;
}

export const outcomeOf = (attempt: FaceAttempt): JudgedOutcome => {
  const { status, livenessDecision, errorCode } = attempt;
  if (errorCode !== undefined) return { outcome: 'technical', errorCode };
  if (livenessDecision === undefined && (status === 'Failed' || status === 'Canceled')) return { outcome: 'technical' };
  if (digestsDiffer(attempt)) return { outcome: 'spoof', reason: 'integrity' };
  switch (livenessDecision) {
    case 'realface':
      return attempt.withVerify && attempt.isIdentical !== true
        ? { outcome: 'uncertain', reason: 'mismatch' }
        : { outcome: 'real' };
    case 'spoofface':
      return { outcome: 'spoof' };
    case 'uncertain':
      return { outcome: 'uncertain' };
    case undefined:
    default:
      return { outcome: 'uncertain', unknownValue: livenessDecision ?? status };
  }
};

/** Hexadecimal digits: the service writes them large, clients as they like. */
const digestsDiffer = ({ digest, clientDigest }: FaceAttempt): boolean =>
  digest !== undefined && clientDigest !== undefined && digest.toUpperCase() !== clientDigest.toUpperCase();

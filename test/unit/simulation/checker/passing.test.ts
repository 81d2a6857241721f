import type { Completion } from '../../../../shared/application/complete-liveness-session.ts';
import { itSees } from './support/rules.ts';
import type { Witness } from './support/witness.ts';

interface Told {
  isPass?: boolean;
  /** What the client claims; the attempt had D1. */
  claims?: string;
  decision?: 'passed' | 'not-passed';
}

/** Two tries, of which the second decides. */
const isTold = (witness: Witness, { isPass = true, claims, decision = 'passed' }: Told): void => {
  const { sessionId } = witness.getsToken();
  witness.tries(sessionId, 1, { isPass: !isPass });
  witness.tries(sessionId, 2, { isPass });
  const completion: Completion = {
    kind: 'completed',
    decision,
    reason: 'live',
    nextAction: 'proceed',
    remainingAttempts: 1,
    attempts: [1, 2].map((attemptId) => ({ attemptId, outcome: 'real' })),
  };
  witness.checker.completionAnswered(sessionId, completion, claims);
};

itSees([
  {
    rule: 'nobody is told to have passed who has not',
    promise: 'answers',
    says: 'and has not',
    keeps: (witness) => isTold(witness, { isPass: true }),
    breaks: (witness) => isTold(witness, { isPass: false }),
  },
  {
    rule: 'whoever has not passed may be told so',
    promise: 'answers',
    says: 'and has not',
    keeps: (witness) => isTold(witness, { isPass: false, decision: 'not-passed' }),
    breaks: (witness) => isTold(witness, { isPass: false }),
  },
  {
    rule: 'a pass of another digest is none',
    promise: 'answers',
    says: 'with a digest that is not its own',
    keeps: (witness) => isTold(witness, { claims: 'D1' }),
    breaks: (witness) => isTold(witness, { claims: 'F0F0' }),
  },
]);

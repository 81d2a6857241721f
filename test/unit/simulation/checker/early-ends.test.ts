import type { SessionRecord, SessionResult } from '../../../../shared/application/records.ts';
import { itSees } from './support/rules.ts';
import type { Witness } from './support/witness.ts';

const seenWith = (witness: Witness, ...attempts: number[]): SessionRecord => {
  const session = witness.getsToken();
  for (const count of attempts) witness.checker.faceRead(session.faceSessionId ?? '', count);
  return session;
};

const replaces = (witness: Witness, session: SessionRecord, what: Partial<SessionResult> = {}): void => {
  const result: SessionResult = { cause: 'replaced', readAt: witness.now, attempts: [], ...what };
  witness.writes({ sessions: [{ ...session, result }] });
};

const expires = (witness: Witness, afterSeconds: number, what: Partial<SessionRecord> = {}): void => {
  const session = { ...witness.getsToken(), ...what };
  witness.nowMs += 1000 * afterSeconds;
  witness.writes({ sessions: [{ ...session, result: { cause: 'expired', readAt: witness.now, attempts: [] } }] });
};

itSees([
  {
    rule: 'a token is replaced that was seen unused, and never one in use',
    promise: 'answers',
    says: 'was replaced, and 1 attempts were made in it',
    // Somebody may begin between the look and the end.
    keeps: (witness) => replaces(witness, seenWith(witness, 0, 1)),
    breaks: (witness) => replaces(witness, seenWith(witness, 1)),
  },
  {
    rule: 'what Face has forgotten is in use no more',
    promise: 'answers',
    says: 'was replaced, and 1 attempts were made in it',
    keeps: (witness) => replaces(witness, seenWith(witness, 1), { lost: true }),
    breaks: (witness) => replaces(witness, seenWith(witness, 1)),
  },
  {
    rule: 'a session expires with its token, not before',
    promise: 'answers',
    says: 'was ended as expired 1 s before its token was',
    keeps: (witness) => expires(witness, 600),
    breaks: (witness) => expires(witness, 599),
  },
  {
    rule: 'a session that was revoked may end before its token does',
    promise: 'answers',
    says: 'was ended as expired 600 s before its token was',
    keeps: (witness) => expires(witness, 0, { revoked: true }),
    breaks: (witness) => expires(witness, 0),
  },
]);

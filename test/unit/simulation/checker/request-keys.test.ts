import type { SessionRecord } from '../../../../shared/application/records.ts';
import type { TokenRequest } from '../../../../simulation/checker/model.ts';
import { itSees } from './support/rules.ts';
import type { Witness } from './support/witness.ts';

/** The key of a request leads to this session from now on, or to none yet. */
const ties = (witness: Witness, request: TokenRequest, session?: SessionRecord): void => {
  const document = {
    id: 'idempotency:a key',
    documentKind: 'idempotency-key',
    clientKey: 'a client',
    ...(session && { sessionId: session.sessionId }),
  };
  witness.stores('client-applications', [document], { request });
};

/** All but its answer. */
const almostGets = (witness: Witness, request: TokenRequest): SessionRecord => {
  ties(witness, request);
  const session = witness.issues(witness.reserves(request), request);
  ties(witness, request, session);
  return session;
};

const gets = (witness: Witness): SessionRecord => {
  const request = witness.asks();
  const session = almostGets(witness, request);
  witness.answers(request, session);
  return session;
};

itSees([
  {
    rule: 'no token goes out before the key of its request leads to it',
    promise: 'I5',
    says: 'the key of its request does not lead to it',
    keeps: (witness) => void gets(witness),
    breaks: (witness) => {
      const request = witness.asks();
      ties(witness, request);
      witness.answers(request, witness.issues(witness.reserves(request), request));
    },
  },
  {
    rule: 'a key that leads to an earlier session does not do',
    promise: 'I5',
    says: 'the key of its request does not lead to it',
    keeps: (witness) => {
      witness.finds(gets(witness), 0);
      gets(witness);
    },
    breaks: (witness) => {
      const earlier = gets(witness);
      witness.finds(earlier, 0);
      const request = witness.asks();
      ties(witness, request, earlier);
      witness.answers(request, witness.issues(witness.reserves(request), request));
    },
  },
  {
    rule: 'a repetition that was overtaken by the next one was tied to its session all the same',
    promise: 'I5',
    says: 'the key of its request does not lead to it',
    keeps: (witness) => {
      const request = witness.asks();
      const overtaken = almostGets(witness, request);
      witness.finds(overtaken, 0);
      gets(witness);
      witness.answers(request, overtaken);
    },
    breaks: (witness) => {
      const request = witness.asks();
      ties(witness, request);
      const session = witness.issues(witness.reserves(request), request);
      gets(witness);
      witness.answers(request, session);
    },
  },
  {
    rule: 'there is one token for a key at a time',
    promise: 'answers',
    says: 'got another token under its key',
    keeps: (witness) => {
      witness.finds(gets(witness), 0);
      gets(witness);
    },
    breaks: (witness) => {
      gets(witness);
      gets(witness);
    },
  },
  {
    rule: 'of two requests at once neither knows the token of the other',
    promise: 'answers',
    says: 'got another token under its key',
    keeps: (witness) => {
      const later = witness.asks();
      gets(witness);
      const session = almostGets(witness, later);
      witness.answers(later, session);
      // The key has forgotten the first of them.
      witness.finds(session, 0);
      gets(witness);
    },
    breaks: (witness) => {
      gets(witness);
      const later = witness.asks();
      witness.answers(later, almostGets(witness, later));
    },
  },
  {
    rule: 'a token that reached nobody does not count for its key',
    promise: 'answers',
    says: 'got another token under its key',
    keeps: (witness) => {
      almostGets(witness, witness.asks());
      gets(witness);
    },
    breaks: (witness) => {
      gets(witness);
      gets(witness);
    },
  },
]);

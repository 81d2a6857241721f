import type { SessionRecord, SessionResult } from '../../../../shared/application/records.ts';
import { defaultPolicy } from '../../../../shared/domain/policy.ts';
import { permittedFailures } from '../../../../simulation/checker/budget.ts';
import { aSession } from '../../../support/builders.ts';
import { itSees } from './support/rules.ts';
import { HOUR_MS, type Witness } from './support/witness.ts';

const PHONE = { deviceKey: 'phone' };
const TABLET = { deviceKey: 'tablet' };

const fails = (witness: Witness, outcome: 'spoof' | 'uncertain' | 'technical'): void => {
  const session = witness.getsToken(TABLET);
  witness.counts(...[1, 2, 3].map((attemptId) => witness.entry(session, attemptId, outcome)));
};

const passes = (witness: Witness): void => witness.counts(witness.entry(witness.getsToken(PHONE), 1, 'real'));

const forgotten = (witness: Witness): SessionRecord => {
  const session = witness.getsToken();
  const result: SessionResult = { cause: 'completed', readAt: witness.now, attempts: [], lost: true };
  witness.writes({ sessions: [{ ...session, result }] });
  return session;
};

const times = (count: number, work: () => void): void => {
  for (let number = 0; number < count; number += 1) work();
};

it.each([
  [0.009, 0],
  [0.01, 1],
  [0.03, 3],
  [0.2, 22],
])(
  'a policy that states a chance of %d permits %i failures, each of which may be a breach in a hundred',
  (breach, failures) => {
    const { gate } = defaultPolicy;

    const permitted = permittedFailures({
      ...defaultPolicy,
      gate: { ...gate, budget: { ...gate.budget, pass: 0.01, breach } },
    });

    expect(permitted).toBe(failures);
  },
);

itSees([
  {
    rule: 'an open session is on the list of those that hold budget',
    promise: 'I3',
    says: 'may still bring 3 attempts, and holds no budget',
    keeps: (witness) => void witness.reserves(witness.asks()),
    breaks: (witness) => {
      const { record } = witness;
      witness.writes({ history: record, sessions: [aSession({ correlationId: record.correlationId })] });
    },
  },
  {
    rule: 'nothing leaves this list by time',
    promise: 'I3',
    says: 'may still bring 2 attempts, and holds no budget',
    keeps: (witness) => {
      const session = witness.getsToken();
      witness.counts(witness.entry(session, 1, 'spoof'));
      witness.nowMs += HOUR_MS;
      witness.counts(witness.endOf(session, 1));
    },
    breaks: (witness) => {
      const session = witness.getsToken();
      witness.counts(witness.entry(session, 1, 'spoof'));
      witness.nowMs += HOUR_MS;
      witness.writes({ history: { ...witness.record, outstanding: [] } });
    },
  },
  {
    rule: 'what the end of a session has found holds budget until it is counted',
    promise: 'I3',
    says: 'may still bring 1 attempts, and holds no budget',
    keeps: (witness) => witness.counts(witness.endOf(witness.getsToken(), 1)),
    breaks: (witness) => {
      const end = witness.endOf(witness.getsToken(), 1);
      witness.writes({ history: { ...witness.counted(end), outstanding: [] }, ledger: [end] });
    },
  },
  {
    rule: 'no attempt is made once a session has ended',
    promise: 'I3',
    says: 'whose session holds no budget any more',
    keeps: (witness) => {
      const session = witness.getsToken();
      witness.tries(session.sessionId, 1);
      witness.counts(witness.endOf(session, 0));
    },
    breaks: (witness) => {
      const session = witness.getsToken();
      witness.counts(witness.endOf(session, 0));
      witness.tries(session.sessionId, 1);
    },
  },
  {
    rule: 'no attempt is made in a session whose reservation was given back',
    promise: 'I3',
    says: 'whose session holds no budget any more',
    keeps: (witness) => {
      const request = witness.asks();
      const session = witness.issues(witness.reserves(request), request);
      witness.tries(session.sessionId, 1);
    },
    breaks: (witness) => {
      const request = witness.asks();
      const session = witness.issues(witness.reserves(request), request);
      witness.releases(session);
      witness.tries(session.sessionId, 1);
    },
  },
  {
    rule: 'no more attempts are made than were reserved',
    promise: 'I3',
    says: 'which holds budget for 3',
    keeps: (witness) => witness.tries(witness.getsToken().sessionId, 3),
    breaks: (witness) => witness.tries(witness.getsToken().sessionId, 4),
  },
  {
    rule: 'nothing is given back for a token that is in use',
    promise: 'I3',
    says: 'was released, and its token is in use',
    keeps: (witness) => {
      const request = witness.asks();
      witness.releases(witness.issues(witness.reserves(request), request));
    },
    breaks: (witness) => witness.releases(witness.getsToken()),
  },
  {
    rule: 'sessions on devices that never passed stay within the budget',
    promise: 'I3',
    says: '9 attempts on devices that never passed, the budget is 6',
    under: { budget: 6 },
    keeps: (witness) => times(2, () => witness.reserves(witness.asks())),
    breaks: (witness) => times(3, () => witness.reserves(witness.asks())),
  },
  {
    rule: 'devices that never passed share one budget with whoever has none',
    promise: 'I3',
    says: '9 attempts on devices that never passed, the budget is 6',
    under: { budget: 6 },
    keeps: (witness) => {
      passes(witness);
      for (const device of [{}, TABLET, PHONE]) witness.reserves(witness.asks(device));
    },
    breaks: (witness) => {
      passes(witness);
      for (const device of [{}, TABLET, TABLET]) witness.reserves(witness.asks(device));
    },
  },
  {
    rule: 'a policy that shrinks the budget leaves the owner one',
    promise: 'I3',
    says: '9 attempts on devices that never passed, the budget is 3',
    under: { budget: 6 },
    keeps: (witness) => {
      passes(witness);
      times(2, () => witness.reserves(witness.asks(TABLET)));
      witness.budget = 3;
      witness.reserves(witness.asks(PHONE));
    },
    breaks: (witness) => {
      passes(witness);
      times(2, () => witness.reserves(witness.asks(TABLET)));
      witness.budget = 3;
      witness.reserves(witness.asks(TABLET));
    },
  },
  {
    rule: 'sessions on all devices stay within the budget of both channels',
    promise: 'I3',
    says: '9 attempts on all devices, the budget of both channels is 6',
    under: { budget: 3 },
    keeps: (witness) => {
      passes(witness);
      times(2, () => witness.reserves(witness.asks(PHONE)));
    },
    breaks: (witness) => {
      passes(witness);
      times(3, () => witness.reserves(witness.asks(PHONE)));
    },
  },
  {
    rule: 'a presentation attack fills the budget, and a technical failure does not',
    promise: 'I3',
    says: '6 attempts on devices that never passed, the budget is 3',
    under: { budget: 3 },
    keeps: (witness) => {
      fails(witness, 'technical');
      witness.reserves(witness.asks(TABLET));
    },
    breaks: (witness) => {
      fails(witness, 'spoof');
      witness.reserves(witness.asks(TABLET));
    },
  },
  {
    rule: 'an uncertain attempt fills the budget, and a pass empties nothing',
    promise: 'I3',
    says: '6 attempts on devices that never passed, the budget is 3',
    under: { budget: 3 },
    keeps: (witness) => {
      passes(witness);
      witness.reserves(witness.asks());
    },
    breaks: (witness) => {
      fails(witness, 'uncertain');
      passes(witness);
      witness.reserves(witness.asks());
    },
  },
  {
    rule: 'a reset refills nothing',
    promise: 'I3',
    says: '6 attempts on devices that never passed, the budget is 3',
    under: { budget: 3 },
    keeps: (witness) => {
      fails(witness, 'technical');
      witness.resets();
      witness.reserves(witness.asks());
    },
    breaks: (witness) => {
      fails(witness, 'spoof');
      witness.resets();
      witness.reserves(witness.asks());
    },
  },
  {
    rule: 'a session that Face has forgotten keeps its budget, and counts what is known of it',
    promise: 'I3',
    says: 'which Face has forgotten, has given its budget back',
    keeps: (witness) => witness.counts(witness.entry(forgotten(witness), 1, 'spoof')),
    breaks: (witness) => witness.counts(witness.endOf(forgotten(witness), 0)),
  },
  {
    rule: 'the end of a session tells of as many attempts as its result has',
    promise: 'I3',
    says: 'tells of 1 attempts, its result has 2',
    keeps: (witness) => {
      const session = witness.getsToken();
      witness.counts(...[1, 2].map((attemptId) => witness.entry(session, attemptId, 'spoof')));
      witness.counts(witness.endOf(session, 2));
    },
    breaks: (witness) => {
      const session = witness.getsToken();
      witness.counts(...[1, 2].map((attemptId) => witness.entry(session, attemptId, 'spoof')));
      witness.finds(session, 2);
      witness.counts(witness.endOf(session, 1));
    },
  },
  {
    rule: 'nothing is given back before the result is stored',
    promise: 'I3',
    says: 'no result of its session is stored',
    keeps: (witness) => witness.counts(witness.endOf(witness.getsToken(), 0)),
    breaks: (witness) => {
      const session = witness.getsToken();
      const end = witness.endOf(session, 0);
      witness.writes({ sessions: [session] });
      witness.counts(end);
    },
  },
  {
    rule: 'an end user has one correlation id at a time',
    promise: 'I3',
    says: "is not the end user's",
    keeps: (witness) => void witness.getsToken(),
    breaks: (witness) => {
      const request = witness.asks();
      const session = witness.issues(witness.reserves(request), request);
      witness.hasId('5f9e7b1c-6f0b-4d1c-9d58-5a1c7e0d3b11');
      witness.answers(request, session);
    },
  },
]);

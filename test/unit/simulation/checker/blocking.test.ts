import { aPause, aVerdict } from '../../../support/builders.ts';
import { itSees } from './support/rules.ts';
import { HOUR_MS, Witness } from './support/witness.ts';

/** The request has a token, and nobody has heard of it. */
const almostAnswered = (witness: Witness) => {
  const request = witness.asks();
  const session = witness.issues(witness.reserves(request), request);
  return { request, session };
};

/** Who passed on the phone more than a day ago. */
const passesADayBefore = (witness: Witness): void => {
  witness.counts(witness.entry(witness.getsToken({ deviceKey: 'phone' }), 1, 'real'));
  witness.nowMs += 25 * HOUR_MS;
};

const getsTokenUnder = (witness: Witness, verdict = aVerdict(), what: { deviceKey?: string } = {}): void => {
  witness.has(verdict);
  witness.getsToken(what);
};

itSees([
  {
    rule: 'no token goes out when a flag was committed before the last look',
    promise: 'I2',
    says: 'although its correlation id is flagged',
    keeps: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.looks(request);
      witness.has(aVerdict());
      witness.answers(request, session);
    },
    breaks: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.has(aVerdict());
      witness.looks(request);
      witness.answers(request, session);
    },
  },
  {
    rule: 'a flag for unfamiliar devices stops them, and no other',
    promise: 'I2',
    says: 'although its correlation id is flagged',
    keeps: (witness) => {
      passesADayBefore(witness);
      getsTokenUnder(witness, aVerdict({ scope: 'device' }), { deviceKey: 'phone' });
    },
    breaks: (witness) => {
      passesADayBefore(witness);
      getsTokenUnder(witness, aVerdict({ scope: 'device' }), { deviceKey: 'tablet' });
    },
  },
  {
    rule: 'a device is familiar a day after a pass on it, whatever the product takes it for',
    promise: 'I2',
    says: 'although its correlation id is flagged',
    keeps: (witness) => {
      passesADayBefore(witness);
      getsTokenUnder(witness, aVerdict({ scope: 'device' }), { deviceKey: 'phone' });
    },
    breaks: (witness) => {
      passesADayBefore(witness);
      witness.nowMs -= 2 * HOUR_MS;
      getsTokenUnder(witness, aVerdict({ scope: 'device' }), { deviceKey: 'phone' });
    },
  },
  {
    rule: 'a flag for unfamiliar devices stops whoever has none',
    promise: 'I2',
    says: 'although its correlation id is flagged',
    keeps: (witness) => {
      passesADayBefore(witness);
      getsTokenUnder(witness, aVerdict({ scope: 'device' }), { deviceKey: 'phone' });
    },
    breaks: (witness) => {
      passesADayBefore(witness);
      getsTokenUnder(witness, aVerdict({ scope: 'device' }));
    },
  },
  {
    rule: 'a pause stops everybody until it ends',
    promise: 'I2',
    says: 'although its correlation id is paused',
    keeps: (witness) => getsTokenUnder(witness, aPause({ untilMs: witness.nowMs })),
    breaks: (witness) => getsTokenUnder(witness, aPause({ untilMs: witness.nowMs + 1 })),
  },
  {
    rule: 'a verdict of audit mode stops nobody, and any other does',
    promise: 'I2',
    says: 'although its correlation id is flagged',
    keeps: (witness) => getsTokenUnder(witness, aVerdict({ audit: true })),
    breaks: (witness) => getsTokenUnder(witness, aVerdict()),
  },
  {
    rule: 'no token goes out of a customer who was suspended from its issue to the last look',
    promise: 'I2',
    says: 'of a customer who is suspended',
    keeps: (witness) => {
      witness.customerIs('eligible');
      const { request, session } = almostAnswered(witness);
      witness.customerIs('suspended');
      witness.looks(request);
      witness.answers(request, session);
    },
    breaks: (witness) => {
      witness.customerIs('eligible');
      const request = witness.asks();
      const reserved = witness.reserves(request);
      witness.customerIs('suspended');
      const session = witness.issues(reserved, request);
      witness.looks(request);
      witness.answers(request, session);
    },
  },
  {
    rule: 'a suspension that ends before the last look stops nobody',
    promise: 'I2',
    says: 'of a customer who is suspended',
    keeps: (witness) => {
      witness.customerIs('suspended');
      const { request, session } = almostAnswered(witness);
      witness.customerIs('eligible');
      witness.looks(request);
      witness.answers(request, session);
    },
    breaks: (witness) => {
      witness.customerIs('suspended');
      const { request, session } = almostAnswered(witness);
      witness.looks(request);
      witness.customerIs('eligible');
      witness.answers(request, session);
    },
  },
  {
    rule: 'a customer who is eligible again gets tokens, and one who is terminated does not',
    promise: 'I2',
    says: 'of a customer who is terminated',
    keeps: (witness) => {
      witness.customerIs('suspended');
      witness.customerIs('eligible');
      witness.getsToken();
    },
    breaks: (witness) => {
      witness.customerIs('suspended');
      witness.customerIs('terminated');
      witness.getsToken();
    },
  },
  {
    rule: 'no token goes out for an id that was retired before the last look',
    promise: 'I6',
    says: 'got a token for a retired correlation id',
    keeps: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.looks(request);
      witness.resets();
      witness.answers(request, session);
    },
    breaks: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.resets();
      witness.looks(request);
      witness.answers(request, session);
    },
  },
  {
    rule: 'no session is reserved for a retired id',
    promise: 'I6',
    says: 'was reserved for a retired id',
    keeps: (witness) => {
      witness.resets();
      witness.reserves(witness.asks());
    },
    breaks: (witness) => {
      witness.writes({ history: { ...witness.record, status: 'retired' } });
      witness.reserves(witness.asks());
    },
  },
  {
    rule: 'no token goes out before its session is issued',
    promise: 'I5',
    says: 'its session is reserved',
    keeps: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.answers(request, session);
    },
    breaks: (witness) => {
      const request = witness.asks();
      witness.answers(request, witness.reserves(request));
    },
  },
  {
    rule: 'no token goes out for a session that is not stored',
    promise: 'I5',
    says: 'its session is missing',
    keeps: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.answers(request, session);
    },
    breaks: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.answers(request, { ...session, sessionId: `${session.correlationId}.another` });
    },
  },
  {
    rule: 'no token goes out whose reservation was given back',
    promise: 'I5',
    says: 'its session is released',
    keeps: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.answers(request, session);
    },
    breaks: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.releases(session);
      witness.answers(request, session);
    },
  },
  {
    rule: 'no token goes out that Face knows by another correlation id',
    promise: 'I5',
    says: 'Face knows it by another correlation id',
    keeps: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.answers(request, session);
    },
    breaks: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.checker.faceCreated(session.faceSessionId ?? '', session.sessionId);
      witness.answers(request, session);
    },
  },
  {
    rule: 'a session is issued by the request that gets its token',
    promise: 'I5',
    says: 'its session was never made issued',
    keeps: (witness) => {
      const { request, session } = almostAnswered(witness);
      witness.answers(request, session);
    },
    breaks: (witness) => {
      const { session } = almostAnswered(witness);
      witness.answers(witness.asks(), session);
    },
  },
]);

it('lets verdicts stop nobody while their customer is not enforced', () => {
  const witness = new Witness({ isAudited: true });

  getsTokenUnder(witness, aVerdict());

  expect(witness.model.broken).toEqual([]);
});

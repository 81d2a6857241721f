import type { IssueDecision } from '../../../../shared/application/issue-liveness-session.ts';
import type { SessionRecord } from '../../../../shared/application/records.ts';
import { aVerdict } from '../../../support/builders.ts';
import { startOfTests } from '../../../support/held-clock.ts';
import { itSees, type Rule } from './support/rules.ts';
import { HOUR_MS, type Witness } from './support/witness.ts';

type Refusal = Exclude<IssueDecision, { kind: 'issued' }>;

const PHONE = { deviceKey: 'phone' };
const TABLET = { deviceKey: 'tablet' };

const wait: Refusal = { kind: 'wait', until: startOfTests };
const refused = (because: (IssueDecision & { kind: 'refused' })['because']): Refusal => ({
  kind: 'refused',
  because,
  alternativePath: 'Visit a branch.',
});

/** The owner passes on the phone; so many hours go by. */
const passes = (witness: Witness, hours = 25): void => {
  witness.counts(witness.entry(witness.getsToken(PHONE), 1, 'real'));
  witness.nowMs += hours * HOUR_MS;
};

const meets = (witness: Witness, device: { deviceKey?: string }, decision: Refusal): void =>
  witness.refuses(witness.asks(device), decision);

const fails = (witness: Witness, device: { deviceKey: string }): void => {
  const session = witness.getsToken(device);
  witness.counts(...[1, 2, 3].map((attemptId) => witness.entry(session, attemptId, 'spoof')));
};

const lockedOut = (because: Parameters<typeof refused>[0]): Rule => ({
  rule: `an owner is not refused as ${because}, and a stranger may be`,
  promise: 'I10',
  says: `is refused on a clean familiar device: ${because}`,
  keeps: (witness) => {
    passes(witness);
    meets(witness, TABLET, refused(because));
  },
  breaks: (witness) => {
    passes(witness);
    meets(witness, PHONE, refused(because));
  },
});

const revoked = (session: SessionRecord): SessionRecord => ({ ...session, revoked: true });

itSees([
  lockedOut('correlation-flagged'),
  lockedOut('device-not-familiar'),
  lockedOut('paused'),
  lockedOut('exposure-budget'),
  {
    rule: 'an owner is refused for what the customer has done only',
    promise: 'I10',
    says: 'is refused on a clean familiar device: paused',
    keeps: (witness) => {
      passes(witness);
      meets(witness, PHONE, refused('customer-not-eligible'));
    },
    breaks: (witness) => {
      passes(witness);
      meets(witness, PHONE, refused('paused'));
    },
  },
  {
    rule: 'an owner does not wait, and a stranger may have to',
    promise: 'I10',
    says: 'has to wait on a clean familiar device',
    keeps: (witness) => {
      passes(witness);
      meets(witness, TABLET, wait);
    },
    breaks: (witness) => {
      passes(witness);
      meets(witness, PHONE, wait);
    },
  },
  {
    rule: 'an owner waits for nobody but for tokens of the same device',
    promise: 'I10',
    says: 'has to wait on a clean familiar device',
    keeps: (witness) => {
      passes(witness);
      witness.getsToken(PHONE);
      meets(witness, PHONE, wait);
    },
    breaks: (witness) => {
      passes(witness);
      witness.getsToken(TABLET);
      meets(witness, PHONE, wait);
    },
  },
  {
    rule: 'an owner waits for tokens of the same device that were given back while the product decided, not for earlier ones',
    promise: 'I10',
    says: 'has to wait on a clean familiar device',
    keeps: (witness) => {
      passes(witness);
      const session = witness.reserves(witness.asks(PHONE));
      const request = witness.asks(PHONE);
      witness.releases(session);
      witness.refuses(request, wait);
    },
    breaks: (witness) => {
      passes(witness);
      witness.releases(witness.reserves(witness.asks(PHONE)));
      meets(witness, PHONE, wait);
    },
  },
  {
    rule: 'a device is familiar a day after its pass, and not before',
    promise: 'I10',
    says: 'has to wait on a clean familiar device',
    keeps: (witness) => {
      passes(witness, 23);
      meets(witness, PHONE, wait);
    },
    breaks: (witness) => {
      passes(witness, 24);
      meets(witness, PHONE, wait);
    },
  },
  {
    rule: 'failures elsewhere are not the owner’s, and those on the own device are',
    promise: 'I10',
    says: 'has to wait on a clean familiar device',
    keeps: (witness) => {
      passes(witness);
      fails(witness, PHONE);
      meets(witness, PHONE, wait);
    },
    breaks: (witness) => {
      passes(witness);
      fails(witness, TABLET);
      meets(witness, PHONE, wait);
    },
  },
  {
    rule: 'whoever names no device has none that is familiar',
    promise: 'I10',
    says: 'has to wait on a clean familiar device',
    keeps: (witness) => {
      witness.counts(witness.entry(witness.getsToken(), 1, 'real'));
      witness.nowMs += 25 * HOUR_MS;
      meets(witness, {}, wait);
    },
    breaks: (witness) => {
      passes(witness);
      meets(witness, PHONE, wait);
    },
  },
  {
    rule: 'no device is familiar after a reset',
    promise: 'I10',
    says: 'has to wait on a clean familiar device',
    keeps: (witness) => {
      passes(witness);
      witness.resets();
      meets(witness, PHONE, wait);
    },
    breaks: (witness) => {
      passes(witness);
      meets(witness, PHONE, wait);
    },
  },
  {
    rule: 'a flag of unfamiliar devices leaves the owner’s sessions alone',
    promise: 'I10',
    says: 'of a clean familiar device was revoked',
    keeps: (witness) => {
      passes(witness);
      const session = witness.getsToken(TABLET);
      const history = { ...witness.record, verdicts: [aVerdict({ scope: 'device' })] };
      witness.writes({ history, sessions: [revoked(session)] });
    },
    breaks: (witness) => {
      passes(witness);
      const session = witness.getsToken(PHONE);
      const history = { ...witness.record, verdicts: [aVerdict({ scope: 'device' })] };
      witness.writes({ history, sessions: [revoked(session)] });
    },
  },
  {
    rule: 'a flag of the id revokes the owner’s sessions, and nothing less does',
    promise: 'I10',
    says: 'of a clean familiar device was revoked',
    keeps: (witness) => {
      passes(witness);
      const session = witness.getsToken(PHONE);
      witness.writes({ history: { ...witness.record, verdicts: [aVerdict()] }, sessions: [revoked(session)] });
    },
    breaks: (witness) => {
      passes(witness);
      witness.writes({ sessions: [revoked(witness.getsToken(PHONE))] });
    },
  },
  {
    rule: 'only what was revoked is closed as revoked',
    promise: 'I10',
    says: 'because of a verdict that does not concern it',
    keeps: (witness) => {
      const session = revoked(witness.getsToken(TABLET));
      witness.writes({ sessions: [{ ...session, result: { cause: 'revoked', readAt: witness.now, attempts: [] } }] });
    },
    breaks: (witness) => {
      const session = witness.getsToken(TABLET);
      witness.writes({ sessions: [{ ...session, result: { cause: 'revoked', readAt: witness.now, attempts: [] } }] });
    },
  },
]);

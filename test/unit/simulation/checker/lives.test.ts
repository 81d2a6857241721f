import { aPause, aVerdict } from '../../../support/builders.ts';
import { itSees, type Rule } from './support/rules.ts';
import type { Witness } from './support/witness.ts';

const DAY = 86_400;
const NEVER_EXPIRES = -1;

const lives = (witness: Witness, ttl: number, document: object): void =>
  witness.stores('a container', [{ id: 'an id', ttl, ...document }]);

const livesFor = (days: number, document: { documentKind: string; dueAt?: string }, what: string): Rule => ({
  rule: `${what} lives for ${days} days`,
  promise: 'I9',
  says: `${what} in a container expires in ${days * DAY - 1} seconds`,
  keeps: (witness) => lives(witness, days * DAY, document),
  breaks: (witness) => lives(witness, days * DAY - 1, document),
});

const livesForever = (document: { documentKind: string; dueAt?: string }, what: string): Rule => ({
  rule: `${what} does not expire`,
  promise: 'I9',
  says: `${what} in a container expires in ${1000 * DAY} seconds`,
  keeps: (witness) => lives(witness, NEVER_EXPIRES, document),
  breaks: (witness) => lives(witness, 1000 * DAY, document),
});

itSees([
  livesFor(60, { documentKind: 'attempt' }, 'a document of kind attempt'),
  livesFor(60, { documentKind: 'session' }, 'a document of kind session'),
  livesFor(60, { documentKind: 'device' }, 'a document of kind device'),
  livesFor(400, { documentKind: 'flag' }, 'a flag'),
  livesFor(30, { documentKind: 'event' }, 'a published event'),
  livesFor(45, { documentKind: 'observation' }, 'an observation'),
  livesFor(1, { documentKind: 'idempotency-key' }, 'the key of a request'),
  livesFor(1, { documentKind: 'quota' }, 'the quota of a day'),
  livesForever({ documentKind: 'event', dueAt: '2026-01-05T09:00:00.000Z' }, 'an event that is not published'),
  livesForever({ documentKind: 'something new' }, 'a document of kind something new'),
  {
    rule: 'the history of a flagged id does not expire',
    promise: 'I9',
    says: 'which is flagged, in correlations expires in 5184000 seconds',
    keeps: (witness) => witness.writes({ history: { ...witness.record, verdicts: [aVerdict()] }, ttl: NEVER_EXPIRES }),
    breaks: (witness) => witness.writes({ history: { ...witness.record, verdicts: [aVerdict()] }, ttl: 60 * DAY }),
  },
  {
    rule: 'the history of a paused id does not expire before the pause has ended',
    promise: 'I9',
    says: 'which is paused, in correlations expires in 5184000 seconds',
    keeps: (witness) => {
      const ended = { ...aPause(), pauseEnded: true as const };
      witness.writes({ history: { ...witness.record, verdicts: [ended] }, ttl: 60 * DAY });
    },
    breaks: (witness) => {
      const history = { ...witness.record, verdicts: [aPause()], dueAt: witness.now };
      witness.writes({ history, ttl: 60 * DAY });
    },
  },
  {
    rule: 'the history of a retired id does not expire, and that of an active one does',
    promise: 'I9',
    says: 'which is retired, in correlations expires in 5184000 seconds',
    keeps: (witness) => witness.writes({ history: witness.record, ttl: 60 * DAY }),
    breaks: (witness) => witness.writes({ history: { ...witness.record, status: 'retired' }, ttl: 60 * DAY }),
  },
  {
    rule: 'the history of an active id lives for 60 days',
    promise: 'I9',
    says: 'in correlations expires in 5183999 seconds',
    keeps: (witness) => witness.writes({ history: witness.record, ttl: 60 * DAY }),
    breaks: (witness) => witness.writes({ history: witness.record, ttl: 60 * DAY - 1 }),
  },
]);

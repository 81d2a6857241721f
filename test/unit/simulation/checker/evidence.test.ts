import type { SessionRecord, SessionResult } from '../../../../shared/application/records.ts';
import { aPause, aVerdict } from '../../../support/builders.ts';
import { startOfTests } from '../../../support/held-clock.ts';
import { itSees } from './support/rules.ts';
import { Witness } from './support/witness.ts';

const flag = aVerdict();
const pause = aPause({ sinceMs: startOfTests.getTime() });

const has = (witness: Witness, ...verdicts: (typeof flag)[]): void =>
  witness.writes({ history: { ...witness.record, verdicts } });

const atFace = ({ faceSessionId = '' }: SessionRecord): string => faceSessionId;

/** A result with so many attempts. */
const stores = (witness: Witness, session: SessionRecord, count: number): void => {
  const attempts = Array.from({ length: count }, (_, index) => ({ attemptId: index + 1, outcome: 'spoof' as const }));
  const result: SessionResult = { cause: 'completed', readAt: witness.now, attempts };
  witness.writes({ sessions: [{ ...session, state: 'closing', result }] });
};

itSees([
  {
    rule: 'a flag stays, and a pause may go',
    promise: 'I9',
    says: 'the flag repeated-failures of',
    keeps: (witness) => {
      has(witness, flag, pause);
      has(witness, flag);
    },
    breaks: (witness) => {
      has(witness, flag, pause);
      has(witness, pause);
    },
  },
  {
    rule: 'a flag is not replaced by a later one of its pattern',
    promise: 'I9',
    says: 'the flag repeated-failures of',
    keeps: (witness) => {
      has(witness, flag);
      has(witness, flag, { ...flag, sinceMs: flag.sinceMs + 1 });
    },
    breaks: (witness) => {
      has(witness, flag);
      has(witness, { ...flag, sinceMs: flag.sinceMs + 1 });
    },
  },
  {
    rule: 'a flag does not end by itself, and a pause does',
    promise: 'I9',
    says: 'ends by itself',
    keeps: (witness) => has(witness, pause),
    breaks: (witness) => has(witness, { ...pause, kind: 'flagged' }),
  },
  {
    rule: 'who follows on another knows of it from the first moment',
    promise: 'I9',
    says: 'and knows nothing of it',
    keeps: (witness) => witness.resets(),
    breaks: (witness) => witness.resets({ knowsItsPredecessor: false }),
  },
  {
    rule: 'predecessors are not forgotten',
    promise: 'I9',
    says: 'has forgotten its predecessors',
    keeps: (witness) => {
      witness.resets();
      witness.writes({ history: witness.record });
    },
    breaks: (witness) => {
      witness.resets();
      const { lineage: _forgotten, ...record } = witness.record;
      witness.writes({ history: record });
    },
  },
  {
    rule: 'the history of a flagged id does not expire',
    promise: 'I9',
    says: 'is flagged and expires in 60 seconds',
    keeps: (witness) => witness.writes({ history: { ...witness.record, verdicts: [flag] }, ttl: -1 }),
    breaks: (witness) => witness.writes({ history: { ...witness.record, verdicts: [flag] }, ttl: 60 }),
  },
  {
    rule: 'the history of a retired id does not expire, and that of an active one does',
    promise: 'I9',
    says: 'is retired and expires in 60 seconds',
    keeps: (witness) => witness.writes({ history: witness.record, ttl: 60 }),
    breaks: (witness) => witness.writes({ history: { ...witness.record, status: 'retired' }, ttl: 60 }),
  },
  {
    rule: 'a reset does not lift a block',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [flag] });
    },
    breaks: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [] });
    },
  },
  {
    rule: 'a block goes on after a reset for as many devices',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [flag, pause] });
    },
    breaks: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [{ ...flag, scope: 'device' }, pause] });
    },
  },
  {
    rule: 'a block goes on after a reset as strongly',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [flag, pause] });
    },
    breaks: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [{ ...flag, kind: 'paused' }, pause] });
    },
  },
  {
    rule: 'a block goes on after a reset since the same moment',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [flag, pause] });
    },
    breaks: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [{ ...flag, sinceMs: flag.sinceMs + 1 }, pause] });
    },
  },
  {
    rule: 'a block goes on after a reset for the same pattern',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [flag, pause] });
    },
    breaks: (witness) => {
      has(witness, flag);
      witness.resets({ verdicts: [{ ...flag, pattern: 'token-hoarding' }, pause] });
    },
  },
  {
    rule: 'a Face session with attempts is not deleted unread',
    promise: 'I9',
    says: 'a Face session with 2 attempts was deleted unread',
    keeps: (witness) => witness.checker.faceDeleted(atFace(witness.getsToken()), 0),
    breaks: (witness) => witness.checker.faceDeleted(atFace(witness.getsToken()), 2),
  },
  {
    rule: 'every attempt that was read is on its way to the ledger before the Face session is deleted',
    promise: 'I9',
    says: '/2 was deleted before this attempt was on its way',
    keeps: (witness) => {
      const session = witness.getsToken();
      witness.checker.faceRead(atFace(session), 2);
      witness.counts(witness.entry(session, 1, 'spoof'));
      witness.queues(witness.entry(session, 2, 'spoof'));
      witness.checker.faceDeleted(atFace(session), 3);
    },
    breaks: (witness) => {
      const session = witness.getsToken();
      witness.checker.faceRead(atFace(session), 2);
      witness.counts(witness.entry(session, 1, 'spoof'));
      witness.checker.faceDeleted(atFace(session), 3);
      witness.queues(witness.entry(session, 2, 'spoof'));
    },
  },
  {
    rule: 'what is stored of a session is what one of its reads has shown',
    promise: 'I9',
    says: '0 attempts of',
    keeps: (witness) => {
      const session = witness.getsToken();
      for (const attempts of [0, 1]) witness.checker.faceRead(atFace(session), attempts);
      stores(witness, session, 0);
      witness.checker.faceDeleted(atFace(session), 1);
    },
    breaks: (witness) => {
      const session = witness.getsToken();
      witness.checker.faceRead(atFace(session), 1);
      stores(witness, session, 0);
      witness.checker.faceDeleted(atFace(session), 1);
    },
  },
]);

it('tells once of a Face session that was deleted unread, however often it is deleted', () => {
  const witness = new Witness();
  const session = witness.getsToken();

  witness.checker.faceDeleted(atFace(session), 2);
  witness.checker.faceDeleted(atFace(session), 2);

  expect(witness.model.broken).toHaveLength(1);
});

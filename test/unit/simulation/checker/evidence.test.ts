import type { SessionRecord, SessionResult } from '../../../../shared/application/records.ts';
import { aPause, aVerdict } from '../../../support/builders.ts';
import { startOfTests } from '../../../support/held-clock.ts';
import { itSees } from './support/rules.ts';
import { HOUR_MS, Witness } from './support/witness.ts';

const flag = aVerdict();
const pause = aPause({ sinceMs: startOfTests.getTime() });

const atFace = ({ faceSessionId = '' }: SessionRecord): string => faceSessionId;

/** A result with so many attempts. */
const stores = (witness: Witness, session: SessionRecord, count: number): void => {
  const attempts = Array.from({ length: count }, (_, index) => ({ attemptId: index + 1, outcome: 'spoof' as const }));
  const result: SessionResult = { cause: 'completed', readAt: witness.now, attempts };
  witness.writes({ sessions: [{ ...session, state: 'closing', result }] });
};

itSees([
  {
    rule: 'a flag stays, and a pause may go once it is over',
    promise: 'I9',
    says: 'the flag repeated-failures of',
    keeps: (witness) => {
      witness.has(flag, pause);
      witness.nowMs += 24 * HOUR_MS;
      witness.has(flag);
    },
    breaks: (witness) => {
      witness.has(flag, pause);
      witness.has(pause);
    },
  },
  {
    rule: 'a flag is not replaced by a later one of its pattern',
    promise: 'I9',
    says: 'the flag repeated-failures of',
    keeps: (witness) => {
      witness.has(flag);
      witness.has(flag, { ...flag, sinceMs: flag.sinceMs + 1 });
    },
    breaks: (witness) => {
      witness.has(flag);
      witness.has({ ...flag, sinceMs: flag.sinceMs + 1 });
    },
  },
  {
    rule: 'a pause is not lifted before its end, but for what the clocks of processes differ',
    promise: 'I9',
    says: 'the pause of',
    keeps: (witness) => {
      witness.has(pause);
      witness.nowMs += 24 * HOUR_MS - 5 * 60_000;
      witness.has();
    },
    breaks: (witness) => {
      witness.has(pause);
      witness.nowMs += 24 * HOUR_MS - 5 * 60_000 - 1;
      witness.has();
    },
  },
  {
    rule: 'a pause is not said to be over before its end',
    promise: 'I9',
    says: 'is lifted before its end',
    keeps: (witness) => {
      witness.has(pause);
      witness.nowMs += 24 * HOUR_MS;
      witness.has({ ...pause, pauseEnded: true });
    },
    breaks: (witness) => {
      witness.has(pause);
      witness.has({ ...pause, pauseEnded: true });
    },
  },
  {
    rule: 'a pause gives way to a longer one only',
    promise: 'I9',
    says: 'is lifted before its end',
    keeps: (witness) => {
      witness.has(pause);
      witness.has({ ...pause, untilMs: pause.untilMs! + 1 });
    },
    breaks: (witness) => {
      witness.has(pause);
      witness.has({ ...pause, untilMs: pause.untilMs! - 1 });
    },
  },
  {
    rule: 'a flag does not end by itself, and a pause does',
    promise: 'I9',
    says: 'ends by itself',
    keeps: (witness) => witness.has(pause),
    breaks: (witness) => witness.has({ ...pause, kind: 'flagged' }),
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
    rule: 'what is retired stays retired',
    promise: 'I6',
    says: 'was retired, and has come back',
    keeps: (witness) => {
      const { record } = witness;
      witness.writes({ history: { ...record, status: 'retired' } });
      witness.writes({ history: { ...record, status: 'retired' } });
    },
    breaks: (witness) => {
      const { record } = witness;
      witness.writes({ history: { ...record, status: 'retired' } });
      witness.writes({ history: record });
    },
  },
  {
    rule: 'a reset does not lift a block',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [flag] });
    },
    breaks: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [] });
    },
  },
  {
    rule: 'a block goes on after a reset for as many devices',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [flag, pause] });
    },
    breaks: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [{ ...flag, scope: 'device' }, pause] });
    },
  },
  {
    rule: 'a block goes on after a reset as strongly',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [flag, pause] });
    },
    breaks: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [{ ...flag, kind: 'paused' }, pause] });
    },
  },
  {
    rule: 'a block goes on after a reset since the same moment',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [flag, pause] });
    },
    breaks: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [{ ...flag, sinceMs: flag.sinceMs + 1 }, pause] });
    },
  },
  {
    rule: 'a block goes on after a reset for the same pattern',
    promise: 'I9',
    says: 'is flagged for repeated-failures',
    keeps: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [flag, pause] });
    },
    breaks: (witness) => {
      witness.has(flag);
      witness.resets({ verdicts: [{ ...flag, pattern: 'token-hoarding' }, pause] });
    },
  },
  {
    rule: 'the product deletes nothing but the keys of requests',
    promise: 'I9',
    says: 'has deleted something of correlations',
    keeps: (witness) => witness.deletes('client-applications'),
    breaks: (witness) => witness.deletes('correlations'),
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

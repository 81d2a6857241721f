import { itSees } from './support/rules.ts';
import type { Witness } from './support/witness.ts';

/** A session whose token is out, and the entry of a first attempt in it. */
const anAttempt = (witness: Witness) => {
  const session = witness.getsToken({ deviceKey: 'phone' });
  return { session, entry: witness.entry(session, 1, 'spoof') };
};

itSees([
  {
    rule: 'an attempt in the ledger is in the history',
    promise: 'I1',
    says: 'the history does not',
    keeps: (witness) => witness.counts(anAttempt(witness).entry),
    breaks: (witness) => {
      const { entry } = anAttempt(witness);
      const { history } = witness.record;
      witness.writes({ history: { ...witness.counted(entry), history }, ledger: [entry] });
    },
  },
  {
    rule: 'an attempt in the history is in the ledger',
    promise: 'I1',
    says: 'the ledger does not',
    keeps: (witness) => witness.counts(anAttempt(witness).entry),
    breaks: (witness) => {
      const { entry } = anAttempt(witness);
      const { outstanding } = witness.record;
      witness.writes({ history: { ...witness.counted(entry), outstanding } });
    },
  },
  {
    rule: 'an attempt is counted at the moment that the ledger has',
    promise: 'I1',
    says: 'the history does not',
    keeps: (witness) => witness.counts(anAttempt(witness).entry),
    breaks: (witness) => {
      const { entry } = anAttempt(witness);
      witness.writes({ history: witness.counted({ ...entry, atMs: entry.atMs + 1 }), ledger: [entry] });
    },
  },
  {
    rule: 'an attempt is counted on the device that the ledger has',
    promise: 'I1',
    says: 'on phone, the history does not',
    keeps: (witness) => witness.counts(anAttempt(witness).entry),
    breaks: (witness) => {
      const { entry } = anAttempt(witness);
      witness.writes({ history: witness.counted({ ...entry, deviceKey: 'tablet' }), ledger: [entry] });
    },
  },
  {
    rule: 'an attempt is counted as what the ledger has',
    promise: 'I1',
    says: 'as uncertain at',
    keeps: (witness) => witness.counts(anAttempt(witness).entry),
    breaks: (witness) => {
      const { entry } = anAttempt(witness);
      witness.writes({ history: witness.counted({ ...entry, outcome: 'uncertain' }), ledger: [entry] });
    },
  },
  {
    rule: 'another person is not counted as a bad view',
    promise: 'I1',
    says: 'as mismatch at',
    keeps: (witness) => witness.counts({ ...anAttempt(witness).entry, outcome: 'uncertain', reason: 'mismatch' }),
    breaks: (witness) => {
      const entry = { ...anAttempt(witness).entry, outcome: 'uncertain' as const };
      witness.writes({ history: witness.counted(entry), ledger: [{ ...entry, reason: 'mismatch' }] });
    },
  },
  {
    rule: 'a token that ended unused is counted',
    promise: 'I1',
    says: 'as unused at',
    keeps: (witness) => witness.counts(witness.endOf(anAttempt(witness).session, 0)),
    breaks: (witness) => {
      const end = witness.endOf(anAttempt(witness).session, 0);
      const { history } = witness.record;
      witness.writes({ history: { ...witness.counted(end), history }, ledger: [end] });
    },
  },
  {
    rule: 'an attempt is entered once',
    promise: 'I1',
    says: 'entered into the ledger twice',
    keeps: (witness) => {
      const { entry } = anAttempt(witness);
      witness.counts(entry);
      witness.writes({ history: witness.record });
    },
    breaks: (witness) => {
      const { entry } = anAttempt(witness);
      witness.counts(entry);
      witness.counts(entry);
    },
  },
  {
    rule: 'an attempt is counted for the device that got the token',
    promise: 'I1',
    says: 'counted for another device',
    keeps: (witness) => witness.counts(anAttempt(witness).entry),
    breaks: (witness) => witness.counts({ ...anAttempt(witness).entry, deviceKey: 'tablet' }),
  },
  {
    rule: 'of passes of one day and device the history needs one',
    promise: 'I1',
    says: 'the history does not',
    keeps: (witness) => {
      for (let checks = 0; checks < 2; checks += 1) {
        witness.counts(witness.entry(witness.getsToken({ deviceKey: 'phone' }), 1, 'real'));
      }
    },
    breaks: (witness) => {
      for (const deviceKey of ['phone', 'tablet']) {
        const entry = witness.entry(witness.getsToken({ deviceKey }), 1, 'real');
        const { passes } = witness.record.history;
        const counted = witness.counted(entry);
        const kept = passes.length > 0 ? { ...counted.history, passes } : counted.history;
        witness.writes({ history: { ...counted, history: kept }, ledger: [entry] });
      }
    },
  },
  {
    rule: 'nothing is stored before the history',
    promise: 'I1',
    says: 'was stored before its history',
    keeps: (witness) => witness.counts(anAttempt(witness).entry),
    breaks: (witness) => {
      const correlationId = '5f9e7b1c-6f0b-4d1c-9d58-5a1c7e0d3b11';
      witness.stores('correlations', [{ documentKind: 'something', correlationId }]);
    },
  },
]);

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

import { defaultPolicy } from '../../../../shared/domain/policy.ts';
import { aPause, aVerdict, someEvidence } from '../../../support/builders.ts';
import { startOfTests } from '../../../support/held-clock.ts';
import { itSees } from './support/rules.ts';
import type { Witness } from './support/witness.ts';

const untilMs = startOfTests.getTime() + 3_600_000;
const pause = aPause({ untilMs });
const pending = { evidence: someEvidence(), policy: defaultPolicy };

/** Whoever has this verdict is looked at then, or never. */
const isLookedAt = (witness: Witness, atMs: number | undefined, verdict = pause, what = {}): void =>
  witness.writes({
    history: {
      ...witness.record,
      verdicts: [{ ...verdict, ...what }],
      ...(atMs !== undefined && { dueAt: new Date(atMs) }),
    },
  });

itSees([
  {
    rule: 'a pause is looked at when it ends',
    promise: 'I8',
    says: 'is paused for repeated-failures ends, and nobody will look',
    keeps: (witness) => isLookedAt(witness, untilMs),
    breaks: (witness) => isLookedAt(witness, untilMs + 1),
  },
  {
    rule: 'a pause is looked at until its end is told, and not any more',
    promise: 'I8',
    says: 'is paused for repeated-failures ends, and nobody will look',
    keeps: (witness) => {
      isLookedAt(witness, untilMs);
      witness.nowMs = untilMs;
      isLookedAt(witness, undefined, pause, { pauseEnded: true });
    },
    breaks: (witness) => isLookedAt(witness, undefined),
  },
  {
    rule: 'a flag is looked at until it is told',
    promise: 'I8',
    says: 'is flagged for repeated-failures is to be told of, and nobody will look',
    keeps: (witness) => isLookedAt(witness, undefined, aVerdict()),
    breaks: (witness) => isLookedAt(witness, undefined, aVerdict(), { pending }),
  },
  {
    rule: 'a retired id hands on what it waits for',
    promise: 'I8',
    says: 'nobody will look',
    keeps: (witness) => {
      isLookedAt(witness, untilMs);
      const { dueAt: _done, ...record } = witness.record;
      witness.writes({ history: { ...record, status: 'retired' } });
    },
    breaks: (witness) => {
      isLookedAt(witness, untilMs);
      const { dueAt: _done, ...record } = witness.record;
      witness.writes({ history: record });
    },
  },
]);

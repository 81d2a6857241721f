import type { Mutant } from './mutant.ts';

const gate = 'shared/domain/gate.ts';
const reservation = 'shared/application/reservation.ts';
const sweeps = 'shared/application/sweeps.ts';
const documents = 'shared/adapters/cosmos/documents.ts';

/** In what is kept, for whom, and what wakes up by itself. */
export const keepingMutants: readonly Mutant[] = [
  {
    name: 'the history of a flagged id expires',
    breaks: ['I9'],
    file: documents,
    text: "status === 'active' && !verdicts.some(({ audit, pauseEnded }) => audit !== true && pauseEnded !== true)",
    instead: "status === 'active'",
  },
  {
    name: 'the history of a retired id expires',
    breaks: ['I9'],
    file: documents,
    text: "status === 'active' && !verdicts.some(",
    instead: '!verdicts.some(',
  },
  {
    name: 'the ledger is kept for an hour',
    breaks: ['I9'],
    file: documents,
    text: 'ledger: 60 * SECONDS_PER_DAY,',
    instead: 'ledger: 3600,',
  },
  {
    name: 'verdicts reach familiar devices, too',
    breaks: ['I10'],
    file: 'shared/domain/judge.ts',
    text: "rule.scope?.(evidence, policy) ?? evidence.score?.scope ?? 'correlation'",
    instead: "'correlation'",
  },
  {
    name: 'strangers and owners share one budget',
    breaks: ['I10'],
    file: gate,
    text: 'includes: (tag) => familiar.has(tag) === isFamiliar',
    instead: 'includes: () => true',
  },
  {
    name: 'a flag of unfamiliar devices revokes the sessions of all',
    breaks: ['I10'],
    file: reservation,
    text: 'return record.outstanding.filter(({ deviceKey }) => deviceKey === undefined || !familiar.has(deviceKey));',
    instead: 'return record.outstanding;',
  },
  {
    name: 'who hears of a flag closes the sessions of all',
    breaks: ['I10'],
    file: 'shared/application/close-open-sessions.ts',
    text: 'if (session?.record.revoked !== true) continue;',
    instead: 'if (session === undefined) continue;',
  },
  {
    name: 'nobody is nudged when timers stop',
    breaks: ['I4', 'I8'],
    file: sweeps,
    text: 'await Promise.all(stale.map((sweep) => sweepNudges.nudge(sweep, now)));',
    instead: '',
  },
  {
    name: 'nobody learns that something was observed',
    breaks: ['I8'],
    file: 'shared/application/create-observations.ts',
    text: 'await watches.markDue(customerId, new Date(now.getTime() + OBSERVATIONS_SETTLE_SECONDS * 1000));',
    instead: 'await watches.find(customerId);',
  },
  {
    name: 'nobody tells that a customer is enforced again',
    breaks: ['I8'],
    file: 'shared/application/use-cases.ts',
    text: 'inTurn(completeDecisions, endEnforcementOff)',
    instead: 'completeDecisions',
  },
];

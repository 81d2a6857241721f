// I1: each attempt changes the history of its correlation id exactly once.

import type { CorrelationRecord, LedgerRecord } from '../../shared/application/records.ts';
import type { AttemptFact, History } from '../../shared/domain/history.ts';
import { dayOf } from '../../shared/domain/time.ts';
import { eventKey } from '../../shared/domain/events.ts';
import type { Model } from './model.ts';
import { attemptsIn, lineOf, type Story } from './story.ts';

/** Ledger and history say the same, after every write. */
export const checkCounting = (model: Model, story: Story, record: CorrelationRecord): void => {
  // A blocked successor has its predecessor's history.
  const counted = lineOf(story).flatMap(attemptsIn);
  const own = attemptsIn(story);
  const inHistory = new Map(factsOf(record.history).map((fact) => [keyOf(fact.fact), fact.outcome]));
  for (const attempt of own) {
    if (inHistory.get(attempt.key) === attempt.outcome || isCountedPass(record.history, attempt)) continue;
    model.breaks('I1', `the ledger has ${attempt.key} as ${attempt.outcome}, the history does not`);
  }
  const inLedger = new Map(counted.map((attempt) => [attempt.key, attempt.outcome]));
  for (const [key, outcome] of inHistory) {
    if (inLedger.get(key) !== outcome)
      model.breaks('I1', `the history counts ${key} as ${outcome}, the ledger does not`);
  }
};

/** Whoever the attempt is counted for, it is for the device that asked for the token. */
export const checkDevice = (model: Model, story: Story, { key, sessionId, deviceKey }: LedgerRecord): void => {
  const asked = story.sessions.get(sessionId)?.deviceKey;
  if (asked !== deviceKey) model.breaks('I1', `${key} is counted for another device than the one that got the token`);
};

const factsOf = ({ spoof, uncertain, technical, passes }: History) => [
  ...spoof.map((fact) => ({ fact, outcome: 'spoof' })),
  ...uncertain.map((fact) => ({ fact, outcome: 'uncertain' })),
  ...technical.map((fact) => ({ fact, outcome: 'technical' })),
  ...passes.map((fact) => ({ fact, outcome: 'real' })),
];

const keyOf = ({ sessionId, attemptId }: AttemptFact): string =>
  eventKey({ type: 'attempt', sessionId, attemptId, atMs: 0, customerId: '', correlationId: '', outcome: 'real' });

/** Of passes a history keeps one for each day and device. */
const isCountedPass = (history: History, { outcome, atMs, deviceKey }: LedgerRecord): boolean =>
  outcome === 'real' &&
  history.passes.some((pass) => dayOf(pass.atMs) === dayOf(atMs) && pass.tag === (deviceKey ?? ''));

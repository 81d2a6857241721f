// I1: each attempt changes the history of its correlation id exactly once, and so does each token that ended unused.

import type { CorrelationRecord, LedgerRecord } from '../../shared/application/records.ts';
import type { History } from '../../shared/domain/history.ts';
import type { Model } from './model.ts';
import { dayOf, lineOf, type Story } from './story.ts';

/** Ledger and history say the same, after every write. */
export const checkCounting = (model: Model, story: Story, { history }: CorrelationRecord): void => {
  const inHistory = countedIn(history);
  for (const [key, entry] of story.ledger) {
    const as = countedAs(entry);
    if (as === undefined || inHistory.get(key) === as || isCountedPass(history, entry)) continue;
    model.breaks('I1', `the ledger has ${key} as ${as}, the history does not`);
  }
  // A blocked successor has its predecessor's history.
  const inLedgers = new Map(lineOf(story).flatMap(({ ledger }) => [...ledger]));
  for (const [key, as] of inHistory) {
    const entry = inLedgers.get(key);
    if (entry === undefined || countedAs(entry) !== as) {
      model.breaks('I1', `the history counts ${key} as ${as}, the ledger does not`);
    }
  }
};

/** Whoever the attempt is counted for, it is for the device that asked for the token. */
export const checkDevice = (model: Model, story: Story, { key, sessionId, deviceKey }: LedgerRecord): void => {
  const asked = story.sessions.get(sessionId)?.deviceKey;
  if (asked !== deviceKey) model.breaks('I1', `${key} is counted for another device than the one that got the token`);
};

/** What counts of an entry: as what, when and where. */
const countedAs = ({ type, outcome, reason, atMs, deviceKey = '' }: LedgerRecord): string | undefined => {
  switch (type) {
    case 'attempt':
      return described(reason === 'mismatch' ? reason : String(outcome), atMs, deviceKey);
    case 'session.abandoned':
      return described('unused', atMs, deviceKey);
    case 'session.closed':
      return undefined;
  }
};

const described = (what: string, atMs: number, tag: string): string =>
  `${what} at ${new Date(atMs).toISOString()} on ${tag === '' ? 'no device' : tag}`;

/** By the keys of the ledger. */
const countedIn = ({ spoof, uncertain, technical, passes, unused }: History): Map<string, string> => {
  const attempts = [
    ...spoof.map((fact) => ({ ...fact, what: 'spoof' })),
    ...uncertain.map((fact) => ({ ...fact, what: fact.mismatch === true ? 'mismatch' : 'uncertain' })),
    ...technical.map((fact) => ({ ...fact, what: 'technical' })),
    ...passes.map((fact) => ({ ...fact, what: 'real' })),
  ];
  return new Map([
    ...attempts.map(
      ({ sessionId, attemptId, what, atMs, tag }) => [`${sessionId}/${attemptId}`, described(what, atMs, tag)] as const,
    ),
    ...unused.map(({ sessionId, atMs, tag }) => [`${sessionId}/abandoned`, described('unused', atMs, tag)] as const),
  ]);
};

/** Of passes a history keeps one for each day and device. */
const isCountedPass = (history: History, { outcome, atMs, deviceKey }: LedgerRecord): boolean =>
  outcome === 'real' &&
  history.passes.some((pass) => dayOf(pass.atMs) === dayOf(atMs) && pass.tag === (deviceKey ?? ''));

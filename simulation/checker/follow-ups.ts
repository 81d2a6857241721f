// I1 and I8: what follows from counting has followed, though it is stored elsewhere: what devices have seen, and what was
// observed at customers.

import type { Database } from '@azure/cosmos';
import { deviceDocuments } from '../../shared/adapters/cosmos/documents.ts';
import type { LedgerRecord } from '../../shared/application/records.ts';
import type { Outcome } from '../../shared/domain/events.ts';
import { emptyHistory, type History } from '../../shared/domain/history.ts';
import type { Model } from './model.ts';
import { attemptsIn, dayOf } from './story.ts';

/** A device has seen every attempt that was made on it, once each and as what it is in its ledger. */
export const checkDevices = async (model: Model, database: Database): Promise<void> => {
  const { resources } = await database.container('devices').items.readAll<Record<string, unknown>>().fetchAll();
  const histories = new Map(
    resources.map((document) => {
      const { deviceKey, history } = deviceDocuments.record(document);
      return [deviceKey, history];
    }),
  );
  const made = Map.groupBy([...model.stories.values()].flatMap(attemptsIn), ({ deviceKey }) => deviceKey);
  for (const deviceKey of new Set([...made.keys(), ...histories.keys()])) {
    if (deviceKey === undefined) continue;
    checkDevice(model, made.get(deviceKey) ?? [], histories.get(deviceKey) ?? emptyHistory);
  }
};

const checkDevice = (model: Model, made: readonly LedgerRecord[], history: History): void => {
  const seen = [
    ...seenAs('spoof', history.spoof),
    ...seenAs('uncertain', history.uncertain),
    ...seenAs('technical', history.technical),
    ...seenAs('real', history.passes),
  ];
  const counted = made.map(({ outcome, key }) => `${outcome} ${key}`);
  for (const [index, what] of seen.entries()) {
    if (seen.indexOf(what) !== index) model.breaks('I1', `a device has seen twice what is in a ledger once: ${what}`);
    if (!counted.includes(what)) model.breaks('I1', `a device has seen what is in no ledger: ${what}`);
  }
  // Of passes a history keeps one for each day and correlation id.
  const isKept = ({ outcome, key, atMs, correlationId }: LedgerRecord): boolean =>
    outcome === 'real'
      ? history.passes.some((pass) => dayOf(pass.atMs) === dayOf(atMs) && pass.tag === correlationId)
      : seen.includes(`${outcome} ${key}`);
  for (const { outcome, key } of made.filter((entry) => !isKept(entry))) {
    model.breaks('I1', `a device has not seen what is in a ledger: ${outcome} ${key}`);
  }
};

const seenAs = (outcome: Outcome, facts: readonly { sessionId: string; attemptId: number }[]): string[] =>
  facts.map(({ sessionId, attemptId }) => `${outcome} ${sessionId}/${attemptId}`);

/** What incidents are counted from is there, whatever came between counting and observing. */
export const checkObservations = async (model: Model, database: Database): Promise<void> => {
  const { resources } = await database
    .container('observations')
    .items.query<string>('SELECT VALUE c.id FROM c')
    .fetchAll();
  const made = new Set(resources);
  const wanted = new Set<string>();
  for (const story of model.stories.values()) {
    const counted = [...story.ledger.values()].filter(({ type }) => type !== 'session.closed');
    const [first] = attemptsIn(story).toSorted((a, b) => a.atMs - b.atMs);
    // A blocked successor has its predecessor's history, so nothing is its first.
    if (first !== undefined && story.predecessor === undefined) {
      wanted.add(`first-check:${story.correlationId}:${dayOf(first.atMs)}`);
    }
    for (const { deviceKey, atMs } of counted) {
      if (deviceKey !== undefined) wanted.add(`device-day:${deviceKey}:${dayOf(atMs)}`);
    }
  }
  for (const key of wanted) {
    if (!made.has(key)) model.breaks('I1', `the observation ${key} was never made`);
  }
};

/** Whatever was observed is counted, or will be. */
export const checkWatches = async (model: Model, database: Database): Promise<void> => {
  const { resources: observations } = await database
    .container('observations')
    .items.query<{ customerId: string; createdAtMs: number }>('SELECT c.customerId, c.createdAtMs FROM c')
    .fetchAll();
  const { resources: watches } = await database
    .container('customers')
    .items.query<{ customerId: string; countedUntil: string; dueAt?: string }>(
      "SELECT c.customerId, c.countedUntil, c.dueAt FROM c WHERE c.documentKind = 'watch'",
    )
    .fetchAll();
  const watchOf = new Map(watches.map((watch) => [watch.customerId, watch]));
  for (const { customerId, createdAtMs } of observations) {
    const watch = watchOf.get(customerId);
    if (watch !== undefined && (watch.dueAt !== undefined || createdAtMs < Date.parse(watch.countedUntil))) continue;
    model.breaks('I8', `an observation of ${customerId} is not counted, and nobody will look`);
  }
};

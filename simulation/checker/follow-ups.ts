// I1 and I8: what follows from counting has followed, though it is stored elsewhere: what devices have seen, and what was
// observed at customers.

import type { Database } from '@azure/cosmos';
import { deviceDocuments } from '../../shared/adapters/cosmos/documents.ts';
import type { Model } from './model.ts';
import { attemptsIn, dayOf } from './story.ts';

/** A device has seen every attempt that was made on it, once each. */
export const checkDevices = async (model: Model, database: Database): Promise<void> => {
  const { resources } = await database.container('devices').items.readAll<Record<string, unknown>>().fetchAll();
  const histories = new Map(
    resources.map((document) => {
      const { deviceKey, history } = deviceDocuments.record(document);
      const facts = [...history.spoof, ...history.uncertain, ...history.technical];
      return [deviceKey, facts.map(({ sessionId, attemptId }) => `${sessionId}/${attemptId}`).sort()];
    }),
  );
  const made = new Map<string, string[]>();
  for (const attempt of [...model.stories.values()].flatMap(attemptsIn)) {
    if (attempt.deviceKey === undefined || attempt.outcome === 'real') continue;
    made.set(attempt.deviceKey, [...(made.get(attempt.deviceKey) ?? []), attempt.key].sort());
  }
  for (const [deviceKey, keys] of made) {
    if (keys.join() === histories.get(deviceKey)?.join()) continue;
    model.breaks('I1', `a device has seen ${histories.get(deviceKey)?.length ?? 0} of ${keys.length} failed attempts`);
  }
};

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

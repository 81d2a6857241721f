// The promises of the design, each as one function that looks at what is stored after everything has come to its end.
// I7 belongs to the review of customers; I10 is held by channels.test.ts and flag-at-every-step.test.ts.

import type { CustomerEventRecord, OutboxEvent } from '../../../../shared/application/customer-events.ts';
import { gateStateOf, judgedStateOf } from '../../../../shared/application/correlation.ts';
import type {
  CorrelationRecord,
  EventRecord,
  FlagRecord,
  LedgerRecord,
  SessionRecord,
} from '../../../../shared/application/records.ts';
import type { AttemptJudged, Outcome } from '../../../../shared/domain/events.ts';
import type { History } from '../../../../shared/domain/history.ts';
import { judge } from '../../../../shared/domain/judge.ts';
import { observationsOf } from '../../../../shared/domain/observations.ts';
import { verifyReceipt } from '../../../../shared/domain/receipt.ts';
import { correlationIdOf } from '../../../../shared/domain/session-id.ts';
import { dayOf } from '../../../../shared/domain/time.ts';
import { sha256Hex } from '../../../../shared/platform/hashes.ts';
import { firstBroken } from '../../../support/audit-chain.ts';
import { clientKey, customerId } from '../../../support/builders.ts';
import { pseudonyms } from '../../../support/memory-app.ts';
import type { BrokenMoment } from './moments.ts';
import { policyOf, recordOf, type World } from './world.ts';

const BEGINNING = new Date(0);
const END_OF_TIME = new Date(8.64e15);

/** I1. What people did is in the ledger, and the histories hold what the ledger holds: each attempt once. */
const everyAttemptCountsOnce = async (world: World): Promise<void> => {
  const { app, correlationIds, attempts } = world;
  const counted = ledgerOf(world);
  expect(counted.map(({ key }) => key).toSorted()).toEqual([...attempts].toSorted());

  for (const correlationId of correlationIds) {
    const { history } = await recordOf(world, correlationId);
    const own = counted.filter((record) => record.correlationId === correlationId);
    // An id that took over a block after a reset took over what it rests on as well.
    expectToHold(history, own, ({ sessionId }) => correlationIdOf(sessionId) === correlationId);
  }
  for (const [deviceKey, own] of Map.groupBy(counted, (record) => record.deviceKey)) {
    if (deviceKey === undefined) continue;
    expectToHold((await app.devices.find(deviceKey))!.record.history, own, () => true);
  }
};

/** I1, for incidents. Whatever a counted attempt lets observe was observed, and is counted or will be. */
const everythingIsObserved = async (world: World): Promise<void> => {
  const { app } = world;
  const policy = await policyOf(world);
  const { observations } = await app.observations.createdBetween(customerId, BEGINNING, END_OF_TIME);
  const created = new Set(observations.map(({ key }) => key));
  const missing: string[] = [];
  for (const record of ledgerOf(world)) {
    const { history } = await recordOf(world, record.correlationId);
    const device = record.deviceKey === undefined ? undefined : await app.devices.find(record.deviceKey);
    for (const { key } of observationsOf(record, history, device?.record.history, policy)) {
      if (!created.has(key)) missing.push(key);
    }
  }
  expect(missing).toEqual([]);

  const watch = (await app.watches.find(customerId))?.record;
  if (watch === undefined || watch.dueAt !== undefined) return;
  const uncounted = await app.observations.createdBetween(customerId, watch.countedUntil, END_OF_TIME);
  expect(uncounted.observations).toEqual([]);
};

/** I2. No token got out against a verdict or a suspension. */
const noTokenAgainstAVerdict = (world: World): Promise<void> => expectNoMoment(world, 'I2');

/** I3. At no moment could more be tried than the budget allows; in the end nothing is reserved any more. */
const theBudgetHolds = async (world: World): Promise<void> => {
  await expectNoMoment(world, 'I3');
  for (const correlationId of world.correlationIds) {
    const { outstanding } = await recordOf(world, correlationId);
    if (outstanding.length === 0) continue;
    const sessions = sessionsOf(world).filter(({ sessionId }) =>
      outstanding.some((open) => open.sessionId === sessionId),
    );
    expect(sessions.filter((session) => !isLost(session))).toEqual([]);
  }
};

/** I4. Every event that was committed was published, by its number without a gap; and no other. */
const everyEventIsPublished = async (world: World): Promise<void> => {
  const { app, correlationIds } = world;
  await expectNoMoment(world, 'I4');
  const told = customerEventsOf(world);
  const ofIds = [...correlationIds].map((correlationId) => app.correlations.storedOf(correlationId).events);
  for (const [index, correlationId] of [...correlationIds].entries()) {
    expectNoGap(ofIds[index]!, (await recordOf(world, correlationId)).sequence);
  }
  expectNoGap(told, (await app.customerEvents.sequence(customerId)).newest);

  const committed = [...ofIds.flat(), ...told];
  expect(committed.filter(({ dueAt }) => dueAt !== undefined)).toEqual([]);
  expect(namesOf(app.publisher.published)).toEqual(namesOf(committed));
};

/** I5. No token got out before everything about it was stored, the key of its request included. */
const tokensFollowWhatIsStored = async (world: World): Promise<void> => {
  await expectNoMoment(world, 'I5');
  const stored = new Set(sessionsOf(world).map(({ sessionId }) => sessionId));
  expect(world.tokens.filter(({ sessionId }) => !stored.has(sessionId))).toEqual([]);
};

/** I6. A retired id stays retired, and its end user has another one. */
const retiredIdsStayRetired = async (world: World): Promise<void> => {
  await expectNoMoment(world, 'I6');
  for (const { current, former } of (await endUsersOf(world)).values()) {
    expect([current, ...former].map(({ status }) => status)).toEqual(['active', ...former.map(() => 'retired')]);
  }
};

/** I8, sessions. Each is closed here and deleted at Face, or released, when its token reached nobody. */
const everySessionHasEnded = (world: World): Promise<void> => {
  const { app, tokens } = world;
  const hasEnded = (session: SessionRecord): boolean => {
    const { sessionId, state, faceSessionId, dueAt } = session;
    if (isLost(session)) return dueAt === undefined || dueAt > app.clock.now();
    if (dueAt !== undefined) return false;
    if (state === 'released') return !tokens.some((token) => token.sessionId === sessionId);
    return state === 'closed' && app.face.deleted.includes(faceSessionId ?? '');
  };
  expect(sessionsOf(world).filter((session) => !hasEnded(session))).toEqual([]);
  return Promise.resolve();
};

/** I8, verdicts. Each has its one flag, which can be recomputed, and its event; and none is missing. */
const everyVerdictHasItsFlag = async (world: World): Promise<void> => {
  const { app, correlationIds } = world;
  const policy = await policyOf(world);
  const circumstances = { audit: policy.mode === 'audit' };
  for (const correlationId of correlationIds) {
    const record = await recordOf(world, correlationId);
    if (record.status === 'retired') continue;
    expect(judge(judgedStateOf(record), policy, 'timer', app.clock.now().getTime(), circumstances)).toEqual([]);
    const { flags, events } = app.correlations.storedOf(correlationId);
    if (flags.length === 0 && record.verdicts.length === 0) continue;
    expect(flags.map(({ flagId }) => flagId).toSorted()).toEqual(flagIdsOf(record).toSorted());
    expect(record.verdicts.filter(({ pending }) => pending !== undefined)).toEqual([]);
    for (const flag of flags) {
      expect(verifyReceipt(flag.receipt, sha256Hex)).toEqual({ kind: 'same' });
      expect(announcementsOf(flag, events)).toHaveLength(flag.verdict.audit === true ? 0 : 1);
    }
  }
};

/** I8, the rest. Nothing waits: no work that is due, no message, no decision, no request with a key that is under way. */
const nothingIsHalfDone = async (world: World): Promise<void> => {
  const { app, keys } = world;
  const now = app.clock.now();
  expect({
    correlations: await app.correlations.dueCorrelations(now),
    decisions: await app.decisions.due(END_OF_TIME),
    policies: await app.policyStore.dueCustomers(now),
    watches: await app.watches.due(now),
    queue: app.results.sent,
    postponed: app.postponedResults.postponed,
  }).toEqual({ correlations: [], decisions: [], policies: [], watches: [], queue: [], postponed: [] });

  for (const [key, { bodyHash, sessionId }] of keys) {
    const requestKey = pseudonyms.requestKey(clientKey, key);
    const start = await app.idempotencyKeys.start(clientKey, requestKey, bodyHash, now);
    // A token that got out may be asked for again: its key knows of it.
    expect(sessionId === undefined ? ['first', 'repeated'] : ['repeated']).toContain(start.kind);
    if (start.kind === 'repeated') {
      await app.idempotencyKeys.finish(clientKey, requestKey, bodyHash, start.sessionId);
    } else {
      await app.idempotencyKeys.forget(clientKey, requestKey);
    }
  }
};

/** I9. Nothing was deleted before it was recorded, and whoever got a new id has the failures of the old ones still. */
const evidenceStays = async (world: World): Promise<void> => {
  await expectNoMoment(world, 'I9');
  for (const { current, former } of (await endUsersOf(world)).values()) {
    const { history, carriedFailures } = gateStateOf(current);
    const line = [current, ...former].map(({ correlationId }) => correlationId);
    const judged = ledgerOf(world).filter(
      ({ correlationId, outcome }) => line.includes(correlationId) && (outcome === 'spoof' || outcome === 'uncertain'),
    );
    const remembered = history.spoof.length + history.uncertain.length + carriedFailures.length;
    if (remembered < judged.length) throw new Error(`${judged.length - remembered} failures are forgotten`);
  }
};

/** Of the audit: no change of a policy is without its entry, and no entry is missing or changed. */
const everyChangeIsInTheAudit = async ({ app: { policyStore } }: World): Promise<void> => {
  const active = (await policyStore.findActive())?.record;
  if (active !== undefined) {
    const entries = await policyStore.findEntries(active.newestEntry);
    expect(firstBroken(entries)).toBeUndefined();
    expect(entries[0]?.change.policyHash).toBe(active.policyHash);
  }
  const own = (await policyStore.findCustomer(customerId))?.record;
  if (own !== undefined)
    expect(firstBroken(await policyStore.findEntries(own.newestEntry, customerId))).toBeUndefined();
};

export const promises: readonly (readonly [name: string, holds: (world: World) => Promise<void>])[] = [
  ['I1: every attempt counts once', everyAttemptCountsOnce],
  ['I1: everything is observed', everythingIsObserved],
  ['I2: no token goes out against a verdict or a suspension', noTokenAgainstAVerdict],
  ['I3: the budget holds', theBudgetHolds],
  ['I4: every committed event is published, and no other', everyEventIsPublished],
  ['I5: a token follows what is stored', tokensFollowWhatIsStored],
  ['I6: a retired id stays retired', retiredIdsStayRetired],
  ['I8: every session has ended', everySessionHasEnded],
  ['I8: every verdict has its flag', everyVerdictHasItsFlag],
  ['I8: nothing is half done', nothingIsHalfDone],
  ['I9: evidence stays', evidenceStays],
  ['every change of a policy is in the audit', everyChangeIsInTheAudit],
];

const expectNoMoment = ({ brokenMoments }: World, promise: BrokenMoment['promise']): Promise<void> => {
  const broken = brokenMoments.find((moment) => moment.promise === promise);
  return broken === undefined ? Promise.resolve() : Promise.reject(new Error(broken.what));
};

type CountedAttempt = LedgerRecord & AttemptJudged;

const ledgerOf = ({ app, correlationIds }: World): CountedAttempt[] =>
  [...correlationIds]
    .flatMap((correlationId) => app.correlations.storedOf(correlationId).ledger)
    .filter((record): record is CountedAttempt => record.type === 'attempt');

const sessionsOf = ({ app, correlationIds }: World): SessionRecord[] =>
  [...correlationIds].flatMap((correlationId) => app.correlations.storedOf(correlationId).sessions);

const customerEventsOf = ({ app }: World): CustomerEventRecord[] => app.customerEvents.eventsOf(customerId);

const expectToHold = (
  history: History,
  counted: readonly CountedAttempt[],
  isAsked: (fact: { sessionId: string }) => boolean,
): void => {
  const held = (outcome: 'spoof' | 'uncertain' | 'technical'): string[] =>
    history[outcome].filter(isAsked).map(({ sessionId, attemptId }) => `${sessionId}/${attemptId}`);
  const keys = (outcome: Outcome): string[] =>
    counted.filter((record) => record.outcome === outcome).map(({ key }) => key);
  const passes = counted.filter(({ outcome }) => outcome === 'real');
  expect({
    spoof: held('spoof').toSorted(),
    uncertain: held('uncertain').toSorted(),
    technical: held('technical').toSorted(),
    daysWithAPass: new Set(history.passes.filter(isAsked).map(({ atMs }) => dayOf(atMs))),
  }).toEqual({
    spoof: keys('spoof').toSorted(),
    uncertain: keys('uncertain').toSorted(),
    technical: keys('technical').toSorted(),
    daysWithAPass: new Set(passes.map(({ atMs }) => dayOf(atMs))),
  });
};

/** Face forgot it with all that it had: it holds its part of the budget for as long as its tries could have. */
const isLost = ({ result }: SessionRecord): boolean => result?.lost === true;

const expectNoGap = (events: readonly OutboxEvent[], newest: number): void => {
  const numbers = events.map(({ sequence }) => sequence).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: newest }, (_, index) => index + 1));
};

const namesOf = (events: readonly OutboxEvent[]): Set<string> =>
  new Set(events.map(({ eventId, type, sequence }) => `${type} ${sequence} ${eventId}`));

const flagIdsOf = ({ verdicts }: CorrelationRecord): (string | undefined)[] => verdicts.map(({ flagId }) => flagId);

const announcementsOf = ({ flagId }: FlagRecord, events: readonly EventRecord[]): EventRecord[] =>
  events.filter(({ type, data }) => (type === 'flag.raised' || type === 'pause.started') && data.flagId === flagId);

/** Each end user with the id of today and those before it. */
const endUsersOf = async (
  world: World,
): Promise<Map<string, { current: CorrelationRecord; former: CorrelationRecord[] }>> => {
  const endUsers = new Map<string, { current: CorrelationRecord; former: CorrelationRecord[] }>();
  const records = await Promise.all([...world.correlationIds].map((correlationId) => recordOf(world, correlationId)));
  for (const [endUserKey, line] of Map.groupBy(records, (record) => record.endUserKey)) {
    const found = await world.app.endUsers.find(endUserKey);
    const current = line.find(({ correlationId }) => correlationId === found?.record.correlationId);
    if (current === undefined) throw new Error('an end user has none of the ids that were made');
    endUsers.set(endUserKey, { current, former: line.filter((record) => record !== current) });
  }
  return endUsers;
};

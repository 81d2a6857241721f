// Promises that hold at every moment are looked at whenever something happens: a thing that was wrong for a moment may
// look well in the end.

import type { OutboxEvent } from '../../../../shared/application/customer-events.ts';
import { gateStateOf } from '../../../../shared/application/correlation.ts';
import type { CorrelationChange, FaceSession } from '../../../../shared/application/ports.ts';
import type { CorrelationRecord, SessionRecord } from '../../../../shared/application/records.ts';
import { familiarDevices } from '../../../../shared/domain/channel.ts';
import { eventKey } from '../../../../shared/domain/events.ts';
import { type Exposure, exposureOf } from '../../../../shared/domain/gate-rules/exposure-budget.ts';
import type { Policy } from '../../../../shared/domain/policy.ts';
import { blockOf } from '../../../../shared/domain/verdict.ts';
import { customerId } from '../../../support/builders.ts';
import { instead } from '../../../support/instead.ts';
import type { MemoryApp } from '../../../support/memory-app.ts';
import { policyOf, type Token, type World } from './world.ts';

/** A promise that did not hold at some moment. */
export interface BrokenMoment {
  promise: 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I9';
  what: string;
}

export const watchMoments = (world: World): void => {
  watchCommits(world);
  watchDeletions(world);
  watchPublications(world);
};

/** At the moment at which a token gets out, everything about it is stored and nothing speaks against it. */
export const lookAtToken = async (world: World, { correlationId, sessionId }: Token): Promise<void> => {
  const { app, brokenMoments } = world;
  const found = await app.correlations.find(correlationId);
  const session = (await app.correlations.findSession(correlationId, sessionId))?.record;
  if (found === undefined || session?.state !== 'issued' || (await faceSessionOf(app, session)) === undefined) {
    brokenMoments.push({ promise: 'I5', what: 'a token got out that is not stored' });
    return;
  }
  const { status, verdicts, history, outstanding } = found.record;
  if (!outstanding.some((open) => open.sessionId === sessionId)) {
    brokenMoments.push({ promise: 'I5', what: 'a token got out that has no part of the budget' });
  }
  if (status === 'retired') brokenMoments.push({ promise: 'I6', what: 'a token of a retired id got out' });

  const nowMs = app.clock.now().getTime();
  const block = blockOf(verdicts, nowMs);
  const isFamiliar = familiarDevices(history, await policyOf(world), nowMs).has(session.deviceKey ?? '');
  const isBlocked = block !== undefined && (block.scope === 'correlation' || !isFamiliar);
  if (isBlocked || session.revoked === true) {
    brokenMoments.push({ promise: 'I2', what: 'a token got out after a verdict' });
  }
  if ((await app.customers.find(customerId))?.eligibility !== 'eligible') {
    brokenMoments.push({ promise: 'I2', what: 'a token got out after a suspension' });
  }
};

const watchCommits = (world: World): void => {
  const { app, correlationIds } = world;
  const commit = app.correlations.commit.bind(app.correlations);
  instead(app.correlations, 'commit', async (correlationId, change) => {
    const before = (await app.correlations.find(correlationId))?.record;
    const answer = await commit(correlationId, change);
    const after = (await app.correlations.find(correlationId))?.record;
    if (answer.kind === 'committed' && after !== undefined) {
      correlationIds.add(correlationId);
      if (after.status === 'retired') lookAtRetired(world, change);
      await lookAtBudget(world, before, after);
    }
    return answer;
  });
};

const lookAtRetired = ({ brokenMoments }: World, { newSession, session }: CorrelationChange): void => {
  if (newSession === undefined && session?.record.state !== 'issued') return;
  brokenMoments.push({ promise: 'I6', what: 'a retired id got a session' });
};

/** No change takes more than there is, and none gives back what may still be used. */
const lookAtBudget = async (
  world: World,
  before: CorrelationRecord | undefined,
  after: CorrelationRecord,
): Promise<void> => {
  const { app, tokens, brokenMoments } = world;
  const policy = await policyOf(world);
  const nowMs = app.clock.now().getTime();
  for (const channel of ['familiar devices', 'all others'] as const) {
    const now = exposureIn(channel, after, policy, nowMs);
    const was = before === undefined ? 0 : usedIn(exposureIn(channel, before, policy, nowMs));
    if (usedIn(now) > now.budget && usedIn(now) > was) {
      brokenMoments.push({ promise: 'I3', what: `${usedIn(now)} tries are possible on ${channel}` });
    }
  }
  for (const token of tokens) {
    if (token.correlationId !== after.correlationId) continue;
    if (after.outstanding.some(({ sessionId }) => sessionId === token.sessionId)) continue;
    if (!(await canBeUsed(app, token))) continue;
    brokenMoments.push({ promise: 'I3', what: 'a token that can be used has no part of the budget any more' });
  }
};

const exposureIn = (
  channel: 'familiar devices' | 'all others',
  record: CorrelationRecord,
  policy: Policy,
  nowMs: number,
): Exposure => {
  const familiar = familiarDevices(record.history, policy, nowMs);
  const includes = (tag: string): boolean => familiar.has(tag) === (channel === 'familiar devices');
  return exposureOf(gateStateOf(record), policy, includes, nowMs);
};

const usedIn = ({ judgedMs, reserved }: Exposure): number => judgedMs.length + reserved;

/** Face still has the session, which neither passed nor had all its attempts. */
const canBeUsed = async (app: MemoryApp, { correlationId, sessionId, attemptsAllowed }: Token): Promise<boolean> => {
  const session = (await app.correlations.findSession(correlationId, sessionId))?.record;
  const atFace = session && (await faceSessionOf(app, session));
  if (atFace === undefined) return false;
  const hasPassed = atFace.attempts.some(({ livenessDecision }) => livenessDecision === 'realface');
  return !hasPassed && atFace.attempts.length < attemptsAllowed;
};

const watchDeletions = (world: World): void => {
  const { app, correlationIds, brokenMoments } = world;
  const remove = app.face.delete.bind(app.face);
  instead(app.face, 'delete', async (kind, faceSessionId) => {
    const sessions = [...correlationIds].flatMap((id) => app.correlations.storedOf(id).sessions);
    const session = sessions.find((stored) => stored.faceSessionId === faceSessionId);
    const atFace = await app.face.read(kind, faceSessionId);
    for (const { attemptId } of atFace?.attempts ?? []) {
      const isStored = session?.result?.attempts.some((attempt) => attempt.attemptId === attemptId) === true;
      if (isStored && (await isOnItsWay(app, session.correlationId, `${session.sessionId}/${attemptId}`))) continue;
      brokenMoments.push({ promise: 'I9', what: 'a session was deleted at Face before it was recorded' });
    }
    return remove(kind, faceSessionId);
  });
};

/** In the queue, put off, or in the ledger already. */
const isOnItsWay = async (app: MemoryApp, correlationId: string, key: string): Promise<boolean> => {
  const { sent } = app.results;
  const { postponed } = app.postponedResults;
  return (
    sent.some((event) => eventKey(event) === key) ||
    postponed.some(
      ({ message }) => message.type === 'attempt' && `${message.sessionId}/${message.attemptId}` === key,
    ) ||
    (await app.correlations.findLedger(correlationId, [key])).length > 0
  );
};

const watchPublications = ({ app, brokenMoments }: World): void => {
  const publish = app.publisher.publish.bind(app.publisher);
  instead(app.publisher, 'publish', (events) => {
    if (!events.every((event) => outboxOf(app, event).some(({ eventId }) => eventId === event.eventId))) {
      brokenMoments.push({ promise: 'I4', what: 'an event was published that is not committed' });
    }
    return publish(events);
  });
};

const outboxOf = (app: MemoryApp, event: OutboxEvent): OutboxEvent[] =>
  'correlationId' in event
    ? app.correlations.storedOf(event.correlationId).events
    : app.customerEvents.eventsOf(event.customerId);

const faceSessionOf = async (
  app: MemoryApp,
  { kind, faceSessionId }: SessionRecord,
): Promise<FaceSession | undefined> => (faceSessionId === undefined ? undefined : app.face.read(kind, faceSessionId));

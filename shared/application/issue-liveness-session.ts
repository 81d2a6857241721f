import { decide, nextAllowedAt, type GateDecision, type GateRequest } from '../domain/gate.ts';
import { makeSessionId } from '../domain/session-id.ts';
import type { CloseLivenessSession } from './close-liveness-session.ts';
import { gateStateOf, latch, newCorrelation, reserve } from './correlation.ts';
import { Unavailable } from './errors.ts';
import { limitsFreshIds } from './limits-fresh-ids.ts';
import type {
  Clock,
  Correlations,
  Customers,
  Devices,
  FaceCreation,
  FaceSessions,
  IdempotencyKeys,
  Log,
  Pseudonyms,
  Randomness,
  Sha256Hex,
} from './ports.ts';
import type { CorrelationRecord, CustomerRecord, SessionKind, SessionRecord, Versioned } from './records.ts';
import { blockedSessions, releaseReservation, revocation } from './reservation.ts';
import type { RulesFor } from './rules.ts';
import type { ResolveEndUser } from './resolve-end-user.ts';
import type { NudgeStaleSweeps } from './sweeps.ts';
import { makeTurns } from './turns.ts';

interface Ports {
  customers: Customers;
  correlations: Correlations;
  devices: Devices;
  face: FaceSessions;
  idempotencyKeys: IdempotencyKeys;
  pseudonyms: Pseudonyms;
  randomness: Randomness;
  clock: Clock;
  rulesFor: RulesFor;
  sha256Hex: Sha256Hex;
  log: Log;
  resolveEndUser: ResolveEndUser;
  /** Ends a session and gives its reservation back before it returns. */
  closeUnused: CloseLivenessSession;
  nudgeStaleSweeps: NudgeStaleSweeps;
}

export interface SessionRequest {
  caller: { clientKey: string; customerId: string };
  kind: SessionKind;
  endUserRef: string;
  deviceId?: string;
  appVersion?: string;
  operationMode: 'Passive' | 'PassiveActive';
  verifyImage?: Uint8Array;
  /** Of the caller's `Idempotency-Key` header, with a hash of what was asked. */
  idempotency?: { key: string; bodyHash: string };
}

export type IssueDecision =
  | {
      kind: 'issued';
      sessionId: string;
      correlationId: string;
      authToken: string;
      expiresAt: Date;
      attemptsAllowed: number;
      remainingAttempts: number;
      /** Off without a device id: then a stranger's failures count like the person's own. */
      lockOutProtection: 'on' | 'off';
      replayed: boolean;
    }
  | { kind: 'wait'; until: Date }
  | { kind: 'customer-quota'; until: Date }
  | {
      kind: 'refused';
      because: 'correlation-flagged' | 'device-not-familiar' | 'paused' | 'exposure-budget' | 'customer-not-eligible';
      alternativePath: string;
      until?: Date;
    }
  | { kind: 'service-busy'; retryAfterSeconds: number }
  | { kind: 'bad-image'; code: string }
  | { kind: 'request-in-progress' }
  | { kind: 'session-in-progress' }
  | { kind: 'key-reused' };

/** What a request with an `Idempotency-Key` adds: its key is tied to the session before the token can go out. */
interface Repetition {
  replayed: boolean;
  remember: (sessionId: string) => Promise<void>;
}

export type IssueLivenessSession = (request: SessionRequest) => Promise<IssueDecision>;

/** Face API v1.2 has no way to ask for fewer: a token may be good for three tries, so three are taken from the budget. */
const TOKEN = { attempts: 3, attemptsFixed: true, ttlSeconds: 600 } as const;
/** A reservation that never got further is given back after this time. */
const RESERVATION_SECONDS = 300;
/** A result is collected this long after its token has expired, so that a last try under way can end. */
const COLLECT_AFTER_EXPIRY_SECONDS = 60;
const TRIES = 8;
/** Of one process; fewer lose a race, more answer sooner. */
const AT_ONCE_FOR_ONE_END_USER = 4;

/**
 * Issues a token, and decides first whether it may:
 *
 *   gate ─▶ reserve (history and session, one batch) ─▶ create at Face ─▶ issued, if still reserved ─▶ eligibility again
 *
 * A flag, a reset or a suspension that comes in between wins: it revokes the session in its own batch, so `issued` fails.
 */
export const makeIssueLivenessSession = (ports: Ports): IssueLivenessSession => {
  const { customers, correlations, face, idempotencyKeys, pseudonyms, randomness, clock, rulesFor, sha256Hex, log } =
    ports;
  const inTurn = makeTurns(AT_ONCE_FOR_ONE_END_USER);

  return async (request) => {
    // Beside the work: it costs no time, and ends before the answer does.
    const nudged = ports.nudgeStaleSweeps();
    try {
      return await decideOnce(request);
    } finally {
      await nudged;
    }
  };

  /** A repetition of a request with an `Idempotency-Key` takes the place of the first, or learns that it is too late. */
  async function decideOnce(request: SessionRequest): Promise<IssueDecision> {
    const { clientKey, customerId } = request.caller;
    const customer = await eligibleCustomer(customerId);
    if (customer.kind === 'refused') return customer;
    if (request.idempotency === undefined) return issue(request, customer.record);

    const { bodyHash } = request.idempotency;
    const requestKey = pseudonyms.requestKey(clientKey, request.idempotency.key);
    const start = await idempotencyKeys.start(clientKey, requestKey, bodyHash, clock.now());
    if (start.kind === 'in-progress') return { kind: 'request-in-progress' };
    if (start.kind === 'other-body') return { kind: 'key-reused' };
    try {
      if (start.kind === 'repeated' && !(await withdrawUnused(start.sessionId))) {
        await idempotencyKeys.finish(clientKey, requestKey, bodyHash, start.sessionId);
        return { kind: 'session-in-progress' };
      }
      const decision = await issue(request, customer.record, {
        replayed: start.kind === 'repeated',
        remember: (sessionId) => idempotencyKeys.finish(clientKey, requestKey, bodyHash, sessionId),
      });
      if (decision.kind !== 'issued') await idempotencyKeys.forget(clientKey, requestKey);
      return decision;
    } catch (error) {
      // The key stands for what it stood for before: an earlier session may be in use.
      const asBefore =
        start.kind === 'repeated'
          ? idempotencyKeys.finish(clientKey, requestKey, bodyHash, start.sessionId)
          : idempotencyKeys.forget(clientKey, requestKey);
      await asBefore.catch(() => undefined);
      throw error;
    }
  }

  async function issue(
    request: SessionRequest,
    customer: CustomerRecord,
    { replayed, remember }: Repetition = { replayed: false, remember: () => Promise.resolve() },
  ): Promise<IssueDecision> {
    const endUserKey = pseudonyms.endUserKey(request.caller.customerId, request.endUserRef);
    const reserved = await inTurn(endUserKey, () => reserveToken(request, customer));
    if (reserved.kind !== 'reserved') return reserved;

    const { session } = reserved;
    const created = await createAtFace(request, session.record, customer);
    if (created.kind !== 'created') {
      await forgo(session.record, customer);
      return notCreated(created);
    }

    const { authToken, faceSessionId } = created;
    const refusal = await confirm(session, faceSessionId, customer, remember);
    if (refusal !== undefined) return refusal;
    return {
      kind: 'issued',
      sessionId: session.record.sessionId,
      correlationId: session.record.correlationId,
      authToken,
      expiresAt: session.record.expiresAt,
      attemptsAllowed: session.record.attemptsAllowed,
      remainingAttempts: reserved.remainingAttempts,
      lockOutProtection: request.deviceId === undefined ? 'off' : 'on',
      replayed,
    };
  }

  async function eligibleCustomer(
    customerId: string,
  ): Promise<{ kind: 'eligible'; record: CustomerRecord } | (IssueDecision & { kind: 'refused' })> {
    const record = await customers.find(customerId);
    if (record === undefined) throw new Error('a client application belongs to a customer that is not there');
    return record.eligibility === 'eligible' ? { kind: 'eligible', record } : notEligible(record);
  }

  type Reserved = { kind: 'reserved'; session: Versioned<SessionRecord>; remainingAttempts: number };

  async function reserveToken(request: SessionRequest, customer: CustomerRecord): Promise<Reserved | IssueDecision> {
    const { customerId, clientKey } = request.caller;
    const deviceKey = request.deviceId === undefined ? undefined : pseudonyms.deviceKey(customerId, request.deviceId);
    const { policy, circumstances, incidents } = await rulesFor(customerId, request.appVersion);
    const gateRequest: GateRequest = {
      attemptsWanted: TOKEN.attempts,
      attemptsFixed: TOKEN.attemptsFixed,
      audit: circumstances.audit,
      limitFreshIds: !circumstances.audit && (await limitsFreshIds(ports.devices, incidents, deviceKey)),
      ...(deviceKey !== undefined && { deviceKey }),
    };

    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const endUser = await ports.resolveEndUser(customerId, request.endUserRef);
      const { correlationId, endUserKey } = endUser;
      const found = await correlations.find(correlationId);
      const before = found?.record ?? newCorrelation({ correlationId, customerId, endUserKey });
      // A reset is under way: the end user gets the new id as soon as it is done.
      if (before.status === 'retired') throw new Unavailable('the correlation id is being replaced');

      const now = clock.now();
      const { decision, found: findings } = decide(gateStateOf(before), policy, gateRequest, now);
      if (findings.length > 0) {
        const latched = latch(before, findings, policy, now, sha256Hex);
        const committed = await correlations.commit(correlationId, {
          correlation: versioned(latched, found),
          revoke: revocation(blockedSessions(latched, policy, now, circumstances), now),
        });
        if (committed.kind !== 'committed') continue;
        for (const { verdict } of findings) {
          const { pattern, kind, scope } = verdict;
          log.info('verdict-latched', { pattern, kind, scope, by: 'gate' });
        }
        // The owner's device may go on: what was read is no longer what is stored.
        if (decision.kind !== 'refuse') continue;
      }

      switch (decision.kind) {
        case 'refuse':
          return refused(decision, customer);
        case 'wait':
          return { kind: 'wait', until: decision.until };
        case 'replace': {
          if (await withdrawUnused(decision.sessionId)) continue;
          const until = nextAllowedAt(gateStateOf(before), policy, gateRequest, now);
          return { kind: 'wait', until: until ?? new Date(now.getTime() + 1000) };
        }
        case 'issue': {
          const session: SessionRecord = {
            sessionId: makeSessionId(correlationId, randomness.bytes(8)),
            correlationId,
            customerId,
            clientKey,
            kind: request.kind,
            state: 'reserved',
            attemptsAllowed: decision.attemptsAllowed,
            reservedAt: now,
            expiresAt: secondsAfter(now, TOKEN.ttlSeconds),
            dueAt: secondsAfter(now, RESERVATION_SECONDS),
            ...(deviceKey !== undefined && { deviceKey }),
            ...(request.appVersion !== undefined && { appVersion: request.appVersion }),
          };
          const committed = await correlations.commit(correlationId, {
            correlation: versioned(reserve(before, session, policy), found),
            newSession: session,
          });
          if (committed.kind !== 'committed') continue;
          if (!(await customers.takeQuota(customer, now))) {
            await giveBack(session);
            return { kind: 'customer-quota', until: nextUtcDay(now) };
          }
          if (committed.sessionVersion === undefined) throw new Error('a committed session has no version');
          return {
            kind: 'reserved',
            session: { record: session, version: committed.sessionVersion },
            remainingAttempts: decision.remainingAttempts,
          };
        }
      }
    }
    throw new Unavailable('too many token requests for one end user at once', { retryAfterSeconds: 1 });
  }

  async function createAtFace(
    request: SessionRequest,
    session: SessionRecord,
    customer: CustomerRecord,
  ): Promise<FaceCreation> {
    try {
      return await face.create({
        kind: request.kind,
        correlationId: session.correlationId,
        operationMode: request.operationMode,
        tokenTtlSeconds: TOKEN.ttlSeconds,
        ...(request.verifyImage !== undefined && { verifyImage: request.verifyImage }),
      });
    } catch (error) {
      // If Face made a session all the same, its token has reached nobody.
      await forgo(session, customer);
      throw error;
    }
  }

  /** Face made no session: nothing of it counts, neither for the end user nor for the customer. */
  async function forgo(session: SessionRecord, customer: CustomerRecord): Promise<void> {
    await giveBack(session);
    try {
      await customers.giveQuotaBack(customer, session.reservedAt);
    } catch (error) {
      log.warn('quota-not-given-back', { error: String(error) });
    }
  }

  /**
   * Makes the session `issued`, then looks once more at eligibility and, last of all, at whether the session was revoked
   * since. Whatever fails, the token goes nowhere.
   */
  async function confirm(
    reserved: Versioned<SessionRecord>,
    faceSessionId: string,
    customer: CustomerRecord,
    remember: Repetition['remember'],
  ): Promise<IssueDecision | undefined> {
    const session: SessionRecord = {
      ...reserved.record,
      state: 'issued',
      faceSessionId,
      dueAt: secondsAfter(reserved.record.expiresAt, COLLECT_AFTER_EXPIRY_SECONDS),
    };
    const { correlationId, sessionId } = session;
    try {
      await remember(sessionId);
      const committed = await correlations.commit(correlationId, {
        session: { record: session, version: reserved.version },
      });
      if (committed.kind === 'committed') {
        const still = await eligibleCustomer(customer.customerId);
        if (still.kind !== 'eligible') {
          await withdraw(session);
          return still;
        }
        const stored = await correlations.findNewestSession(correlationId, sessionId);
        if (stored !== undefined && stored.record.revoked === undefined) return undefined;
      }
      await withdraw(session);
      return await refusalNow(session, customer);
    } catch (error) {
      await withdraw(session);
      throw error;
    }
  }

  /** What the revoked request is told: what the next one would be told. */
  async function refusalNow(session: SessionRecord, customer: CustomerRecord): Promise<IssueDecision> {
    const found = await correlations.find(session.correlationId);
    if (found?.record.status === 'active') {
      const { policy, circumstances } = await rulesFor(session.customerId, session.appVersion);
      const gateRequest = { ...gateRequestOf(session), audit: circumstances.audit };
      const { decision } = decide(gateStateOf(found.record), policy, gateRequest, clock.now());
      if (decision.kind === 'refuse') return refused(decision, customer);
    }
    throw new Unavailable('the session was revoked while it was issued', { retryAfterSeconds: 1 });
  }

  /** The token reached nobody: deletes the Face session, if it can, and gives the reservation back. */
  async function withdraw(session: SessionRecord): Promise<void> {
    try {
      if (session.faceSessionId !== undefined) await face.delete(session.kind, session.faceSessionId);
    } catch (error) {
      log.warn('face-session-not-deleted', { error: String(error) });
    }
    await giveBack(session);
  }

  /** What cannot be given back now is released by the sweep, when the session's `dueAt` comes. */
  async function giveBack(session: SessionRecord): Promise<void> {
    try {
      await releaseReservation(correlations, session, clock, rulesFor);
    } catch (error) {
      log.warn('reservation-not-released', { error: String(error) });
    }
  }

  /** True when the earlier session is gone and its reservation free; false when somebody has begun to use it. */
  async function withdrawUnused(sessionId: string): Promise<boolean> {
    const found = await correlations.findNewestSession(sessionId.slice(0, sessionId.indexOf('.')), sessionId);
    if (found === undefined) return true;
    const { record } = found;
    if (record.state === 'released') return true;
    if (record.state === 'closed') return record.result?.attempts.length === 0;
    if (record.state !== 'issued' || record.faceSessionId === undefined) return false;
    const atFace = await face.read(record.kind, record.faceSessionId);
    if (atFace !== undefined && (atFace.status !== 'NotStarted' || atFace.attempts.length > 0)) return false;
    await ports.closeUnused(found, 'replaced');
    return true;
  }
};

const versioned = (record: CorrelationRecord, found: Versioned<CorrelationRecord> | undefined) => ({
  record,
  ...(found !== undefined && { version: found.version }),
});

const gateRequestOf = (session: SessionRecord): GateRequest => ({
  attemptsWanted: TOKEN.attempts,
  attemptsFixed: TOKEN.attemptsFixed,
  ...(session.deviceKey !== undefined && { deviceKey: session.deviceKey }),
});

const refused = (decision: GateDecision & { kind: 'refuse' }, customer: CustomerRecord): IssueDecision => ({
  kind: 'refused',
  because: decision.because,
  alternativePath: customer.alternativePath,
  ...(decision.until !== undefined && { until: decision.until }),
});

const notEligible = (customer: CustomerRecord) => ({
  kind: 'refused' as const,
  because: 'customer-not-eligible' as const,
  alternativePath: customer.alternativePath,
});

const notCreated = (created: Exclude<FaceCreation, { kind: 'created' }>): IssueDecision => {
  switch (created.kind) {
    case 'busy':
      return { kind: 'service-busy', retryAfterSeconds: created.retryAfterSeconds };
    case 'bad-image':
      return { kind: 'bad-image', code: created.code };
    case 'unsupported':
      throw new Unavailable('the Face resource has no approval for liveness detection', { retryAfterSeconds: 300 });
  }
};

const secondsAfter = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * 1000);

const nextUtcDay = (now: Date): Date =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));

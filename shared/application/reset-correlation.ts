import { attemptsToCome } from '../domain/outstanding.ts';
import type { CarriedFailure } from '../domain/gate-rules/exposure-budget.ts';
import { emptyHistory, merge, retagged } from '../domain/history.ts';
import { budgetWindowMs, type Policy } from '../domain/policy.ts';
import { blockOf } from '../domain/verdict.ts';
import type { CloseOpenSessions } from './close-open-sessions.ts';
import { newCorrelation, nextEvent } from './correlation.ts';
import { Unavailable } from './errors.ts';
import { revocation } from './reservation.ts';
import type { Clock, Correlations, Decisions, EndUsers, Log, Randomness } from './ports.ts';
import type { RulesFor } from './rules.ts';
import type { PublishEvents } from './publish-events.ts';
import type { CorrelationRecord, Lineage, ResetDecision, Versioned } from './records.ts';
import { sweepPages, type Swept } from './sweeps.ts';

interface Ports {
  correlations: Correlations;
  decisions: Decisions;
  endUsers: EndUsers;
  randomness: Randomness;
  clock: Clock;
  rulesFor: RulesFor;
  log: Log;
  closeOpenSessions: CloseOpenSessions;
  publishEvents: PublishEvents;
}

export type Reset =
  | { kind: 'reset'; correlationId: string }
  /** Open sessions are being collected first; the sweep goes on. */
  | { kind: 'under-way'; correlationId: string }
  | { kind: 'not-found' }
  /** A verdict is in force: only a review can lift it. */
  | { kind: 'needs-review' };

export type ResetCorrelation = (request: {
  correlationId: string;
  decidedBy: string;
  reason: string;
}) => Promise<Reset>;

const TRIES = 5;
const FIRST_LOOK_SECONDS = 30;

/**
 * Gives an end user a new correlation id. The decision is written first; then, each repeatable:
 *
 *   retire the old id, revoke its sessions ─▶ collect them ─▶ make the new id with the old one's failures as lineage
 *     ─▶ point the end user to it
 *
 * Nothing that counted is forgotten: the failures go on filling the budget. A flagged or paused id is not reset.
 */
export const makeResetCorrelation = (ports: Ports) => {
  const { correlations, decisions, endUsers, randomness, clock, rulesFor, log } = ports;

  const resetCorrelation: ResetCorrelation = async ({ correlationId, decidedBy, reason }) => {
    const found = await correlations.find(correlationId);
    if (found === undefined) return { kind: 'not-found' };
    if (found.record.status === 'retired') return repeated(found.record);
    if (blockOf(found.record.verdicts, clock.now().getTime()) !== undefined) return { kind: 'needs-review' };

    const now = clock.now();
    const decision: ResetDecision = {
      decisionId: decisionIdOf(correlationId),
      customerId: found.record.customerId,
      kind: 'reset',
      correlationId,
      newCorrelationId: randomness.uuid(),
      endUserKey: found.record.endUserKey,
      decidedBy,
      reason,
      at: now,
      dueAt: secondsAfter(now, FIRST_LOOK_SECONDS),
    };
    return carryOut(await open(decision));
  };

  /**
   * One that was asked for before is gone on with. One that a verdict has ended is made again, or no sweep would finish it;
   * it keeps its new id, so that two are one.
   */
  async function open(decision: ResetDecision): Promise<Versioned<ResetDecision>> {
    await decisions.create(decision);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const found = await decisions.find(decision.customerId, decision.decisionId);
      if (found === undefined) throw new Error('a decision disappeared right after it was made');
      const { doneAt, ...kept } = found.record;
      if (doneAt === undefined) return found;
      const again = { ...kept, ...decision, newCorrelationId: kept.newCorrelationId };
      await decisions.update({ record: again, version: found.version });
    }
    throw new Unavailable('a decision was not made again: too many writers');
  }

  /** Asking again tells how far the reset is, and goes on with it. */
  async function repeated({ customerId, correlationId }: CorrelationRecord): Promise<Reset> {
    const decision = await decisions.find(customerId, decisionIdOf(correlationId));
    if (decision === undefined) return { kind: 'not-found' };
    if (decision.record.doneAt === undefined) return carryOut(decision);
    return { kind: 'reset', correlationId: decision.record.newCorrelationId };
  }

  const completeDecisions = (): Promise<Swept> =>
    sweepPages({
      clock,
      due: () => decisions.due(clock.now()),
      handle: async (decision) => {
        const outcome = await carryOut(decision);
        if (outcome.kind === 'under-way') await postpone(decision);
      },
      postpone: async (decision, error) => {
        log.warn('decision-not-completed', { kind: decision.record.kind, error: String(error) });
        await postpone(decision);
      },
    });

  /** Whoever wrote in between goes on with it, too: then it is put off, done, or still due. */
  const postpone = async ({ record, version }: Versioned<ResetDecision>): Promise<void> => {
    await decisions.update({ record: { ...record, dueAt: secondsAfter(clock.now(), FIRST_LOOK_SECONDS) }, version });
  };

  const finish = async ({ record, version }: Versioned<ResetDecision>): Promise<void> => {
    await decisions.update({ record: done(record), version });
  };

  async function carryOut(versioned: Versioned<ResetDecision>): Promise<Reset> {
    const decision = versioned.record;
    const { newCorrelationId } = decision;
    const outcome = await retire(decision);
    if (outcome === 'needs-review') {
      await finish(versioned);
      return { kind: 'needs-review' };
    }
    await ports.closeOpenSessions(decision.correlationId);
    const old = await correlations.find(decision.correlationId);
    if (old === undefined) throw new Error('a retired correlation id disappeared');
    const lost = await lostTries(old.record);
    if (lost === undefined) return { kind: 'under-way', correlationId: newCorrelationId };

    await makeSuccessor(decision, old.record, lost);
    await pointEndUser(decision);
    await finish(versioned);
    log.info('correlation-reset');
    return { kind: 'reset', correlationId: newCorrelationId };
  }

  /** From here on the old id gets no session, and none under way is issued. */
  async function retire(decision: ResetDecision): Promise<'retired' | 'needs-review'> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const found = await correlations.find(decision.correlationId);
      if (found === undefined) throw new Error('a correlation id disappeared before its reset');
      if (found.record.status === 'retired') return 'retired';
      const now = clock.now();
      // A verdict may have come between the request and this step.
      if (blockOf(found.record.verdicts, now.getTime()) !== undefined) return 'needs-review';

      const event = nextEvent(
        found.record,
        'correlation.reset',
        { newCorrelationId: decision.newCorrelationId },
        now,
        randomness.uuid(),
      );
      const committed = await correlations.commit(decision.correlationId, {
        correlation: {
          record: { ...found.record, status: 'retired', sequence: event.sequence },
          version: found.version,
        },
        revoke: revocation(found.record.outstanding, now),
        events: [event],
      });
      if (committed.kind !== 'committed') continue;
      await ports.publishEvents([event]);
      return 'retired';
    }
    throw new Unavailable('the correlation id was not retired: too many writers');
  }

  /** The tries of sessions that Face has lost, by the end of their token; undefined while other sessions are open. */
  async function lostTries({ correlationId, outstanding }: CorrelationRecord): Promise<CarriedFailure[] | undefined> {
    const lost: CarriedFailure[] = [];
    for (const open of outstanding) {
      const found = await correlations.findSession(correlationId, open.sessionId);
      if (found?.record.result?.lost !== true) return undefined;
      const failure = { atMs: open.expiresAtMs, tag: open.deviceKey ?? '' };
      lost.push(...Array.from({ length: attemptsToCome(open) }, () => failure));
    }
    return lost;
  }

  async function makeSuccessor(
    decision: ResetDecision,
    old: CorrelationRecord,
    lost: readonly CarriedFailure[],
  ): Promise<void> {
    const { customerId, endUserKey, newCorrelationId } = decision;
    const { policy } = await rulesFor(customerId);
    const ids = { correlationId: newCorrelationId, customerId, endUserKey };
    const now = clock.now();
    // What open sessions still brought may have crossed a limit.
    const record =
      blockOf(old.verdicts, now.getTime()) === undefined
        ? newCorrelation(ids, lineageOf(old, [...judgedFailures(old), ...lost], policy))
        : blockedSuccessor(ids, old, lost, policy, now);
    // "Changed" means that an earlier try has made it.
    await correlations.commit(newCorrelationId, { correlation: { record } });
  }

  async function pointEndUser(decision: ResetDecision): Promise<void> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const found = await endUsers.findNewest(decision.endUserKey);
      // Erased meanwhile, or pointed there by an earlier try.
      if (found?.record.correlationId !== decision.correlationId) return;
      const replaced = await endUsers.replace({
        version: found.version,
        record: {
          ...found.record,
          correlationId: decision.newCorrelationId,
          generation: found.record.generation + 1,
          lineage: [{ correlationId: decision.correlationId, retiredAt: decision.at }, ...found.record.lineage],
        },
      });
      if (replaced) return;
    }
    throw new Unavailable('the end user was not given the new correlation id: too many writers');
  }

  const done = ({ dueAt: _done, ...decision }: ResetDecision): ResetDecision => ({ ...decision, doneAt: clock.now() });

  return { resetCorrelation, completeDecisions };
};

/** One reset for each id: a second request finds the first. */
const decisionIdOf = (correlationId: string): string => `reset:${correlationId}`;

const judgedFailures = ({ history }: CorrelationRecord): CarriedFailure[] =>
  [...history.spoof, ...history.uncertain].map(({ atMs, tag }) => ({ atMs, tag }));

/**
 * The block goes over, with what it rests on: the new id has the history of the old one, which is then no predecessor,
 * and the verdicts that are not flags yet. One that is would have stopped the reset.
 */
const blockedSuccessor = (
  ids: Pick<CorrelationRecord, 'correlationId' | 'customerId' | 'endUserKey'>,
  old: CorrelationRecord,
  lost: readonly CarriedFailure[],
  policy: Policy,
  now: Date,
): CorrelationRecord => ({
  ...newCorrelation(ids, {
    history: old.lineage?.history ?? emptyHistory,
    failures: carriedFailures(old, lost, policy),
  }),
  history: old.history,
  verdicts: old.verdicts.filter(({ pending }) => pending !== undefined),
  ...(old.linkedDevice && { linkedDevice: old.linkedDevice }),
  ...(old.app && { app: old.app }),
  dueAt: now,
});

/**
 * What a new id takes over: the failures of the whole line, as far as they are kept. Tries that are lost count as failed,
 * which holds their part of the budget for as long as their reservation would have.
 */
const lineageOf = (old: CorrelationRecord, failures: readonly CarriedFailure[], policy: Policy): Lineage => ({
  history: merge(old.lineage?.history ?? emptyHistory, retagged(old.history, old.correlationId), policy.keep),
  failures: carriedFailures(old, failures, policy),
});

const carriedFailures = (
  old: CorrelationRecord,
  failures: readonly CarriedFailure[],
  policy: Policy,
): CarriedFailure[] => {
  const windowStart = (old.history.lastAttemptAtMs ?? 0) - budgetWindowMs(policy);
  const inherited = (old.lineage?.failures ?? []).filter(({ atMs }) => atMs >= windowStart);
  return [...inherited, ...failures].sort((a, b) => a.atMs - b.atMs);
};

const secondsAfter = (instant: Date, seconds: number): Date => new Date(instant.getTime() + seconds * 1000);

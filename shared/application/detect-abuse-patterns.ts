import type { Policy } from '../domain/policy.ts';
import { makeReceipt } from '../domain/receipt.ts';
import { inForce, judge, reasonsOf, type Verdict } from '../domain/verdict.ts';
import { judgedState, latch, nextEvent, withDueAt } from './correlation.ts';
import { Unavailable } from './errors.ts';
import { revocation } from './reservation.ts';
import type { Clock, CorrelationChange, Correlations, Log, Randomness, Sha256Hex } from './ports.ts';
import type { PublishEvents } from './publish-events.ts';
import type { CorrelationRecord, Versioned } from './records.ts';
import { sweepPages, type Swept } from './sweeps.ts';

interface Ports {
  correlations: Correlations;
  randomness: Randomness;
  clock: Clock;
  policy: Policy;
  sha256Hex: Sha256Hex;
  log: Log;
  publishEvents: PublishEvents;
}

/**
 * Makes of each latched verdict its flag or pause, with receipt and event; judges the patterns that need the clock; and
 * ends pauses. One batch for each correlation id.
 */
export const makeDetectAbusePatterns = (ports: Ports) => {
  const { correlations, randomness, clock, policy, sha256Hex, log, publishEvents } = ports;

  return (): Promise<Swept> =>
    sweepPages({
      clock,
      due: () => correlations.dueCorrelations(clock.now()),
      handle: detect,
      // What is due stays due.
      postpone: (_correlationId, error) => {
        if (error instanceof Unavailable) throw error;
        // Our mistake with one id must not keep the others from their flags.
        log.error('correlation-not-judged', error);
        return Promise.resolve();
      },
    });

  async function detect(correlationId: string): Promise<void> {
    const found = await correlations.find(correlationId);
    const now = clock.now();
    if (found?.record.dueAt === undefined || found.record.dueAt > now) return;

    const change = changeFor(found, now);
    const committed = await correlations.commit(correlationId, change);
    // Somebody else wrote: the id is still due, and comes again with the next page.
    if (committed.kind !== 'committed') return;
    if (change.flag !== undefined) {
      const { pattern, kind } = change.flag.verdict;
      log.info('flag-raised', { pattern, kind });
    }
    await publishEvents(change.events ?? []);
  }

  function changeFor(found: Versioned<CorrelationRecord>, now: Date): CorrelationChange {
    const { record, version } = found;
    if (record.status === 'retired') return { correlation: { record: withoutDueAt(record), version } };

    const unreported = record.flag === undefined ? record.verdict : undefined;
    const verdict = unreported ?? judge(judgedState(record), policy, 'timer', now);
    if (verdict !== undefined) return raise(record, version, verdict, now);

    const pauseIsOver = record.verdict !== undefined && inForce(record.verdict, now) === undefined;
    if (pauseIsOver && record.flag !== undefined && record.flag.pauseEnded !== true) {
      const event = nextEvent(record, 'pause.ended', { flagId: record.flag.flagId }, now, randomness.uuid());
      const ended: CorrelationRecord = {
        ...record,
        flag: { ...record.flag, pauseEnded: true },
        sequence: event.sequence,
      };
      return { correlation: { record: withDueAt(ended, policy, now), version }, events: [event] };
    }
    return { correlation: { record: withDueAt(record, policy, now), version } };
  }

  function raise(record: CorrelationRecord, version: string, verdict: Verdict, now: Date): CorrelationChange {
    const flagId = randomness.uuid();
    const latched = record.verdict === verdict ? record : latch(record, verdict, now);
    const reasons = reasonsOf(verdict, record.history, policy);
    const receipt = makeReceipt(
      {
        correlationId: record.correlationId,
        customerId: record.customerId,
        flagId,
        verdict,
        history: record.history,
        policy,
        at: now,
        ...(record.lastReceiptHash !== undefined && { previousReceiptHash: record.lastReceiptHash }),
      },
      sha256Hex,
    );
    const event = nextEvent(
      latched,
      verdict.kind === 'flagged' ? 'flag.raised' : 'pause.started',
      {
        flagId,
        pattern: verdict.pattern,
        scope: verdict.scope,
        reasons,
        statistic: verdict.statistic,
        limit: verdict.limit,
        ...(verdict.untilMs !== undefined && { until: new Date(verdict.untilMs).toISOString() }),
      },
      now,
      randomness.uuid(),
    );
    const flagged: CorrelationRecord = {
      ...latched,
      flag: { flagId },
      sequence: event.sequence,
      lastReceiptHash: receipt.hash,
    };
    return {
      correlation: { record: withDueAt(flagged, policy, now), version },
      flag: {
        flagId,
        correlationId: record.correlationId,
        customerId: record.customerId,
        verdict,
        reasons,
        at: now,
        receipt,
      },
      events: [event],
      revoke: revocation(record, now),
    };
  }
};

const withoutDueAt = ({ dueAt: _done, ...record }: CorrelationRecord): CorrelationRecord => record;

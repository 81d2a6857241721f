import { makeReceipt } from '../domain/receipt.ts';
import { blockOf, type Verdict } from '../domain/verdict.ts';
import { judge } from '../domain/judge.ts';
import { judgedStateOf, latch, nextEvent, withDueAt } from './correlation.ts';
import { Unavailable } from './errors.ts';
import { giveCaseKey } from './give-case-key.ts';
import { blockedSessions, revocation } from './reservation.ts';
import type { Clock, CorrelationChange, Correlations, Devices, Log, Randomness, Sha256Hex } from './ports.ts';
import type { RulesFor } from './rules.ts';
import type { PublishEvents } from './publish-events.ts';
import type { CorrelationRecord, EventRecord, FlagRecord, LatchedVerdict, Versioned } from './records.ts';
import { sweepPages, type Swept } from './sweeps.ts';

interface Ports {
  correlations: Correlations;
  devices: Devices;
  randomness: Randomness;
  clock: Clock;
  rulesFor: RulesFor;
  sha256Hex: Sha256Hex;
  log: Log;
  publishEvents: PublishEvents;
}

/**
 * Makes of each latched verdict its flag or pause, with receipt and event; judges the patterns that need the clock; and
 * ends pauses. One batch for each correlation id.
 */
export const makeDetectAbusePatterns = (ports: Ports) => {
  const { correlations, randomness, clock, rulesFor, sha256Hex, log, publishEvents } = ports;

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

    const change = await changeFor(found, now);
    const committed = await correlations.commit(correlationId, change);
    // Somebody else wrote: the id is still due, and comes again with the next page.
    if (committed.kind !== 'committed') return;
    for (const { verdict } of change.flags ?? []) {
      const { pattern, kind, scope } = verdict;
      log.info('flag-raised', { pattern, kind, scope });
    }
    await publishEvents(change.events ?? []);
  }

  async function changeFor({ record, version }: Versioned<CorrelationRecord>, now: Date): Promise<CorrelationChange> {
    if (record.status === 'retired') return { correlation: { record: withoutDueAt(record), version } };

    const { policy, circumstances, incidents } = await rulesFor(record.customerId, record.app?.version);
    const incidentId = incidents.drift.find(({ appVersion }) => appVersion === record.app?.version)?.incidentId;
    const findings = judge(judgedStateOf(record), policy, 'timer', now.getTime(), circumstances);
    const latched = latch(record, findings, policy, now, sha256Hex);
    const raised = await raise(latched, incidentId, now);
    const ended = endPauses(raised.record, now);
    return {
      correlation: { record: withDueAt(ended.record, policy, now, circumstances), version },
      flags: raised.flags,
      events: [...raised.events, ...ended.events],
      ...(raised.flags.length > 0 && { revoke: revocation(blockedSessions(latched, policy, now, circumstances), now) }),
    };
  }

  /** Makes a flag, with receipt and event, of each verdict that has none yet. */
  async function raise(
    latched: CorrelationRecord,
    incidentId: string | undefined,
    now: Date,
  ): Promise<Step & { flags: FlagRecord[] }> {
    const pendings = latched.verdicts.filter(({ pending }) => pending !== undefined);
    if (pendings.length === 0) return { record: latched, flags: [], events: [] };
    // What blocks nobody is no case, and leaves no mark on devices.
    const isCase = pendings.some(({ audit }) => audit !== true);
    const caseKey = isCase ? await giveCaseKey(ports, latched) : (latched.caseKey ?? latched.correlationId);
    const flags: FlagRecord[] = [];
    const events: EventRecord[] = [];
    let record: CorrelationRecord = { ...latched, ...(isCase && { caseKey }), verdicts: [] };
    for (const { pending, ...verdict } of latched.verdicts) {
      if (pending === undefined) {
        record = { ...record, verdicts: [...record.verdicts, verdict] };
        continue;
      }
      const flag = {
        ...flagOf(record, caseKey, { pending, ...verdict }, now),
        ...(incidentId !== undefined && { incidentId }),
      };
      flags.push(flag);
      record = {
        ...record,
        verdicts: [...record.verdicts, { ...verdict, flagId: flag.flagId }],
        lastReceiptHash: flag.receipt.hash,
      };
      if (verdict.audit === true) continue;
      const event = nextEvent(record, announcementOf(verdict), announced(flag), now, randomness.uuid());
      record = { ...record, sequence: event.sequence };
      events.push(event);
    }
    return { record, flags, events };
  }

  function flagOf(record: CorrelationRecord, caseKey: string, latched: Pending, now: Date): FlagRecord {
    const { pending, ...verdict } = latched;
    const flagId = randomness.uuid();
    const { correlationId, customerId, lastReceiptHash } = record;
    const receipt = makeReceipt(
      {
        correlationId,
        customerId,
        flagId,
        verdict,
        evidence: pending.evidence,
        policy: pending.policy,
        at: now,
        ...(lastReceiptHash !== undefined && { previousReceiptHash: lastReceiptHash }),
      },
      sha256Hex,
    );
    return { flagId, correlationId, customerId, verdict, reasons: receipt.reasons, caseKey, at: now, receipt };
  }

  function endPauses(record: CorrelationRecord, now: Date): Step {
    const ended = record.verdicts.find(
      ({ untilMs, flagId, pauseEnded }) =>
        untilMs !== undefined && untilMs <= now.getTime() && flagId !== undefined && pauseEnded !== true,
    );
    if (ended === undefined) return { record, events: [] };
    const verdicts = record.verdicts.map((verdict): LatchedVerdict =>
      verdict === ended ? { ...verdict, pauseEnded: true } : verdict,
    );
    // Whom a flag has meanwhile blocked as far as the pause did, its end does not set free.
    const block = blockOf(record.verdicts, now.getTime());
    const isReplaced = block?.kind === 'flagged' && (block.scope === 'correlation' || ended.scope === 'device');
    if (ended.audit === true || isReplaced) return { record: { ...record, verdicts }, events: [] };
    const event = nextEvent(record, 'pause.ended', { flagId: ended.flagId }, now, randomness.uuid());
    return { record: { ...record, verdicts, sequence: event.sequence }, events: [event] };
  }
};

type Pending = LatchedVerdict & Required<Pick<LatchedVerdict, 'pending'>>;

interface Step {
  record: CorrelationRecord;
  events: EventRecord[];
}

const announcementOf = ({ kind }: Verdict): EventRecord['type'] =>
  kind === 'flagged' ? 'flag.raised' : 'pause.started';

const announced = ({ flagId, verdict, reasons, caseKey, incidentId }: FlagRecord): Record<string, unknown> => ({
  flagId,
  pattern: verdict.pattern,
  scope: verdict.scope,
  reasons,
  statistic: verdict.statistic,
  limit: verdict.limit,
  caseKey,
  ...(incidentId !== undefined && { incidentId }),
  ...(verdict.untilMs !== undefined && { until: new Date(verdict.untilMs).toISOString() }),
});

const withoutDueAt = ({ dueAt: _done, ...record }: CorrelationRecord): CorrelationRecord => record;

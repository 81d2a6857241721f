import {
  judgedStateOf,
  latch,
  newCorrelation,
  recordResults,
  reserve,
} from '../../../shared/application/correlation.ts';
import type { CorrelationRecord } from '../../../shared/application/records.ts';
import type { ReplayEvent } from '../../../shared/application/replay/replay-event.ts';
import { Replay } from '../../../shared/application/replay/replay.ts';
import { emptyHistory, type History } from '../../../shared/domain/history.ts';
import { foldIntoDevice } from '../../../shared/domain/judged-state.ts';
import type { Verdict } from '../../../shared/domain/verdict.ts';
import { judge, type Finding } from '../../../shared/domain/judge.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { aSession } from '../../support/builders.ts';
import { fc } from '../domain/support/fast-check.ts';
import { hourMs } from '../domain/support/histories.ts';
import { anyTrace, sensitive as policy } from './support/replay-traces.ts';

const timerMs = hourMs;

type Found = Pick<Verdict, 'pattern' | 'kind' | 'scope' | 'statistic'> & { correlationId: string; at: string };

/** The functions that recorder, gate and timer are made of; a timer that looks at every id at every tick. */
const producedBy = (events: readonly ReplayEvent[]): Found[] => {
  const records = new Map<string, CorrelationRecord>();
  const devices = new Map<string, History>();
  const found: Found[] = [];

  const keep = (record: CorrelationRecord, findings: readonly Finding[]): void => {
    records.set(record.correlationId, record);
    for (const { verdict } of findings) {
      const { pattern, kind, scope, statistic, sinceMs } = verdict;
      found.push({
        correlationId: record.correlationId,
        at: new Date(sinceMs).toISOString(),
        pattern,
        kind,
        scope,
        statistic,
      });
    }
  };
  const judgeAt = (record: CorrelationRecord, occasion: 'gate' | 'timer', nowMs: number): CorrelationRecord => {
    const findings = judge(judgedStateOf(record), policy, occasion, nowMs);
    const latched = latch(record, findings, policy, new Date(nowMs), sha256Hex);
    keep(latched, findings);
    return latched;
  };
  const take = (event: ReplayEvent): void => {
    const { correlationId, customerId, atMs, deviceKey } = event;
    const now = new Date(atMs);
    const record =
      records.get(correlationId) ?? newCorrelation({ correlationId, customerId, endUserKey: correlationId });
    if (event.type === 'session.issued') {
      const { sessionId, attemptsAllowed, tokenTtlSeconds } = event;
      const session = aSession({
        sessionId,
        correlationId,
        attemptsAllowed,
        reservedAt: now,
        expiresAt: new Date(atMs + tokenTtlSeconds * 1000),
        ...(deviceKey !== undefined && { deviceKey }),
      });
      keep(reserve(judgeAt(record, 'gate', atMs), session, policy), []);
      return;
    }
    const recorded = recordResults(record, [event], devices, {
      policy,
      circumstances: {},
      sha256Hex,
      now,
      newId: () => 'event',
    });
    keep(recorded.record, recorded.found);
    if (deviceKey === undefined) return;
    devices.set(deviceKey, foldIntoDevice(devices.get(deviceKey) ?? emptyHistory, event, policy));
  };

  let tickMs = Math.ceil((events[0]?.atMs ?? 0) / timerMs) * timerMs;
  const tickUntil = (lastMs: number): void => {
    for (; tickMs <= lastMs; tickMs += timerMs) {
      for (const record of records.values()) judgeAt(record, 'timer', tickMs);
    }
  };
  for (const event of events) {
    tickUntil(event.atMs - 1);
    take(event);
  }
  tickUntil(Math.ceil((events.at(-1)?.atMs ?? 0) / timerMs) * timerMs);
  return found;
};

const replayed = (events: readonly ReplayEvent[]): Found[] => {
  const replay = new Replay({ policy, policyHash: 'c0ffee', timerMs });
  for (const event of events) replay.take(event);
  return replay.end().flatMap((line) => {
    if (!('caseKey' in line)) return [];
    const { correlationId, at, scope, score: statistic } = line;
    const kind = line.pattern.startsWith('pause-') ? 'paused' : 'flagged';
    const pattern = line.pattern.replace('pause-', '') as Verdict['pattern'];
    return [{ correlationId, at, pattern, kind, scope, statistic }];
  });
};

const sorted = (found: readonly Found[]): string[] => found.map((one) => JSON.stringify(one)).sort();

describe('a replay and the app', () => {
  it('find the same, at the same moments', () => {
    fc.assert(
      fc.property(anyTrace, (events) => {
        expect(sorted(replayed(events))).toEqual(sorted(producedBy(events)));
      }),
      { numRuns: 300 },
    );
  });
});

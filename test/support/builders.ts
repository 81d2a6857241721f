// Records of which a test names only what matters to it.

import { randomUUID } from 'node:crypto';
import { latch } from '../../shared/application/correlation.ts';
import type { ResultEvent } from '../../shared/application/ports.ts';
import type {
  CorrelationRecord,
  CustomerRecord,
  DeviceRecord,
  EndUserRecord,
  EventRecord,
  FlagRecord,
  LedgerRecord,
  ResetDecision,
  SessionRecord,
} from '../../shared/application/records.ts';
import type { AttemptJudged } from '../../shared/domain/events.ts';
import { emptyHistory } from '../../shared/domain/history.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import { freezeEvidence, type FrozenEvidence, makeReceipt } from '../../shared/domain/receipt.ts';
import { newState } from '../../shared/domain/judged-state.ts';
import { makeSessionId } from '../../shared/domain/session-id.ts';
import type { Verdict } from '../../shared/domain/verdict.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import { secondsAfter, startOfTests } from './held-clock.ts';

export const customerId = 'contoso';
export const clientKey = 'tenant-1:client-1';

/** Fresh, so that tests on one database do not meet. */
export const aCorrelationId = (): string => randomUUID();

let sessions = 0;
export const aSessionId = (correlationId: string): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE((sessions += 1));
  return makeSessionId(correlationId, new Uint8Array(bytes));
};

export const aCorrelation = (what: Partial<CorrelationRecord> = {}): CorrelationRecord => ({
  correlationId: aCorrelationId(),
  customerId,
  endUserKey: '1.end-user',
  status: 'active',
  history: emptyHistory,
  outstanding: [],
  verdicts: [],
  sequence: 0,
  ...what,
});

export const aSession = (what: Partial<SessionRecord> = {}): SessionRecord => {
  const correlationId = what.correlationId ?? aCorrelationId();
  return {
    sessionId: aSessionId(correlationId),
    correlationId,
    customerId,
    clientKey,
    kind: 'liveness',
    state: 'reserved',
    attemptsAllowed: 3,
    reservedAt: startOfTests,
    expiresAt: secondsAfter(startOfTests, 600),
    ...what,
  };
};

export const aLivenessResult = (
  what: Partial<Omit<AttemptJudged, 'type'>> & { correlationId: string },
): ResultEvent & { type: 'attempt' } => ({
  type: 'attempt',
  atMs: startOfTests.getTime(),
  customerId,
  sessionId: aSessionId(what.correlationId),
  attemptId: 1,
  outcome: 'real',
  ...what,
});

export const aLedgerRecord = (what: Partial<LedgerRecord> & { correlationId: string }): LedgerRecord => {
  const sessionId = what.sessionId ?? aSessionId(what.correlationId);
  return {
    key: `${sessionId}/1`,
    sessionId,
    customerId,
    type: 'attempt',
    atMs: startOfTests.getTime(),
    attemptId: 1,
    outcome: 'spoof',
    reason: 'integrity',
    deviceKey: '1.device',
    ...what,
  };
};

export const anEvent = (what: Partial<EventRecord> & { correlationId: string }): EventRecord => ({
  eventId: randomUUID(),
  type: 'session.completed',
  customerId,
  sequence: 1,
  at: startOfTests,
  data: { sessionId: aSessionId(what.correlationId), result: 'passed', attempts: 1 },
  dueAt: secondsAfter(startOfTests, 30),
  ...what,
});

export const aVerdict = (what: Partial<Verdict> = {}): Verdict => ({
  kind: 'flagged',
  scope: 'correlation',
  pattern: 'repeated-failures',
  sinceMs: startOfTests.getTime(),
  statistic: 6.5,
  limit: 5.298317,
  source: 'result',
  ...what,
});

export const aPause = (what: Partial<Verdict> = {}): Verdict =>
  aVerdict({ kind: 'paused', untilMs: startOfTests.getTime() + 86_400_000, ...what });

/** The record as if the verdict had been found in it just now. */
export const pronounced = (record: CorrelationRecord, verdict: Verdict, now: Date): CorrelationRecord =>
  latch(record, [{ verdict, history: record.history }], defaultPolicy, now, sha256Hex);

export const someEvidence = (verdict: Verdict = aVerdict()): FrozenEvidence =>
  freezeEvidence({ verdict, history: emptyHistory }, newState('nobody'), defaultPolicy, undefined, sha256Hex);

export const aFlag = (what: { correlationId: string } & Partial<FlagRecord>): FlagRecord => {
  const { correlationId } = what;
  const flagId = randomUUID();
  const verdict = aVerdict();
  const receipt = makeReceipt(
    {
      correlationId,
      customerId,
      flagId,
      verdict,
      evidence: someEvidence(verdict),
      policy: defaultPolicy,
      at: startOfTests,
    },
    sha256Hex,
  );
  return {
    flagId,
    customerId,
    verdict,
    reasons: ['because'],
    caseKey: correlationId,
    at: startOfTests,
    receipt,
    ...what,
  };
};

export const anEndUser = (what: Partial<EndUserRecord> = {}): EndUserRecord => ({
  endUserKey: `1.${randomUUID()}`,
  customerId,
  correlationId: aCorrelationId(),
  generation: 1,
  lineage: [],
  ...what,
});

export const aDevice = (what: Partial<DeviceRecord> = {}): DeviceRecord => ({
  deviceKey: `1.${randomUUID()}`,
  customerId,
  history: emptyHistory,
  ...what,
});

export const aCustomer = (what: Partial<CustomerRecord> = {}): CustomerRecord => ({
  customerId,
  name: 'Contoso Bank',
  eligibility: 'eligible',
  dailySessionQuota: 1000,
  alternativePath: 'Visit a branch with an identity document.',
  ...what,
});

export const aReset = (what: Partial<ResetDecision> = {}): ResetDecision => {
  const correlationId = what.correlationId ?? aCorrelationId();
  return {
    decisionId: `reset:${correlationId}`,
    customerId,
    kind: 'reset',
    correlationId,
    newCorrelationId: aCorrelationId(),
    endUserKey: '1.end-user',
    decidedBy: 'tenant-1:reviewer',
    reason: 'The person has a new telephone.',
    at: startOfTests,
    dueAt: secondsAfter(startOfTests, 30),
    ...what,
  };
};

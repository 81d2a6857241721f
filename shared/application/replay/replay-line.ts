// What a replay tells: one line for each flag, pause and incident. Members stand in the order in which they are written.

import type { Scope } from '../../domain/channel.ts';
import type { AttemptFact } from '../../domain/history.ts';
import { isIn, wholeView } from '../../domain/counts.ts';
import type { Outcome } from '../../domain/events.ts';
import type { Incident, IncidentPattern } from '../../domain/incidents/incident.ts';
import type { JudgedState } from '../../domain/judged-state.ts';
import { cadenceTokens } from '../../domain/patterns/machine-cadence.ts';
import { unusedTokens } from '../../domain/patterns/token-hoarding.ts';
import type { Policy } from '../../domain/policy.ts';
import { type Ledgers, scoreOf } from '../../domain/score.ts';
import type { Finding } from '../../domain/judge.ts';
import type { Pattern } from '../../domain/patterns/pattern-names.ts';

export type ReplayLine = VerdictLine | IncidentLine;

export interface VerdictLine {
  correlationId: string;
  /** ISO 8601, as all times here: when the verdict takes effect at the gate. */
  at: string;
  pattern: Pattern | `pause-${Pattern}`;
  /** The statistic of the pattern, and its limit. */
  score: number;
  threshold: number;
  evidence: ReplayEvidence[];
  customerId: string;
  scope: Scope;
  /** Verdicts with one key are one case for the reviewer. */
  caseKey: string;
  /** `null` when nothing failed. */
  ledgers: Ledgers | null;
  /** The first 16 digits of the policy's hash. */
  policy: string;
  /** The app version of the event had an open incident. */
  incidentId?: string;
  /** Nobody was blocked by it. */
  audit?: true;
}

export interface IncidentLine {
  /** Only of an identifier that is shared. */
  correlationId: string | null;
  at: string;
  pattern: IncidentPattern;
  score: number;
  threshold: number;
  evidence: [];
  customerId: string;
  appVersion?: string;
  policy: string;
  incidentId: string;
}

/** One retained element that counted. */
export interface ReplayEvidence {
  at: string;
  outcome: Outcome | 'abandoned' | 'issued';
  sessionId: string;
  attemptId?: number;
  deviceId?: string;
  reason?: 'mismatch';
}

interface VerdictContext {
  customerId: string;
  caseKey: string;
  policyHash: string;
  incident: Incident | undefined;
}

export const verdictLine = (
  finding: Finding,
  state: JudgedState,
  policy: Policy,
  { customerId, caseKey, policyHash, incident }: VerdictContext,
): VerdictLine => {
  const { verdict, history } = finding;
  return {
    correlationId: state.correlationId,
    at: isoOf(verdict.sinceMs),
    pattern: verdict.kind === 'paused' ? `pause-${verdict.pattern}` : verdict.pattern,
    score: verdict.statistic,
    threshold: verdict.limit,
    evidence: evidenceOf(finding, policy),
    customerId,
    scope: verdict.scope,
    caseKey,
    ledgers: scoreOf({ ...state, history }, policy)?.ledgers ?? null,
    policy: shortHash(policyHash),
    ...(incident !== undefined && { incidentId: incident.incidentId }),
    ...(verdict.audit === true && { audit: true }),
  };
};

export const incidentLine = (incident: Incident, atMs: number, policyHash: string): IncidentLine => ({
  correlationId: incident.correlationId ?? null,
  at: isoOf(atMs),
  pattern: incident.pattern,
  score: incident.statistic,
  threshold: incident.limit,
  evidence: [],
  customerId: incident.customerId,
  ...(incident.appVersion !== undefined && { appVersion: incident.appVersion }),
  policy: shortHash(policyHash),
  incidentId: incident.incidentId,
});

/** By time, correlation id and pattern; what these leave open, by the whole text, so that the order is always the same. */
export const compareLines = (a: ReplayLine, b: ReplayLine): number =>
  compareTexts(a.at, b.at) ||
  compareTexts(a.correlationId ?? '', b.correlationId ?? '') ||
  compareTexts(a.pattern, b.pattern) ||
  compareTexts(JSON.stringify(a), JSON.stringify(b));

const evidenceOf = ({ verdict, history }: Finding, policy: Policy): ReplayEvidence[] => {
  const view = wholeView(history, policy);
  const attempts = (facts: readonly AttemptFact[], outcome: Outcome): Element[] =>
    view === undefined ? [] : facts.filter((fact) => isIn(view, fact)).map((fact) => attemptElement(fact, outcome));
  return [
    ...attempts(history.spoof, 'spoof'),
    ...attempts(history.uncertain, 'uncertain'),
    ...attempts(history.technical, 'technical'),
    ...attempts(history.passes, 'real'),
    ...tokensOf({ verdict, history }, policy),
  ]
    .sort((a, b) => a.atMs - b.atMs || compareTexts(a.key, b.key))
    .map(({ evidence }) => evidence);
};

/** With what evidence is sorted by. */
interface Element {
  atMs: number;
  key: string;
  evidence: ReplayEvidence;
}

const attemptElement = ({ atMs, sessionId, attemptId, tag, mismatch }: AttemptFact, outcome: Outcome): Element => ({
  atMs,
  key: `${sessionId}/${attemptId}`,
  evidence: {
    at: isoOf(atMs),
    outcome,
    sessionId,
    attemptId,
    ...(tag !== '' && { deviceId: tag }),
    ...(mismatch === true && { reason: 'mismatch' }),
  },
});

/** Two patterns are about tokens, not about attempts. */
const tokensOf = ({ verdict, history }: Finding, policy: Policy): Element[] => {
  const element =
    (outcome: 'abandoned' | 'issued') =>
    ({ atMs, sessionId, tag }: { atMs: number; sessionId: string; tag: string }): Element => ({
      atMs,
      key: `${sessionId}/${outcome}`,
      evidence: { at: isoOf(atMs), outcome, sessionId, ...(tag !== '' && { deviceId: tag }) },
    });
  if (verdict.pattern === 'token-hoarding') {
    return unusedTokens(history, policy, verdict.sinceMs).map(element('abandoned'));
  }
  if (verdict.pattern === 'machine-cadence') return (cadenceTokens(history, policy) ?? []).map(element('issued'));
  return [];
};

const SHORT_HASH = 16;

const shortHash = (hash: string): string => hash.slice(0, SHORT_HASH);

const isoOf = (atMs: number): string => new Date(atMs).toISOString();

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// Everything needed to recompute a flag: what was known, by which policy, and what follows from it. Sealed with a hash
// and chained to the receipt before it.

import { canonicalJson } from './canonical-json.ts';
import { emptyHistory, type History } from './history.ts';
import type { Crossing } from './patterns/pattern.ts';
import { unusedTokens } from './patterns/token-hoarding.ts';
import type { Policy } from './policy.ts';
import { type Score, scoreOf } from './score.ts';
import { dayOf } from './time.ts';
import { crossingOf, reasonsOf, type Verdict } from './verdict.ts';

/** Changes when the same facts and policy can give another score. */
export const ENGINE_VERSION = 1;

export interface Receipt {
  engineVersion: number;
  flagId: string;
  customerId: string;
  correlationId: string;
  /** ISO 8601. */
  at: string;
  verdict: Verdict;
  /** The retained elements that counted when the verdict took effect. */
  evidence: ReceiptEvidence;
  policy: Policy;
  policyHash: string;
  /** What evidence and policy give; `null` when nothing fails in it, or when the pattern is not in it. */
  score: Score | null;
  crossing: Crossing | null;
  reasons: string[];
  /** Absent on the first receipt. */
  previousReceiptHash?: string;
  /** SHA-256 of the canonical JSON of all of the above. */
  hash: string;
}

export type ReceiptEvidence = Pick<History, 'spoof' | 'uncertain' | 'technical' | 'passes' | 'unused'> & {
  lastAttemptAtMs?: number;
};

type Sha256Hex = (text: string) => string;

interface ReceiptInput {
  correlationId: string;
  customerId: string;
  flagId: string;
  verdict: Verdict;
  history: History;
  policy: Policy;
  at: Date;
  previousReceiptHash?: string;
}

export const makeReceipt = ({ history, at, ...input }: ReceiptInput, sha256Hex: Sha256Hex): Receipt =>
  sealed({ ...input, at: at.toISOString(), evidence: evidenceOf(history, input.policy, input.verdict) }, sha256Hex);

export type ReceiptCheck = { kind: 'same' } | { kind: 'different'; path: string; expected: unknown; found: unknown };

/** Recomputes everything that follows from evidence and policy, and gives the first difference. */
export const verifyReceipt = (receipt: Receipt, sha256Hex: Sha256Hex): ReceiptCheck => {
  const { hash, ...content } = receipt;
  const expectedHash = sha256Hex(canonicalJson(content));
  if (hash !== expectedHash) return { kind: 'different', path: '/hash', expected: expectedHash, found: hash };
  // From here on the content is as it was sealed; does it also follow from its own evidence?
  return firstDifference(sealed(receipt, sha256Hex), receipt, '') ?? { kind: 'same' };
};

type Given = Pick<
  Receipt,
  'flagId' | 'customerId' | 'correlationId' | 'at' | 'verdict' | 'evidence' | 'policy' | 'previousReceiptHash'
>;

const sealed = (given: Given, sha256Hex: Sha256Hex): Receipt => {
  const { flagId, customerId, correlationId, at, verdict, evidence, policy, previousReceiptHash } = given;
  const history: History = { ...emptyHistory, ...evidence };
  const content = {
    engineVersion: ENGINE_VERSION,
    flagId,
    customerId,
    correlationId,
    at,
    verdict,
    evidence,
    policy,
    policyHash: sha256Hex(canonicalJson(policy)),
    score: scoreOf(history, policy) ?? null,
    crossing: crossingOf(verdict, history, policy) ?? null,
    reasons: reasonsOf(verdict, history, policy),
    ...(previousReceiptHash === undefined ? {} : { previousReceiptHash }),
  };
  return { ...content, hash: sha256Hex(canonicalJson(content)) };
};

/** Results may have come in between the verdict and its receipt; they are not what it was found on. */
const evidenceOf = (history: History, policy: Policy, { sinceMs }: Verdict): ReceiptEvidence => {
  const known = <Fact extends { atMs: number }>(facts: readonly Fact[]): Fact[] =>
    facts.filter(({ atMs }) => atMs <= sinceMs);
  const attempts = [history.spoof, history.uncertain, history.technical, history.passes].map(known);
  // A later pass of a day is not retained, but then an earlier one of that day is, and only the day counts.
  const lastAttemptAtMs =
    history.lastAttemptAtMs !== undefined && history.lastAttemptAtMs <= sinceMs
      ? history.lastAttemptAtMs
      : Math.max(...attempts.flat().map(({ atMs }) => atMs));
  const firstDay = dayOf(lastAttemptAtMs) - policy.score.windowDays + 1;
  const [spoof = [], uncertain = [], technical = [], passes = []] = attempts.map((facts) =>
    facts.filter(({ atMs }) => dayOf(atMs) >= firstDay),
  );
  return {
    spoof,
    uncertain,
    technical,
    passes,
    unused: unusedTokens(history, policy, sinceMs),
    ...(Number.isFinite(lastAttemptAtMs) ? { lastAttemptAtMs } : {}),
  };
};

const firstDifference = (
  expected: unknown,
  found: unknown,
  path: string,
): (ReceiptCheck & { kind: 'different' }) | undefined => {
  if (isContainer(expected) && isContainer(found)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      const difference = firstDifference(expected[key], found[key], `${path}/${key}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  return expected === found ? undefined : { kind: 'different', path, expected, found };
};

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

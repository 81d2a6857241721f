// Everything needed to recompute a flag: what was known, by which policy, and what follows from it. Sealed with a hash
// and chained to the receipt before it.

import { canonicalJson } from './canonical-json.ts';
import { isIn, wholeView } from './counts.ts';
import {
  emptyHistory,
  type AttemptFact,
  type FaceLink,
  type History,
  type IssuedToken,
  type UnusedToken,
} from './history.ts';
import { linkedElements, type JudgedState } from './judged-state.ts';
import { countLinked, type LinkedCounts, type LinkedElements, type LinkedSubject } from './link.ts';
import { recentFaceLinks } from './patterns/face-reuse.ts';
import { cadenceTokens } from './patterns/machine-cadence.ts';
import type { Crossing } from './patterns/pattern.ts';
import type { Pattern } from './patterns/pattern-names.ts';
import { unusedTokens } from './patterns/token-hoarding.ts';
import type { Policy } from './policy.ts';
import { type Score, type ScoredState, scoreOf } from './score.ts';
import type { Verdict } from './verdict.ts';
import { crossingOf, reasonsOf, scopeIn, type Finding } from './judge.ts';

/** Changes when the same facts and policy can give another score. */
export const ENGINE_VERSION = 2;

export interface Receipt {
  engineVersion: number;
  flagId: string;
  customerId: string;
  correlationId: string;
  /** ISO 8601. */
  at: string;
  verdict: Verdict;
  evidence: FrozenEvidence;
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

/** The retained elements that counted at the moment of the verdict: later results are not what it was found on. */
export interface FrozenEvidence {
  spoof: readonly AttemptFact[];
  uncertain: readonly AttemptFact[];
  technical: readonly AttemptFact[];
  passes: readonly AttemptFact[];
  lastAttemptAtMs?: number;
  /** Only what the pattern looks at. */
  unused?: readonly UnusedToken[];
  issued?: readonly IssuedToken[];
  links?: readonly FaceLink[];
  /** Of other ids: their names and those of their sessions are hashed, for receipts are handed out. */
  linked?: Partial<Record<LinkedSubject, LinkedEvidence>>;
}

/** Without elements when the crossing was not seen at the recording of a result: then only the counts were kept. */
export interface LinkedEvidence {
  counts: LinkedCounts;
  elements?: LinkedElements;
}

type Sha256Hex = (text: string) => string;

/** `device`: the history of the linked device, if it is at hand. */
export const freezeEvidence = (
  { verdict, history }: Finding,
  state: JudgedState,
  policy: Policy,
  device: History | undefined,
  sha256Hex: Sha256Hex,
): FrozenEvidence => {
  const view = wholeView(history, policy);
  const seen = (facts: readonly AttemptFact[]): AttemptFact[] =>
    view === undefined ? [] : facts.filter((fact) => isIn(view, fact));
  return {
    spoof: seen(history.spoof),
    uncertain: seen(history.uncertain),
    technical: seen(history.technical),
    passes: seen(history.passes),
    ...(history.lastAttemptAtMs !== undefined && { lastAttemptAtMs: history.lastAttemptAtMs }),
    ...beyondAttempts(verdict.pattern, history, policy, verdict.sinceMs, sha256Hex),
    ...frozenLinks({ ...state, history }, policy, device, sha256Hex),
  };
};

interface ReceiptInput {
  correlationId: string;
  customerId: string;
  flagId: string;
  verdict: Verdict;
  evidence: FrozenEvidence;
  policy: Policy;
  at: Date;
  previousReceiptHash?: string;
}

export const makeReceipt = ({ at, ...input }: ReceiptInput, sha256Hex: Sha256Hex): Receipt =>
  sealed({ ...input, at: at.toISOString() }, sha256Hex);

export type ReceiptCheck = { kind: 'same' } | { kind: 'different'; path: string; expected: unknown; found: unknown };

/** Recomputes everything that follows from evidence and policy, and gives the first difference. */
export const verifyReceipt = (receipt: Receipt, sha256Hex: Sha256Hex): ReceiptCheck => {
  const { hash, ...content } = receipt;
  const expectedHash = hashIfJson(content, sha256Hex);
  if (expectedHash === undefined || hash !== expectedHash) {
    const atHash = { kind: 'different', path: '/hash', expected: expectedHash, found: hash } as const;
    return placeOfChange({ ...receipt, hash: expectedHash ?? '' }, sha256Hex) ?? atHash;
  }
  // The content is as it was sealed; does it also follow from its own evidence?
  return differenceInContent(receipt, sha256Hex) ?? { kind: 'same' };
};

type Difference = ReceiptCheck & { kind: 'different' };

const differenceInContent = (receipt: Receipt, sha256Hex: Sha256Hex): Difference | undefined => {
  const { evidence, verdict } = receipt;
  const recomputed = sealed(receipt, sha256Hex);
  return (
    (verdict.source === 'face' ? undefined : differenceOfVerdict(receipt, recomputed.crossing)) ??
    firstDifference(countsOfLinked(evidence), givenCounts(evidence), '/evidence/linked') ??
    firstDifference(recomputed, receipt, '')
  );
};

/** Where something was changed after the sealing, if what follows from the rest tells it. */
const placeOfChange = (receipt: Receipt, sha256Hex: Sha256Hex): Difference | undefined => {
  try {
    const { policyHash } = receipt;
    const expected = sha256Hex(canonicalJson(receipt.policy));
    if (policyHash !== expected) return { kind: 'different', path: '/policyHash', expected, found: policyHash };
    return differenceInContent(receipt, sha256Hex);
  } catch {
    // Changed so that nothing can be recomputed from it.
    return undefined;
  }
};

/** A number with one changed digit, 1e999, is read as one that JSON does not have. */
const hashIfJson = (content: unknown, sha256Hex: Sha256Hex): string | undefined => {
  try {
    return sha256Hex(canonicalJson(content));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

type Given = Pick<
  Receipt,
  'flagId' | 'customerId' | 'correlationId' | 'at' | 'verdict' | 'evidence' | 'policy' | 'previousReceiptHash'
>;

const sealed = (given: Given, sha256Hex: Sha256Hex): Receipt => {
  const { flagId, customerId, correlationId, at, verdict, evidence, policy, previousReceiptHash } = given;
  const state = stateOf(correlationId, evidence);
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
    score: scoreOf(state, policy) ?? null,
    crossing: crossingOf(verdict, state, policy) ?? null,
    reasons: reasonsOf(verdict, state, policy),
    ...(previousReceiptHash === undefined ? {} : { previousReceiptHash }),
  };
  return { ...content, hash: sha256Hex(canonicalJson(content)) };
};

/** A block of the Face service's own rests on nothing that we know; any other verdict on its evidence. */
const differenceOfVerdict = (
  { verdict, correlationId, evidence, policy }: Receipt,
  crossing: Crossing | null,
): Difference | undefined => {
  const { statistic, limit, scope } = verdict;
  const recomputed = crossing && { ...crossing, scope: scopeIn(verdict, stateOf(correlationId, evidence), policy) };
  return firstDifference(recomputed, { statistic, limit, scope }, '/verdict');
};

/** What was known, as far as it was frozen. */
const stateOf = (correlationId: string, { linked, lastAttemptAtMs, ...facts }: FrozenEvidence): ScoredState => ({
  correlationId,
  history: { ...emptyHistory, ...facts, lastAttemptAtMs },
  ...(linked?.device && { linkedDevice: linked.device.counts }),
  ...(linked?.lineage?.elements && { lineage: { ...emptyHistory, ...linked.lineage.elements } }),
});

const beyondAttempts = (
  pattern: Pattern,
  history: History,
  policy: Policy,
  atMs: number,
  sha256Hex: Sha256Hex,
): Pick<FrozenEvidence, 'unused' | 'issued' | 'links'> => {
  switch (pattern) {
    case 'token-hoarding':
      return { unused: unusedTokens(history, policy, atMs) };
    case 'machine-cadence':
      return { issued: cadenceTokens(history, policy) ?? [] };
    case 'face-reuse':
      return {
        links: recentFaceLinks(history, policy, atMs).map((link) => ({
          ...link,
          correlationId: shortHash(link.correlationId, sha256Hex),
        })),
      };
    case 'impostor':
    case 'unfamiliar-device':
    case 'linked-device':
    case 'linked-lineage':
    case 'repeated-failures':
      return {};
  }
};

const shortHash = (text: string, sha256Hex: Sha256Hex): string => (text === '' ? '' : sha256Hex(text).slice(0, 16));

const frozenLinks = (
  state: JudgedState,
  policy: Policy,
  device: History | undefined,
  sha256Hex: Sha256Hex,
): Pick<FrozenEvidence, 'linked'> => {
  const hashed = (elements: LinkedElements): LinkedElements => {
    const rename = (facts: readonly AttemptFact[]): AttemptFact[] =>
      facts.map((fact) => ({
        ...fact,
        sessionId: shortHash(fact.sessionId, sha256Hex),
        tag: shortHash(fact.tag, sha256Hex),
      }));
    return {
      spoof: rename(elements.spoof),
      uncertain: rename(elements.uncertain),
      technical: rename(elements.technical),
      passes: rename(elements.passes),
    };
  };
  const linked: Partial<Record<LinkedSubject, LinkedEvidence>> = {};
  if (state.linkedDevice !== undefined) {
    const elements = linkedElements(state, device, policy);
    linked.device = { counts: state.linkedDevice, ...(elements && { elements: hashed(elements) }) };
  }
  const line = linkedElements(state, state.lineage, policy);
  if (line !== undefined) linked.lineage = { counts: countLinked(line), elements: hashed(line) };
  return Object.keys(linked).length === 0 ? {} : { linked };
};

const countsOfLinked = ({ linked }: FrozenEvidence) =>
  mapLinked(linked, ({ counts, elements }) => (elements === undefined ? counts : countLinked(elements)));

const givenCounts = ({ linked }: FrozenEvidence) => mapLinked(linked, ({ counts }) => counts);

const mapLinked = <T>(linked: FrozenEvidence['linked'] = {}, of: (evidence: LinkedEvidence) => T) =>
  Object.fromEntries(Object.entries(linked).map(([subject, evidence]) => [subject, { counts: of(evidence) }]));

const firstDifference = (expected: unknown, found: unknown, path: string): Difference | undefined => {
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

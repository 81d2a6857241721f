import { createHash } from 'node:crypto';

import { canonicalJson } from '../../../shared/domain/canonical-json.ts';
import type { LivenessEvent, Outcome } from '../../../shared/domain/events.ts';
import { type History, withFaceLink } from '../../../shared/domain/history.ts';
import { type JudgedState, linkedDeviceOf } from '../../../shared/domain/judged-state.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { freezeEvidence, makeReceipt, type Receipt, verifyReceipt } from '../../../shared/domain/receipt.ts';
import { judge } from '../../../shared/domain/judge.ts';
import type { Occasion } from '../../../shared/domain/patterns/pattern.ts';
import { anyEvent, anyLinkedCounts } from './support/arbitraries.ts';
import { fc, listOf } from './support/fast-check.ts';
import {
  anAbandonedToken,
  anAttempt,
  anIssuedToken,
  aState,
  attemptsOn,
  aVerdict,
  correlationId,
  deviceHistoryOf,
  historyOf,
  hourMs,
  minuteMs,
  noonOf,
  otherId,
  times,
} from './support/histories.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

const policy = defaultPolicy;
const atMs = noonOf(3) + hourMs;

/** The receipt of the first verdict that is found now. */
const receiptOf = (
  state: JudgedState,
  { occasion = 'timer', device }: { occasion?: Occasion; device?: History } = {},
): Receipt => {
  const [finding] = judge(state, policy, occasion, atMs);
  if (finding === undefined) throw new Error('this state crosses');
  return makeReceipt(
    {
      correlationId,
      customerId: 'contoso',
      flagId: 'flag-1',
      verdict: finding.verdict,
      evidence: freezeEvidence(finding, state, policy, device, sha256Hex),
      policy,
      at: new Date(noonOf(4)),
      previousReceiptHash: 'f00d',
    },
    sha256Hex,
  );
};

const fourSpoofs = attemptsOn(3, times(4, 'spoof'), 'tablet');
const ownPhone = [0, 1].flatMap((day) => attemptsOn(day, ['real'], 'phone'));

/** Other ids on the tablet. */
const othersOnTablet = deviceHistoryOf([
  ...attemptsOn(2, times<Outcome>(3, 'spoof')).map((event) => ({ ...event, correlationId: otherId(1) })),
  ...attemptsOn(2, ['uncertain', 'technical', 'real']).map((event) => ({ ...event, correlationId: otherId(2) })),
  ...fourSpoofs.slice(0, 1),
]);
const oneSpoof = aState([...attemptsOn(3, ['spoof', 'uncertain'], 'tablet')]);
const linkedDevice = linkedDeviceOf(oneSpoof, othersOnTablet, policy);
if (linkedDevice === undefined) throw new Error('the device is known');
const predecessor = historyOf(attemptsOn(1, times(5, 'spoof'), otherId(1)));

const hoardedTokens = times(13, undefined).map((_, index) => anAbandonedToken(noonOf(3) - index * minuteMs));
const clockwork: LivenessEvent[] = times(9, undefined).flatMap((_, index) => {
  const token = anIssuedToken(noonOf(3) + index * 90_000, 'tablet');
  const attempt = anAttempt({ sessionId: token.sessionId, atMs: token.atMs + 5000, outcome: 'technical' });
  return index < 4 ? [token, attempt] : [token];
});
const seenElsewhere = [1, 2].reduce(
  (history, other) => withFaceLink(history, { correlationId: otherId(other), atMs: noonOf(2) }, policy.keep),
  historyOf(attemptsOn(2, ['real'])),
);

const everyKind: [string, Receipt][] = [
  ['repeated failures', receiptOf(aState(fourSpoofs))],
  [
    'an impostor',
    receiptOf(
      aState(times(10, anAttempt).map((make) => make({ atMs: noonOf(2), outcome: 'uncertain', reason: 'mismatch' }))),
    ),
  ],
  ['an unfamiliar device', receiptOf(aState([...ownPhone, ...fourSpoofs, ...attemptsOn(3, ['spoof'], 'tablet')]))],
  ['a link to other ids on the device', receiptOf({ ...oneSpoof, linkedDevice }, { device: othersOnTablet })],
  ['a link of which only the counts were kept', receiptOf({ ...oneSpoof, linkedDevice })],
  ['a link to predecessors', receiptOf({ ...oneSpoof, lineage: predecessor })],
  ['sessions like clockwork', receiptOf(aState(clockwork), { occasion: 'failure' })],
  ['hoarded tokens', receiptOf(aState(hoardedTokens))],
  ['a reused face', receiptOf(aState([], { history: seenElsewhere }))],
  ['a pause', receiptOf(aState(attemptsOn(2, times(18, 'uncertain'))))],
  [
    'the next pause',
    receiptOf(
      aState(
        [0, 2].flatMap((day) => attemptsOn(day, times(18, 'uncertain'))),
        { verdicts: [aVerdict({ kind: 'paused', sinceMs: noonOf(0) + hourMs, untilMs: noonOf(1) + hourMs })] },
      ),
    ),
  ],
];

/** Changes a receipt's content and seals it again, as a forger would. */
const resealed = ({ hash: _hash, ...content }: Receipt, change: Partial<Receipt>): Receipt => {
  const changed = { ...content, ...change };
  return { ...changed, hash: sha256Hex(canonicalJson(changed)) };
};

const stored = (receipt: Receipt): Receipt => JSON.parse(JSON.stringify(receipt)) as Receipt;

describe('a receipt', () => {
  it('holds what the flag was found on and what follows from it', () => {
    expect(receiptOf(aState(fourSpoofs))).toMatchObject({
      flagId: 'flag-1',
      at: new Date(noonOf(4)).toISOString(),
      verdict: { kind: 'flagged', pattern: 'repeated-failures', scope: 'correlation' },
      score: { score: 5.560695, threshold: 5.298317, counts: { spoofs: 4 }, ledgers: { mix: 6.608328 } },
      crossing: { statistic: 5.560695, limit: 5.298317 },
      reasons: ['4 spoof and 0 uncertain results against 0 days with a pass', '4 failed checks within one day'],
      policyHash: sha256Hex(canonicalJson(policy)),
      previousReceiptHash: 'f00d',
    });
  });

  it('leaves out what is too old to count', () => {
    const old = anAttempt({ atMs: noonOf(-30) });

    const { evidence, crossing } = receiptOf(aState([old, ...fourSpoofs]));

    expect(evidence).toMatchObject({ passes: [], lastAttemptAtMs: fourSpoofs[3]?.atMs });
    expect(evidence.spoof).toHaveLength(4);
    expect(crossing).toMatchObject({ statistic: 5.560695 });
  });

  it('holds the hoarded tokens that were never used', () => {
    const used = anAttempt({ sessionId: hoardedTokens[5]?.sessionId ?? '', atMs: noonOf(3), outcome: 'real' });
    const receipt = receiptOf(aState([...hoardedTokens, used]));

    expect(receipt.evidence.unused).toHaveLength(12);
    expect(receipt).toMatchObject({ score: null, crossing: { statistic: 12, limit: 12 } });
  });

  it('names no other id of a linked device or end user, and none of their sessions', () => {
    const text = JSON.stringify([
      receiptOf({ ...oneSpoof, linkedDevice }, { device: othersOnTablet }),
      receiptOf({ ...oneSpoof, lineage: predecessor }),
    ]);
    const theirSessions = [...othersOnTablet.spoof, ...predecessor.spoof]
      .map(({ sessionId }) => sessionId)
      .filter((sessionId) => sessionId !== fourSpoofs[0]?.sessionId);

    expect(theirSessions).toHaveLength(8);
    for (const secret of [otherId(1), otherId(2), ...theirSessions]) expect(text).not.toContain(secret);
  });

  it('says so when the pattern is not in the evidence, as with a block of the Face service', () => {
    const receipt = makeReceipt(
      {
        correlationId,
        customerId: 'contoso',
        flagId: 'flag-2',
        verdict: aVerdict({ statistic: 0, limit: 0, source: 'face' }),
        evidence: { spoof: [], uncertain: [], technical: [], passes: [] },
        policy,
        at: new Date(noonOf(0)),
      },
      sha256Hex,
    );

    expect(receipt).toMatchObject({ score: null, crossing: null, reasons: [] });
    expect(receipt).not.toHaveProperty('previousReceiptHash');
    expect(verifyReceipt(receipt, sha256Hex)).toEqual({ kind: 'same' });
  });
});

describe('law 9: a receipt', () => {
  it.each(everyKind)('of %s verifies', (_, receipt) => {
    expect(receipt.crossing).toEqual({ statistic: receipt.verdict.statistic, limit: receipt.verdict.limit });
    expect(receipt.reasons.length).toBeGreaterThan(0);
    expect(verifyReceipt(stored(receipt), sha256Hex)).toEqual({ kind: 'same' });
  });

  it.each(everyKind)('of %s shows any one leaf that was changed', (_, receipt) => {
    const leaves = leavesOf(receipt);

    expect(leaves.length).toBeGreaterThan(100);
    for (const { path, value } of leaves) {
      const changed = withLeaf(receipt, path, changedLeaf(value)) as Receipt;
      expect({ path, kind: verifyReceipt(changed, sha256Hex).kind }).toEqual({ path, kind: 'different' });
    }
  });

  it('of any state verifies', () => {
    let verified = 0;
    fc.assert(
      fc.property(listOf(anyEvent(4), 0, 40), anyLinkedCounts, (events, linkedDevice) => {
        const state = aState(events, { linkedDevice });
        fc.pre(judge(state, policy, 'timer', atMs).length > 0);

        expect(verifyReceipt(stored(receiptOf(state)), sha256Hex)).toEqual({ kind: 'same' });
        verified += 1;
      }),
      { numRuns: 100, maxSkipsPerRun: 1000 },
    );

    expect(verified).toBeGreaterThanOrEqual(100);
  });

  it('shows any one byte that was changed', () => {
    const receipt = receiptOf({ ...oneSpoof, linkedDevice }, { device: othersOnTablet });
    const text = JSON.stringify(receipt);

    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const changed = parsed(text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1));
        // Other texts of the same value, as 1.0 of 1.00, and what is no JSON at all, are not changed receipts.
        fc.pre(changed !== undefined && JSON.stringify(changed) !== text);

        expect(verifyReceipt(changed as Receipt, sha256Hex).kind).toBe('different');
      }),
      { numRuns: 500, maxSkipsPerRun: 1000 },
    );
  });

  it('shows a number that is too large for JSON', () => {
    const text = JSON.stringify(receiptOf(aState(fourSpoofs))).replace(/"sinceMs":(\d)\d/, '"sinceMs":$1e');

    expect(verifyReceipt(JSON.parse(text) as Receipt, sha256Hex)).toMatchObject({ kind: 'different', path: '/hash' });
  });

  it('shows a conclusion that does not follow from the evidence, although the seal is right', () => {
    const receipt = receiptOf(aState(fourSpoofs));
    const { evidence, score, verdict } = receipt;
    if (score === null) throw new Error('spoofs have a score');

    expect(verifyReceipt(resealed(receipt, { score: { ...score, score: 9 } }), sha256Hex)).toEqual({
      kind: 'different',
      path: '/score/score',
      expected: 5.560695,
      found: 9,
    });
    expect(verifyReceipt(resealed(receipt, { verdict: { ...verdict, statistic: 9 } }), sha256Hex)).toMatchObject({
      path: '/verdict/statistic',
      expected: 5.560695,
    });
    expect(verifyReceipt(resealed(receipt, { reasons: [] }), sha256Hex)).toMatchObject({ path: '/reasons/0' });
    expect(verifyReceipt(resealed(receipt, { policyHash: 'x' }), sha256Hex)).toMatchObject({ path: '/policyHash' });
    expect(
      verifyReceipt(resealed(receipt, { evidence: { ...evidence, spoof: evidence.spoof.slice(1) } }), sha256Hex),
    ).toMatchObject({ kind: 'different', path: '/verdict' });
  });

  it('shows counts of other ids that are not those of their elements, although the seal is right', () => {
    const receipt = receiptOf({ ...oneSpoof, linkedDevice }, { device: othersOnTablet });
    const { evidence } = receipt;
    const device = { ...evidence.linked?.device, counts: { ...linkedDevice, otherIds: 9 } };
    const forged = resealed(receipt, { evidence: { ...evidence, linked: { device } } });

    expect(verifyReceipt(forged, sha256Hex)).toMatchObject({
      kind: 'different',
      path: '/evidence/linked/device/counts/otherIds',
      expected: 2,
      found: 9,
    });
  });
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

interface Leaf {
  path: readonly string[];
  value: unknown;
}

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const leavesOf = (value: unknown, path: readonly string[] = []): Leaf[] =>
  isContainer(value)
    ? Object.entries(value).flatMap(([key, member]) => leavesOf(member, [...path, key]))
    : [{ path, value }];

const withLeaf = (container: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown => {
  if (key === undefined || !isContainer(container)) return leaf;
  const changed = { ...container, [key]: withLeaf(container[key], rest, leaf) };
  return Array.isArray(container) ? Object.values(changed) : changed;
};

const changedLeaf = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}x` : 'x';
};

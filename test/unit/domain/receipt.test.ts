import { createHash } from 'node:crypto';

import type { LivenessEvent } from '../../../shared/domain/events.ts';
import { canonicalJson } from '../../../shared/domain/canonical-json.ts';
import { defaultPolicy } from '../../../shared/domain/policy.ts';
import { makeReceipt, type Receipt, verifyReceipt } from '../../../shared/domain/receipt.ts';
import { judge } from '../../../shared/domain/verdict.ts';
import { anyEvent } from './support/arbitraries.ts';
import { fc } from './support/fast-check.ts';
import {
  anAbandonedToken,
  anAttempt,
  attemptsOn,
  correlationId,
  historyOf,
  hourMs,
  minuteMs,
  noonOf,
  times,
} from './support/histories.ts';

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

const policy = defaultPolicy;

const receiptFor = (events: readonly LivenessEvent[], later: readonly LivenessEvent[] = []): Receipt => {
  const verdict = judge({ history: historyOf(events) }, policy, 'timer', new Date(noonOf(3)));
  if (verdict === undefined) throw new Error('these events cross');
  return makeReceipt(
    {
      correlationId,
      customerId: 'contoso',
      flagId: 'flag-1',
      verdict,
      history: historyOf([...events, ...later]),
      policy,
      at: new Date(noonOf(4)),
      previousReceiptHash: 'f00d',
    },
    sha256Hex,
  );
};

const fourSpoofs = attemptsOn(3, times(4, 'spoof')).map((event) => ({ ...event, atMs: event.atMs - hourMs }));

/** Changes a receipt's content and seals it again, as a forger would. */
const resealed = ({ hash: _hash, ...content }: Receipt, change: Partial<Receipt>): Receipt => {
  const changed = { ...content, ...change };
  return { ...changed, hash: sha256Hex(canonicalJson(changed)) };
};

describe('a receipt', () => {
  it('holds what the flag was found on and what follows from it', () => {
    expect(receiptFor(fourSpoofs)).toMatchObject({
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

  it('leaves out what came after the verdict and what is too old to count', () => {
    const old = anAttempt({ atMs: noonOf(-30) });
    const later = anAttempt({ atMs: noonOf(3) + minuteMs, outcome: 'real' });

    const { evidence, crossing } = receiptFor([old, ...fourSpoofs], [later]);

    expect(evidence).toMatchObject({ passes: [], lastAttemptAtMs: fourSpoofs[3]?.atMs });
    expect(evidence.spoof).toHaveLength(4);
    expect(crossing).toMatchObject({ statistic: 5.560695 });
  });

  it('is the same for hoarded tokens, and holds those that were never used', () => {
    const tokens = times(13, undefined).map((_, index) => anAbandonedToken(noonOf(3) - index * minuteMs));
    const used = anAttempt({ sessionId: tokens[5]?.sessionId ?? '', atMs: noonOf(3) - hourMs, outcome: 'real' });
    const receipt = receiptFor([...tokens, used]);

    expect(receipt.evidence.unused).toHaveLength(12);
    expect(receipt).toMatchObject({ score: null, crossing: { statistic: 12, limit: 12 } });
    expect(verifyReceipt(receipt, sha256Hex)).toEqual({ kind: 'same' });
  });

  it('says so when the pattern is not in the evidence, as with a block of the Face service', () => {
    const receipt = makeReceipt(
      {
        correlationId,
        customerId: 'contoso',
        flagId: 'flag-2',
        verdict: {
          kind: 'flagged',
          scope: 'correlation',
          pattern: 'repeated-failures',
          sinceMs: noonOf(0),
          statistic: 0,
          limit: 0,
          source: 'face',
        },
        history: historyOf([]),
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

describe('verifyReceipt', () => {
  it('says same for every receipt, also after it was stored as JSON', () => {
    let verified = 0;
    fc.assert(
      fc.property(fc.array(anyEvent(4), { maxLength: 40 }), (events) => {
        const verdict = judge({ history: historyOf(events) }, policy, 'timer', new Date(noonOf(4)));
        fc.pre(verdict !== undefined);
        const receipt = receiptFor([...events, ...fourSpoofs], events);

        expect(verifyReceipt(JSON.parse(JSON.stringify(receipt)) as Receipt, sha256Hex)).toEqual({ kind: 'same' });
        verified += 1;
      }),
      { numRuns: 100, maxSkipsPerRun: 1000 },
    );

    expect(verified).toBeGreaterThanOrEqual(100);
  });

  it('finds any one changed byte', () => {
    const text = JSON.stringify(receiptFor(fourSpoofs));

    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const changed = parsed(text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1));
        fc.pre(changed !== undefined && canonicalJson(changed) !== canonicalJson(JSON.parse(text)));

        expect(verifyReceipt(changed as Receipt, sha256Hex).kind).toBe('different');
      }),
      { numRuns: 300, maxSkipsPerRun: 1000 },
    );
  });

  it('finds a conclusion that does not follow from the evidence, although the seal is right', () => {
    const receipt = receiptFor(fourSpoofs);
    const { evidence, score } = receipt;
    if (score === null) throw new Error('spoofs have a score');

    expect(verifyReceipt(resealed(receipt, { score: { ...score, score: 9 } }), sha256Hex)).toEqual({
      kind: 'different',
      path: '/score/score',
      expected: 5.560695,
      found: 9,
    });
    expect(
      verifyReceipt(resealed(receipt, { evidence: { ...evidence, spoof: evidence.spoof.slice(1) } }), sha256Hex),
    ).toMatchObject({ kind: 'different', path: '/score/ledgers/mix' });
    expect(verifyReceipt(resealed(receipt, { reasons: [] }), sha256Hex)).toMatchObject({ path: '/reasons/0' });
    expect(verifyReceipt(resealed(receipt, { policyHash: 'x' }), sha256Hex)).toMatchObject({ path: '/policyHash' });
  });
});

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

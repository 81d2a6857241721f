import type { PolicyDocument } from '../../../shared/domain/policy-document.ts';
import { resolvePolicy } from '../../../shared/domain/policy-document.ts';
import { conflictsOf } from '../../../shared/domain/policy-rules.ts';

describe('the numbers of a policy', () => {
  it.each<[string, PolicyDocument, string, string]>([
    [
      'forgets spoof results that the budget counts',
      { keep: { spoof: 43 } },
      '/keep/spoof',
      'keep.spoof is 43, but the budget gives 22 tries to each of two channels: what is forgotten cannot be counted.',
    ],
    [
      'forgets uncertain results that the budget counts',
      { keep: { uncertain: 43 } },
      '/keep/uncertain',
      'keep.uncertain is 43, but the budget gives 22 tries to each of two channels: what is forgotten cannot be counted.',
    ],
    [
      'leaves nobody a try',
      { gate: { budget: { breach: 0.005 } } },
      '/gate/budget/breach',
      'The budget gives no try at all: a breach chance of 0.005 is below the 0.01 of a single try.',
    ],
    [
      'begins with a delay over the longest',
      { gate: { delay: { seconds: 7200 } } },
      '/gate/delay/maxSeconds',
      'The longest delay of 3600 s is shorter than the first of 7200 s.',
    ],
    [
      'waits for more failures of an impostor than are kept',
      { patterns: { impostor: { judgedFailures: 113 } } },
      '/patterns/impostor/judgedFailures',
      'The pattern asks for 113, but only the newest 112 are kept.',
    ],
    [
      'looks at more tokens than are kept',
      { patterns: { machineCadence: { tokens: 65 } } },
      '/patterns/machineCadence/tokens',
      'The pattern asks for 65, but only the newest 64 are kept.',
    ],
    [
      'waits for more unused tokens than are kept',
      { keep: { unused: 11 } },
      '/patterns/tokenHoarding/unusedTokens',
      'The pattern asks for 12, but only the newest 11 are kept.',
    ],
    [
      'waits for more faces than are kept',
      { keep: { links: 1 } },
      '/patterns/faceReuse/otherIds',
      'The pattern asks for 2, but only the newest 1 are kept.',
    ],
    [
      'stops counting before an incident of a version can open',
      { patterns: { drift: { ceiling: 14 } } },
      '/patterns/drift/ceiling',
      'The sum stops at 14 and never reaches the 15 at which an incident opens.',
    ],
    [
      'stops counting before an incident of fresh ids can open',
      { patterns: { breadthFirst: { openAt: 31 } } },
      '/patterns/breadthFirst/ceiling',
      'The sum stops at 30 and never reaches the 31 at which an incident opens.',
    ],
  ])('are refused when the policy %s', (_, document, pointer, message) => {
    const [conflict, ...more] = conflictsOf(resolvePolicy(document));

    expect(conflict?.between[0]).toBe(pointer);
    expect(conflict?.message).toBe(message);
    expect(more).toEqual([]);
  });

  it('may be as small as what they are measured against', () => {
    const document: PolicyDocument = {
      keep: { spoof: 44, uncertain: 44, unused: 12, links: 2, issued: 9 },
      gate: { delay: { seconds: 3600 } },
      patterns: { drift: { ceiling: 15 }, impostor: { judgedFailures: 44 } },
    };

    expect(conflictsOf(resolvePolicy(document))).toEqual([]);
  });
});

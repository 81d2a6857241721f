import { defaultPolicy, type Policy } from '../../../../shared/domain/policy.ts';

/** No pattern but the score, and nothing crosses. */
export const judgesNobody: Policy = {
  ...defaultPolicy,
  score: { ...defaultPolicy.score, alpha: 1e-300 },
  patterns: {
    ...defaultPolicy.patterns,
    impostor: { judgedFailures: 1e9, mismatchShare: 2 },
    machineCadence: { ...defaultPolicy.patterns.machineCadence, failedAttempts: 1e9 },
    tokenHoarding: { ...defaultPolicy.patterns.tokenHoarding, unusedTokens: 1e9 },
    faceReuse: { ...defaultPolicy.patterns.faceReuse, otherIds: 1e9 },
  },
};

/** The same, but whoever has a failure crosses: with a spoof label the id is flagged, without one it is paused. */
export const judgesEverybody: Policy = {
  ...judgesNobody,
  score: { ...judgesNobody.score, alpha: Math.exp(100) },
};

/** The chance of breach that gives so many judged failures. */
export const withBudget = (policy: Policy, judgedFailures: number): Policy => ({
  ...policy,
  gate: { ...policy.gate, budget: { ...policy.gate.budget, breach: 1 - 0.99 ** (judgedFailures + 0.5), pass: 0.01 } },
});

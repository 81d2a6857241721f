import { canonicalJson } from '../domain/canonical-json.ts';
import { resolvePolicy } from '../domain/policy-document.ts';
import type { PartialPolicy } from '../domain/partial-policy.ts';
import { defaultPolicy, type Policy } from '../domain/policy.ts';
import { Unavailable } from './errors.ts';
import type { ActivePolicyRecord } from './policy-records.ts';
import type { PolicyStore, Sha256Hex } from './ports.ts';

export interface HashedPolicy {
  policy: Policy;
  policyHash: string;
}

export const hashPolicy = (policy: Policy, sha256Hex: Sha256Hex): HashedPolicy => ({
  policy,
  policyHash: sha256Hex(canonicalJson(policy)),
});

/** What the pointer leads to; without one the built-in default. */
export const findActivePolicy = async (
  pointer: ActivePolicyRecord | undefined,
  { policyStore, sha256Hex }: { policyStore: PolicyStore; sha256Hex: Sha256Hex },
): Promise<HashedPolicy> => {
  if (pointer === undefined) return hashPolicy(defaultPolicy, sha256Hex);
  const stored = await policyStore.findPolicy(pointer.policyHash);
  if (stored === undefined) throw new Unavailable('the active policy is not there');
  // A number that this version of the app has added comes from the default, and the hash is of what judges.
  return hashPolicy(resolvePolicy(stored), sha256Hex);
};

/** Each layer changes what those before it came to. */
export const laidOver = (policy: Policy, layers: readonly PartialPolicy[]): Policy =>
  layers.reduce<Policy>((base, layer) => resolvePolicy(layer, base), policy);

import { findActivePolicy, hashPolicy, laidOver, type HashedPolicy } from './active-policy.ts';
import type { CustomerPolicyRecord, EffectivePolicy } from './policy-records.ts';
import type { Clock, Policies, PolicyStore, Sha256Hex } from './ports.ts';
import type { Versioned } from './records.ts';

interface Ports {
  policyStore: PolicyStore;
  clock: Clock;
  sha256Hex: Sha256Hex;
}

const CACHE_SECONDS = 30;

type OwnPolicy = Versioned<CustomerPolicyRecord> | undefined;

/** What one customer has of its own, and what that last came to. There are no more of these than customers. */
interface CustomerMemory {
  own: () => Promise<OwnPolicy>;
  last?: { active: HashedPolicy; version: string | undefined; effective: EffectivePolicy };
}

/**
 *   preset ◀─ active policy ◀─ the customer's override
 *
 * What is read is kept for 30 seconds, that nothing is there included; whoever asks meanwhile shares the reading.
 */
export const makeEffectivePolicies = ({ policyStore, clock, sha256Hex }: Ports): Policies => {
  const customers = new Map<string, CustomerMemory>();
  let known: { pointedTo: string | undefined; active: HashedPolicy } | undefined;

  const readActive = keptFor(clock, async (): Promise<HashedPolicy> => {
    const pointer = (await policyStore.findActive())?.record;
    // What a pointer leads to never changes.
    if (known === undefined || known.pointedTo !== pointer?.policyHash) {
      const active = await findActivePolicy(pointer, { policyStore, sha256Hex });
      known = { pointedTo: pointer?.policyHash, active };
    }
    return known.active;
  });

  const memoryOf = (customerId: string): CustomerMemory => {
    const known = customers.get(customerId);
    if (known !== undefined) return known;
    const memory: CustomerMemory = { own: keptFor(clock, () => policyStore.findCustomer(customerId)) };
    customers.set(customerId, memory);
    return memory;
  };

  const effective = async (customerId: string): Promise<EffectivePolicy> => {
    const memory = memoryOf(customerId);
    const [active, own] = await Promise.all([readActive(), memory.own()]);
    const { last } = memory;
    if (last?.active === active && last.version === own?.version) return last.effective;

    const { policy, policyHash } = overridden(active, own?.record.override);
    const unchanged = last?.effective.policyHash === policyHash;
    const next: EffectivePolicy = {
      policy: unchanged ? last.effective.policy : policy,
      policyHash,
      enforcementOff: own?.record.enforcementOff ?? [],
    };
    memory.last = { active, version: own?.version, effective: next };
    return next;
  };

  const overridden = (active: HashedPolicy, override: CustomerPolicyRecord['override']): HashedPolicy =>
    override === undefined ? active : hashPolicy(laidOver(active.policy, override.layers), sha256Hex);

  return { effective };
};

/** The same answer for 30 seconds from the question on. A failure is forgotten, so that the next one asks again. */
const keptFor = <T>(clock: Clock, read: () => Promise<T>): (() => Promise<T>) => {
  let kept: { untilMs: number; answer: Promise<T> } | undefined;
  return () => {
    const nowMs = clock.now().getTime();
    if (kept === undefined || kept.untilMs <= nowMs) {
      const asked = { untilMs: nowMs + CACHE_SECONDS * 1000, answer: read() };
      kept = asked;
      asked.answer.catch(() => {
        if (kept === asked) kept = undefined;
      });
    }
    return kept.answer;
  };
};

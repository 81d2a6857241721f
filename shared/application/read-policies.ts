import { budgetOf, type Policy } from '../domain/policy.ts';
import type { PolicyDocument } from '../domain/policy-document.ts';
import { findActivePolicy, hashPolicy, laidOver } from './active-policy.ts';
import { isEnforced } from './is-enforced.ts';
import type { EnforcementOff, PolicyAuditEntry } from './policy-records.ts';
import type { Clock, Customers, PolicyStore, Sha256Hex } from './ports.ts';

interface Ports {
  customers: Customers;
  policyStore: PolicyStore;
  clock: Clock;
  sha256Hex: Sha256Hex;
}

interface PolicyView {
  policy: Policy;
  policyHash: string;
  /** Judged failures that the policy permits in its window. */
  budget: number;
  /** The newest entries of the audit, newest first. */
  changes: PolicyAuditEntry[];
}

export interface ActivePolicyView extends PolicyView {
  document: PolicyDocument;
}

/** `document`: what the customer has of its own; null when the active policy holds as it is. */
export type CustomerPolicyView =
  ({ kind: 'found'; customerId: string; document: PolicyDocument | null } & PolicyView) | { kind: 'not-found' };

export type EnforcementView =
  | {
      kind: 'found';
      customerId: string;
      /** Of an app whose version is not named under `off`. */
      enforced: boolean;
      mode: Policy['mode'];
      off: EnforcementOff[];
      changes: PolicyAuditEntry[];
    }
  | { kind: 'not-found' };

export type ReadActivePolicy = () => Promise<ActivePolicyView>;
export type ReadCustomerPolicy = (request: { customerId: string }) => Promise<CustomerPolicyView>;
export type ReadEnforcement = (request: { customerId: string }) => Promise<EnforcementView>;

/** For people who manage policies: as it is stored now, past what other readers still know. */
export const makeReadPolicies = (ports: Ports) => {
  const { customers, policyStore, clock, sha256Hex } = ports;

  const readActivePolicy: ReadActivePolicy = async () => {
    const pointer = (await policyStore.findActive())?.record;
    const { policy, policyHash } = await findActivePolicy(pointer, ports);
    return {
      document: pointer?.document ?? { extends: 'default' },
      policy,
      policyHash,
      budget: budgetOf(policy),
      changes: pointer === undefined ? [] : await policyStore.findEntries(pointer.newestEntry),
    };
  };

  const readCustomerPolicy: ReadCustomerPolicy = async ({ customerId }) => {
    const found = await find(customerId);
    if (found === undefined) return { kind: 'not-found' };
    const { override, effective, changes } = found;
    const { policy, policyHash } = effective;
    const document = override?.document ?? null;
    return { kind: 'found', customerId, document, policy, policyHash, budget: budgetOf(policy), changes };
  };

  const readEnforcement: ReadEnforcement = async ({ customerId }) => {
    const found = await find(customerId);
    if (found === undefined) return { kind: 'not-found' };
    const { effective, changes } = found;
    const now = clock.now();
    return {
      kind: 'found',
      customerId,
      enforced: isEnforced(effective, undefined, now),
      mode: effective.policy.mode,
      off: effective.enforcementOff.filter(({ until }) => now < until),
      changes,
    };
  };

  async function find(customerId: string) {
    const [customer, pointer, own] = await Promise.all([
      customers.find(customerId),
      policyStore.findActive(),
      policyStore.findCustomer(customerId),
    ]);
    if (customer === undefined) return undefined;
    const active = await findActivePolicy(pointer?.record, ports);
    const { override, enforcementOff = [], newestEntry } = own?.record ?? {};
    return {
      override,
      effective: { ...hashPolicy(laidOver(active.policy, override?.layers ?? []), sha256Hex), enforcementOff },
      changes: newestEntry === undefined ? [] : await policyStore.findEntries(newestEntry, customerId),
    };
  }

  return { readActivePolicy, readCustomerPolicy, readEnforcement };
};

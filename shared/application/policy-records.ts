// What is kept about policies, as the use cases see it.

import type { Policy } from '../domain/policy.ts';
import type { PolicyDocument } from '../domain/policy-document.ts';
import type { PartialPolicy } from '../domain/partial-policy.ts';
import type { AuditEntry, AuditHead } from './audit.ts';
import type { RaisedEvents } from './customer-events.ts';

/** Until then what is found blocks nobody: at all, or in one version of the app. */
export interface EnforcementOff {
  until: Date;
  appVersion?: string;
}

/** What judges a customer's end users. The same object comes back for as long as nothing has changed. */
export interface EffectivePolicy {
  policy: Policy;
  policyHash: string;
  /** Those that have ended may still be among them. */
  enforcementOff: readonly EnforcementOff[];
}

export interface ActivePolicyRecord {
  policyHash: string;
  /** As its author wrote it. What holds is the policy that it came to when it was published. */
  document: PolicyDocument;
  newestEntry: AuditHead;
}

export interface CustomerPolicyRecord {
  customerId: string;
  override?: {
    /** As its author wrote it. */
    document: PolicyDocument;
    /** What is laid over the active policy, in this order: the changes of the preset that it extends, as they were, and its own. */
    layers: readonly PartialPolicy[];
  };
  enforcementOff: readonly EnforcementOff[];
  newestEntry: AuditHead;
  /** When the first of `enforcementOff` ends. */
  dueAt?: Date;
}

export type PolicyChange =
  | { kind: 'policy-published'; policyHash: string; document: PolicyDocument }
  /** `policyHash`: of what then held for the customer. */
  | { kind: 'customer-policy-set'; policyHash: string; document: PolicyDocument }
  | { kind: 'customer-policy-removed'; policyHash: string }
  | { kind: 'enforcement-off'; policyHash: string; appVersion?: string; until: string }
  | { kind: 'enforcement-on'; policyHash: string; appVersion?: string }
  | { kind: 'enforcement-off-ended'; policyHash: string; appVersion?: string };

export type PolicyAuditEntry = AuditEntry<PolicyChange>;

/** The record, its entry in the audit and its events happen together. Without a version: only if there is no record yet. */
export interface ActivePolicyChange {
  record: ActivePolicyRecord;
  version?: string;
  entry: PolicyAuditEntry;
}

export interface CustomerPolicyChange {
  record: CustomerPolicyRecord;
  version?: string;
  entry: PolicyAuditEntry;
  raised?: RaisedEvents;
}

// The documents of policies: the active one and what it points to in container `policies`, those of customers beside
// the customer.

import * as z from 'zod';
import type {
  ActivePolicyRecord,
  CustomerPolicyRecord,
  PolicyAuditEntry,
  PolicyChange,
} from '../../application/policy-records.ts';
import type { Policy } from '../../domain/policy.ts';
import type { PolicyDocument } from '../../domain/policy-document.ts';
import type { PartialPolicy } from '../../domain/partial-policy.ts';
import { documentKind, instant, NEVER_EXPIRES } from './documents.ts';

/** Checked when it was published; what a later version adds is filled in by whoever resolves it. */
const policy = z.custom<Policy>((value) => typeof value === 'object' && value !== null);
const partialPolicy = z.custom<PartialPolicy>((value) => typeof value === 'object' && value !== null);
const policyDocument = z.custom<PolicyDocument>((value) => typeof value === 'object' && value !== null);
const auditHead = z.object({ number: z.int().min(1), hash: z.string() });

const storedPolicy = z.object({ policyId: z.string(), policy });

const activePolicy = z.looseObject({
  policyId: z.string(),
  policyHash: z.string(),
  document: policyDocument,
  newestEntry: auditHead,
});

const customerPolicy = z.looseObject({
  customerId: z.string(),
  override: z.object({ document: policyDocument, layers: z.array(partialPolicy) }).exactOptional(),
  enforcementOff: z.array(z.object({ until: instant, appVersion: z.string().exactOptional() })),
  newestEntry: auditHead,
  dueAt: instant.exactOptional(),
});

/** The entry as it was hashed, with the key of its partition. */
const auditEntry = z.object({
  policyId: z.string().exactOptional(),
  customerId: z.string().exactOptional(),
  number: z.int().min(1),
  at: z.iso.datetime(),
  by: z.string(),
  reason: z.string(),
  change: z.custom<PolicyChange>((value) => typeof value === 'object' && value !== null),
  previousHash: z.string().exactOptional(),
  hash: z.string(),
});

export const ACTIVE = 'active';
export const CUSTOMER_POLICY_ID = 'policy';
export const CUSTOMER_POLICY_KIND = 'customer-policy';
export const storedPolicyId = (policyHash: string): string => `policy:${policyHash}`;
export const auditEntryId = (number: number): string => `audit:${number}`;

export const storedPolicyDocuments = documentKind<z.output<typeof storedPolicy>>({
  kind: 'policy',
  schema: storedPolicy,
  id: ({ policyId }) => policyId,
});

export const activePolicyDocuments = documentKind<ActivePolicyRecord & { policyId: string }>({
  kind: 'active-policy',
  schema: activePolicy,
  id: () => ACTIVE,
});

export const customerPolicyDocuments = documentKind<CustomerPolicyRecord>({
  kind: CUSTOMER_POLICY_KIND,
  schema: customerPolicy,
  id: () => CUSTOMER_POLICY_ID,
  ttl: () => NEVER_EXPIRES,
});

export const auditEntryDocuments = documentKind<PolicyAuditEntry & { policyId?: string; customerId?: string }>({
  kind: 'audit',
  schema: auditEntry,
  id: ({ number }) => auditEntryId(number),
  ttl: () => NEVER_EXPIRES,
});

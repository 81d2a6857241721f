// An audit is append-only. Each entry holds the hash of the one before it, so that a change of the past shows in every
// later entry.

import { canonicalJson } from '../domain/canonical-json.ts';

export interface AuditEntry<Change> {
  /** From 1, without gaps. */
  number: number;
  /** ISO 8601: what is hashed is what is stored. */
  at: string;
  by: string;
  reason: string;
  change: Change;
  /** Absent in the first. */
  previousHash?: string;
  /** SHA-256 of the canonical JSON of everything else in the entry. */
  hash: string;
}

/** The newest entry, as the next one has to know it. */
export interface AuditHead {
  number: number;
  hash: string;
}

export const nextEntry = <Change>(
  newest: AuditHead | undefined,
  { at, by, reason, change }: { at: Date; by: string; reason: string; change: Change },
  sha256Hex: (text: string) => string,
): AuditEntry<Change> => {
  const content = {
    number: (newest?.number ?? 0) + 1,
    at: at.toISOString(),
    by,
    reason,
    change,
    ...(newest !== undefined && { previousHash: newest.hash }),
  };
  return { ...content, hash: sha256Hex(canonicalJson(content)) };
};

export const headOf = ({ number, hash }: AuditEntry<unknown>): AuditHead => ({ number, hash });

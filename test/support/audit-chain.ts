import { createHash } from 'node:crypto';
import type { AuditEntry } from '../../shared/application/audit.ts';
import { canonicalJson } from '../../shared/domain/canonical-json.ts';

/** The first entry, newest first, that is not what was written after the one before it; undefined when all are. */
export const firstBroken = (newestFirst: readonly AuditEntry<unknown>[]): AuditEntry<unknown> | undefined =>
  newestFirst.find(({ hash, ...content }, index) => {
    const before = newestFirst[index + 1];
    const own = createHash('sha256').update(canonicalJson(content)).digest('hex');
    return own !== hash || content.previousHash !== before?.hash || content.number !== (before?.number ?? 0) + 1;
  });

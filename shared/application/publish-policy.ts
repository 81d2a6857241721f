import { canonicalJson } from '../domain/canonical-json.ts';
import type { Policy } from '../domain/policy.ts';
import { findActivePolicy, hashPolicy, laidOver } from './active-policy.ts';
import { headOf, nextEntry } from './audit.ts';
import { Unavailable } from './errors.ts';
import type { Clock, Log, PolicyMistake, PolicyStore, Sha256Hex, ValidatePolicy } from './ports.ts';

interface Ports {
  policyStore: PolicyStore;
  validatePolicy: ValidatePolicy;
  clock: Clock;
  sha256Hex: Sha256Hex;
  log: Log;
}

export type Publication =
  | { kind: 'published' }
  | { kind: 'invalid'; mistakes: readonly PolicyMistake[] }
  /** Another policy is active than the one that the author wanted to replace. */
  | { kind: 'policy-changed' };

export type PublishPolicy = (request: {
  document: unknown;
  publishedBy: string;
  reason: string;
  /** The policy that is to be replaced; whichever is active when it is left out. */
  previousHash?: string;
}) => Promise<Publication>;

const TRIES = 5;

/** The policy is stored first; then the pointer and the audit change in one write, so that neither is without the other. */
export const makePublishPolicy = (ports: Ports): PublishPolicy => {
  const { policyStore, validatePolicy, clock, sha256Hex, log } = ports;

  return async ({ document: json, publishedBy, reason, previousHash }) => {
    const checked = validatePolicy(json);
    if (checked.kind === 'invalid') return checked;
    const { document } = checked;
    const { policy, policyHash } = hashPolicy(checked.policy, sha256Hex);
    const mistakes = await mistakesWithOverrides(policy);
    if (mistakes.length > 0) return { kind: 'invalid', mistakes };

    await policyStore.storePolicy(policyHash, policy);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const found = await policyStore.findActive();
      // The same again, after an answer that got lost for instance, is one change.
      if (found !== undefined && canonicalJson(found.record.document) === canonicalJson(document)) {
        if (found.record.policyHash === policyHash) return { kind: 'published' };
      }
      if (previousHash !== undefined) {
        const active = await findActivePolicy(found?.record, ports);
        if (active.policyHash !== previousHash) return { kind: 'policy-changed' };
      }
      const entry = nextEntry(
        found?.record.newestEntry,
        {
          at: clock.now(),
          by: publishedBy,
          reason,
          change: { kind: 'policy-published' as const, policyHash, document },
        },
        sha256Hex,
      );
      const changed = await policyStore.changeActive({
        record: { ...found?.record, policyHash, document, newestEntry: headOf(entry) },
        entry,
        ...(found !== undefined && { version: found.version }),
      });
      if (!changed) continue;
      log.info('policy-published', { policyHash });
      return { kind: 'published' };
    }
    throw new Unavailable('the policy was not published: too many writers');
  };

  /** What customers have of their own must go with the new policy too. */
  async function mistakesWithOverrides(policy: Policy): Promise<PolicyMistake[]> {
    const customers = await policyStore.customersWithOverride();
    return customers.flatMap(({ customerId, override }) => {
      const checked = validatePolicy(override?.layers.at(-1), laidOver(policy, override?.layers.slice(0, -1) ?? []));
      if (checked.kind === 'valid') return [];
      return checked.mistakes.map(({ message }) => ({
        path: '',
        message: `Does not go with what customer ${customerId} has of its own: ${message}`,
      }));
    });
  }
};

import type { Policy } from '../domain/policy.ts';
import { findActivePolicy, hashPolicy, laidOver } from './active-policy.ts';
import { headOf, nextEntry } from './audit.ts';
import { raiseEvents } from './customer-events.ts';
import { Unavailable } from './errors.ts';
import type { CustomerPolicyRecord, EnforcementOff, PolicyChange } from './policy-records.ts';
import type { Clock, CustomerEvents, PolicyStore, Randomness, Sha256Hex } from './ports.ts';
import type { PublishEvents } from './publish-events.ts';

interface Ports {
  policyStore: PolicyStore;
  customerEvents: CustomerEvents;
  publishEvents: PublishEvents;
  clock: Clock;
  randomness: Randomness;
  sha256Hex: Sha256Hex;
}

/** What a customer has of its own, and what it changes. */
interface CustomerPolicyState {
  activePolicy: Policy;
  override?: CustomerPolicyRecord['override'];
  enforcementOff: readonly EnforcementOff[];
}

type WithoutHash<Change> = Change extends unknown ? Omit<Change, 'policyHash'> : never;

export interface NextCustomerPolicy {
  kind: 'next';
  override?: CustomerPolicyRecord['override'];
  enforcementOff: readonly EnforcementOff[];
  by: string;
  reason: string;
  change: WithoutHash<PolicyChange>;
  /** The data of a `customer.enforcement-changed`. */
  announced?: Record<string, unknown>;
}

/** What `decide` answers beside the next state ends it, and nothing is changed. */
export type ChangeCustomerPolicy = <Other extends { kind: string }>(
  customerId: string,
  decide: (state: CustomerPolicyState, now: Date) => NextCustomerPolicy | Other,
) => Promise<{ kind: 'changed' } | Other>;

const TRIES = 5;

/** Reads, decides, and writes the decision with its entry in the audit and its event; after a lost race once more. */
export const makeChangeCustomerPolicy = (ports: Ports): ChangeCustomerPolicy => {
  const { policyStore, customerEvents, publishEvents, clock, randomness, sha256Hex } = ports;

  return async (customerId, decide) => {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const [pointer, found, sequence] = await Promise.all([
        policyStore.findActive(),
        policyStore.findCustomer(customerId),
        customerEvents.sequence(customerId),
      ]);
      const { policy: activePolicy } = await findActivePolicy(pointer?.record, ports);
      const now = clock.now();
      const { override, enforcementOff = [], dueAt: _before, ...kept } = found?.record ?? {};
      const decided = decide({ activePolicy, enforcementOff, ...(override !== undefined && { override }) }, now);
      if (!isNext(decided)) return decided;

      const { policyHash } = hashPolicy(laidOver(activePolicy, decided.override?.layers ?? []), sha256Hex);
      const { by, reason } = decided;
      const change = { ...decided.change, policyHash };
      const entry = nextEntry(found?.record.newestEntry, { at: now, by, reason, change }, sha256Hex);
      const raised =
        decided.announced &&
        raiseEvents(
          customerId,
          sequence,
          [{ type: 'customer.enforcement-changed', data: decided.announced }],
          now,
          randomness,
        );
      const changed = await policyStore.changeCustomer({
        record: {
          ...kept,
          customerId,
          enforcementOff: decided.enforcementOff,
          newestEntry: headOf(entry),
          ...(decided.override !== undefined && { override: decided.override }),
          ...dueAtFirstEndOf(decided.enforcementOff),
        },
        entry,
        ...(found !== undefined && { version: found.version }),
        ...(raised !== undefined && { raised }),
      });
      if (!changed) continue;
      await publishEvents(raised?.events ?? []);
      return { kind: 'changed' };
    }
    throw new Unavailable('the policy of the customer was not changed: too many writers');
  };
};

const isNext = (decided: { kind: string }): decided is NextCustomerPolicy => decided.kind === 'next';

const dueAtFirstEndOf = (enforcementOff: readonly EnforcementOff[]): { dueAt?: Date } =>
  enforcementOff.length === 0
    ? {}
    : { dueAt: new Date(Math.min(...enforcementOff.map(({ until }) => until.getTime()))) };

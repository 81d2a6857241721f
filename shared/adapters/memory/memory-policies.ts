import type { AuditHead } from '../../application/audit.ts';
import type {
  ActivePolicyChange,
  ActivePolicyRecord,
  CustomerPolicyChange,
  CustomerPolicyRecord,
  PolicyAuditEntry,
} from '../../application/policy-records.ts';
import type { PolicyStore } from '../../application/ports.ts';
import type { Versioned } from '../../application/records.ts';
import type { Policy } from '../../domain/policy.ts';
import type { MemoryCustomerEvents } from './memory-customer-events.ts';
import { VersionedMap } from './versioned-map.ts';

const PAGE_SIZE = 20;
const ACTIVE = 'active';

export class MemoryPolicies implements PolicyStore {
  readonly #customerEvents: MemoryCustomerEvents;
  readonly #policies = new VersionedMap<Policy>();
  readonly #active = new VersionedMap<ActivePolicyRecord>();
  readonly #customers = new VersionedMap<CustomerPolicyRecord>();
  readonly #entries = new VersionedMap<PolicyAuditEntry>();

  constructor(customerEvents: MemoryCustomerEvents) {
    this.#customerEvents = customerEvents;
  }

  findActive(): Promise<Versioned<ActivePolicyRecord> | undefined> {
    return Promise.resolve(this.#active.find(ACTIVE));
  }

  findPolicy(policyHash: string): Promise<Policy | undefined> {
    return Promise.resolve(this.#policies.find(policyHash)?.record);
  }

  storePolicy(policyHash: string, policy: Policy): Promise<void> {
    this.#policies.create(policyHash, policy);
    return Promise.resolve();
  }

  changeActive({ record, version, entry }: ActivePolicyChange): Promise<boolean> {
    if (this.#active.find(ACTIVE)?.version !== version) return Promise.resolve(false);
    if (!this.#entries.create(entryKey(entry.number), entry)) return Promise.resolve(false);
    this.#active.put(ACTIVE, record);
    return Promise.resolve(true);
  }

  findCustomer(customerId: string): Promise<Versioned<CustomerPolicyRecord> | undefined> {
    return Promise.resolve(this.#customers.find(customerId));
  }

  changeCustomer({ record, version, entry, raised }: CustomerPolicyChange): Promise<boolean> {
    const { customerId } = record;
    if (this.#customers.find(customerId)?.version !== version) return Promise.resolve(false);
    if (raised !== undefined && !this.#customerEvents.mayRaise(customerId, raised)) return Promise.resolve(false);
    if (!this.#entries.create(entryKey(entry.number, customerId), entry)) return Promise.resolve(false);
    this.#customers.put(customerId, record);
    if (raised !== undefined) this.#customerEvents.raise(customerId, raised);
    return Promise.resolve(true);
  }

  customersWithOverride(): Promise<CustomerPolicyRecord[]> {
    return Promise.resolve(this.#customers.records().filter(({ override }) => override !== undefined));
  }

  dueCustomers(now: Date): Promise<CustomerPolicyRecord[]> {
    const due = this.#customers.records().filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
    return Promise.resolve(due.slice(0, PAGE_SIZE));
  }

  findEntries({ number: newest }: AuditHead, customerId?: string): Promise<PolicyAuditEntry[]> {
    const numbers = Array.from({ length: Math.min(newest, PAGE_SIZE) }, (_, index) => newest - index);
    return Promise.resolve(numbers.flatMap((number) => this.#entries.find(entryKey(number, customerId))?.record ?? []));
  }
}

const entryKey = (number: number, customerId?: string): string => JSON.stringify([customerId ?? null, number]);

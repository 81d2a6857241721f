import type { Customers } from '../../application/ports.ts';
import type { CustomerRecord } from '../../application/records.ts';

export class MemoryCustomers implements Customers {
  readonly #customers = new Map<string, CustomerRecord>();
  readonly #used = new Map<string, number>();

  /** What an operator writes. */
  put(customer: CustomerRecord): void {
    this.#customers.set(customer.customerId, customer);
  }

  find(customerId: string): Promise<CustomerRecord | undefined> {
    return Promise.resolve(this.#customers.get(customerId));
  }

  takeQuota({ customerId, dailySessionQuota }: CustomerRecord, now: Date): Promise<boolean> {
    const day = dayOf(customerId, now);
    const used = this.#used.get(day) ?? 0;
    if (used >= dailySessionQuota) return Promise.resolve(false);
    this.#used.set(day, used + 1);
    return Promise.resolve(true);
  }

  giveQuotaBack({ customerId }: CustomerRecord, takenAt: Date): Promise<void> {
    const day = dayOf(customerId, takenAt);
    this.#used.set(day, Math.max(0, (this.#used.get(day) ?? 0) - 1));
    return Promise.resolve();
  }
}

const dayOf = (customerId: string, at: Date): string => `${customerId} ${at.toISOString().slice(0, 10)}`;

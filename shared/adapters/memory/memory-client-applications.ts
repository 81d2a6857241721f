import type { ClientApplications } from '../../application/ports.ts';

export class MemoryClientApplications implements ClientApplications {
  readonly #customerIds = new Map<string, string>();

  /** What an operator writes. */
  put(clientKey: string, customerId: string): void {
    this.#customerIds.set(clientKey, customerId);
  }

  findCustomerId(clientKey: string): Promise<string | undefined> {
    return Promise.resolve(this.#customerIds.get(clientKey));
  }
}

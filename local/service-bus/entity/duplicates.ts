import type { EntityPorts } from './ports.ts';

/** Remembers which message-ids were accepted within a window that starts with the first acceptance. */
export class Duplicates {
  readonly #entity: string;
  readonly #windowMs: number;
  readonly #ports: EntityPorts;
  /** In order of acceptance, and so in order of forgetting. */
  readonly #seen = new Map<string, number>();

  constructor(entity: string, windowMs: number, ports: EntityPorts) {
    this.#entity = entity;
    this.#windowMs = windowMs;
    this.#ports = ports;
  }

  /** True the first time; false for a repeat within the window. */
  accept(messageId: string): boolean {
    const now = this.#ports.clock.now().getTime();
    this.#forgetBefore(now - this.#windowMs);
    if (this.#seen.has(messageId)) return false;
    this.#seen.set(messageId, now);
    this.#ports.journal.seen(this.#entity, messageId, now);
    return true;
  }

  restore(messageId: string, at: number): void {
    this.#seen.set(messageId, at);
  }

  #forgetBefore(moment: number): void {
    for (const [messageId, at] of this.#seen) {
      if (at > moment) return;
      this.#seen.delete(messageId);
      this.#ports.journal.forgotten(this.#entity, messageId);
    }
  }
}

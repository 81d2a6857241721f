// Which policies may be judging whom. A change holds from the moment when somebody asked for it, and what it replaced
// goes on for as long as a process may remember it.

import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { permittedFailures } from '../checker/budget.ts';
import type { PoliciesInForce } from '../checker/checker.ts';

/** A policy is known for 30 seconds after it was read, and reading takes its time. */
const REMEMBERED_MS = 60_000;

interface Entry {
  /** Absent: of everybody. */
  customerId?: string;
  policy: Policy;
  untilMs: number;
}

export class PolicyBook implements PoliciesInForce {
  readonly #nowMs: () => number;
  readonly #entries: Entry[] = [{ policy: defaultPolicy, untilMs: Infinity }];
  readonly #audited: { customerId: string; untilMs: number }[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Somebody is about to change the policy; the answer says that it was changed. */
  change(policy: Policy, customerId?: string): () => void {
    const replaced = this.#entries.filter((entry) => entry.customerId === customerId && entry.untilMs === Infinity);
    this.#entries.push({ policy, untilMs: Infinity, ...(customerId !== undefined && { customerId }) });
    return () => {
      for (const entry of replaced) entry.untilMs = this.#nowMs() + REMEMBERED_MS;
    };
  }

  /** From now on verdicts may block nobody there; the answer ends it early. */
  auditFor(customerId: string, minutes: number): () => void {
    const audited = { customerId, untilMs: this.#nowMs() + minutes * 60_000 + REMEMBERED_MS };
    this.#audited.push(audited);
    return () => {
      audited.untilMs = Math.min(audited.untilMs, this.#nowMs() + REMEMBERED_MS);
    };
  }

  largestBudget(customerId: string): number {
    const inForce = this.#entries.filter(
      (entry) => (entry.customerId ?? customerId) === customerId && entry.untilMs > this.#nowMs(),
    );
    return Math.max(...inForce.map(({ policy }) => permittedFailures(policy)));
  }

  isAudited(customerId: string): boolean {
    return this.#audited.some((audited) => audited.customerId === customerId && audited.untilMs > this.#nowMs());
  }
}

// Counts what happens, and keeps each container within its budget when it has one.

import type { Operation } from './faults.ts';

export interface OperationUsage {
  count: number;
  requestCharge: number;
  throttled: number;
}

export interface ContainerUsage {
  requestCharge: number;
  /** Answers that a fault rule gave instead of executing. */
  injected: number;
  operations: Partial<Record<Operation, OperationUsage>>;
  /** By document kind; an operation of a batch counts as what it is. */
  kinds: Record<string, Partial<Record<Operation, OperationUsage>>>;
}

/** Request units per second, for every container or by container id. */
export type RuBudget = number | Readonly<Record<string, number>>;

/** Where ids have no kind in front, each is one of its own; those beyond this many are counted together. */
const mostKinds = 100;

interface Balance {
  available: number;
  atMs: number;
}

export class Usage {
  readonly #containers = new Map<string, ContainerUsage>();
  readonly #balances = new Map<string, Balance>();
  readonly #ruBudget: RuBudget | undefined;

  constructor(ruBudget: RuBudget | undefined) {
    this.#ruBudget = ruBudget;
  }

  of(container: string): ContainerUsage {
    let usage = this.#containers.get(container);
    if (usage === undefined) {
      usage = { requestCharge: 0, injected: 0, operations: {}, kinds: {} };
      this.#containers.set(container, usage);
    }
    return usage;
  }

  record(container: string, operation: Operation, requestCharge: number): void {
    const usage = this.of(container);
    usage.requestCharge += requestCharge;
    add(usage.operations, operation, requestCharge);
  }

  recordKind(container: string, kind: string, operation: Operation, requestCharge: number): void {
    const { kinds } = this.of(container);
    const name = Object.hasOwn(kinds, kind) || Object.keys(kinds).length < mostKinds ? kind : 'other';
    add((kinds[name] ??= {}), operation, requestCharge);
  }

  /** Milliseconds until the container may serve again, or undefined when it may now. */
  waitMs(container: string, operation: Operation, nowMs: number): number | undefined {
    const budget = this.#budgetOf(container);
    if (budget === undefined) return undefined;
    const balance = this.#balanceAt(container, budget, nowMs);
    if (balance.available > 0) return undefined;
    const entry = (this.of(container).operations[operation] ??= { count: 0, requestCharge: 0, throttled: 0 });
    entry.throttled += 1;
    return Math.ceil((-balance.available / budget) * 1000) + 1;
  }

  spend(container: string, requestCharge: number, nowMs: number): void {
    const budget = this.#budgetOf(container);
    if (budget !== undefined) this.#balanceAt(container, budget, nowMs).available -= requestCharge;
  }

  #balanceAt(container: string, budget: number, nowMs: number): Balance {
    const balance = this.#balances.get(container) ?? { available: budget, atMs: nowMs };
    const earned = (Math.max(0, nowMs - balance.atMs) / 1000) * budget;
    balance.available = Math.min(budget, balance.available + earned);
    balance.atMs = nowMs;
    this.#balances.set(container, balance);
    return balance;
  }

  #budgetOf(container: string): number | undefined {
    if (typeof this.#ruBudget !== 'object') return this.#ruBudget;
    return this.#ruBudget[container.slice(container.indexOf('/') + 1)];
  }
}

const add = (
  operations: Partial<Record<Operation, OperationUsage>>,
  operation: Operation,
  requestCharge: number,
): void => {
  const entry = (operations[operation] ??= { count: 0, requestCharge: 0, throttled: 0 });
  entry.count += 1;
  entry.requestCharge += requestCharge;
};

// Trouble on demand. Rules are asked in order; the first that matches and fires decides what happens to a request.
// Which one fires follows from the seed and the order of the requests alone.

import type { Json } from './json.ts';

export type Operation = 'Create' | 'Upsert' | 'Read' | 'Replace' | 'Patch' | 'Delete' | 'Batch' | 'Query';

export interface FaultRule {
  operation?: Operation;
  /** The container's id. */
  container?: string;
  /** The document's kind; a batch has those of all its operations. */
  kind?: string;
  partitionKey?: string | number | boolean | null;
  /** Fires this often, then never again. */
  times?: number;
  /** Lets this many matching requests pass first. */
  skip?: number;
  /** The share of matching requests that it hits, from 0 to 1. */
  rate?: number;
  latencyMs?: number | readonly [number, number];
  /** Answered instead of executing. */
  status?: number;
  substatus?: number;
  retryAfterMs?: number;
  /** The connection is cut: before anything is done, or after it is done, so that only the reply is lost. */
  drop?: 'before' | 'after';
  /** No answer until the client gives up; nothing is done. */
  hang?: true;
}

export interface FaultSubject {
  operation: Operation;
  container: string;
  kinds: readonly string[];
  /** JSON of the component list, as in the header; absent for queries over all partitions. */
  partition: string | undefined;
}

export interface FiredFault {
  rule: FaultRule;
  request: FaultSubject;
}

export interface Fault {
  latencyMs: number;
  status: number | undefined;
  substatus: number | undefined;
  retryAfterMs: number | undefined;
  drop: 'before' | 'after' | undefined;
  hang: boolean;
}

interface ActiveRule {
  rule: FaultRule;
  random: () => number;
  matched: number;
  fired: number;
}

export class Faults {
  /** Which rule hit which request, in order. */
  readonly fired: FiredFault[] = [];
  #rules: ActiveRule[] = [];
  #seed = 1;

  constructor({ seed, rules }: { seed?: number; rules?: readonly FaultRule[] } = {}) {
    if (seed !== undefined) this.#seed = seed;
    rules?.forEach((rule) => this.add(rule));
  }

  /** Answers how to take this rule away again. */
  add(rule: FaultRule): () => void {
    const active = { rule, random: seededRandom(this.#seed + this.#rules.length), matched: 0, fired: 0 };
    this.#rules.push(active);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== active);
    };
  }

  clear(): void {
    this.#rules = [];
    this.fired.length = 0;
  }

  /** Starts the generators anew; rules that are there keep what they have counted. */
  seed(seed: number): void {
    this.#seed = seed;
    this.#rules.forEach((active, index) => {
      active.random = seededRandom(seed + index);
    });
  }

  hit(request: FaultSubject): Fault | undefined {
    for (const active of this.#rules) {
      if (!matches(active.rule, request) || !fires(active)) continue;
      const { rule } = active;
      this.fired.push({ rule, request });
      return {
        latencyMs: draw(rule.latencyMs, active.random),
        status: rule.status,
        substatus: rule.substatus,
        retryAfterMs: rule.retryAfterMs,
        drop: rule.drop,
        hang: rule.hang === true,
      };
    }
    return undefined;
  }
}

const matches = (rule: FaultRule, { operation, container, kinds, partition }: FaultSubject): boolean =>
  (rule.operation === undefined || rule.operation === operation) &&
  (rule.container === undefined || rule.container === container) &&
  (rule.kind === undefined || kinds.includes(rule.kind)) &&
  (rule.partitionKey === undefined || JSON.stringify([rule.partitionKey]) === partition);

const fires = (active: ActiveRule): boolean => {
  const { times = Infinity, skip = 0, rate = 1 } = active.rule;
  active.matched += 1;
  if (active.matched <= skip || active.fired >= times) return false;
  if (rate < 1 && active.random() >= rate) return false;
  active.fired += 1;
  return true;
};

const draw = (latency: FaultRule['latencyMs'], random: () => number): number => {
  if (latency === undefined) return 0;
  if (typeof latency === 'number') return latency;
  const [least, most] = latency;
  return least + random() * (most - least);
};

/** mulberry32: small, and the same everywhere. */
const seededRandom = (seed: number): (() => number) => {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const fields: Record<keyof FaultRule, (value: Json) => boolean> = {
  operation: (value) =>
    ['Create', 'Upsert', 'Read', 'Replace', 'Patch', 'Delete', 'Batch', 'Query'].includes(value as string),
  container: (value) => typeof value === 'string',
  kind: (value) => typeof value === 'string',
  partitionKey: (value) => value === null || typeof value !== 'object',
  times: Number.isInteger,
  skip: Number.isInteger,
  rate: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  latencyMs: (value) => typeof value === 'number' || (Array.isArray(value) && value.length === 2),
  status: Number.isInteger,
  substatus: Number.isInteger,
  retryAfterMs: (value) => typeof value === 'number',
  drop: (value) => value === 'before' || value === 'after',
  hang: (value) => value === true,
};

/** What is wrong with a rule that came from outside, or nothing. */
export const faultRuleProblem = (rule: Json): string | undefined => {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return 'A fault rule must be an object.';
  const wrong = Object.entries(rule).find(([name, value]) => {
    const isValid = Object.hasOwn(fields, name) ? fields[name as keyof FaultRule] : () => false;
    return !isValid(value);
  });
  return wrong === undefined ? undefined : `The field "${wrong[0]}" of the fault rule is unknown or has a wrong value.`;
};

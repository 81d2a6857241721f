// Trouble on demand. The first rule that fits a call, and is not used up, decides what goes wrong with it.

export type FaceOperation = 'create' | 'get' | 'delete' | 'client';

export interface FaultRule {
  /** Default: every operation. */
  operation?: FaceOperation;
  /** Answers with this status and does nothing else. */
  status?: number;
  /** Goes with `status`. */
  retryAfterSeconds?: number;
  /** Cuts the connection before the call is carried out, or after it: then only the answer is lost. */
  drop?: 'before' | 'after';
  /** Takes this long before anything else happens. */
  latencyMs?: number;
  /** Never answers, and does nothing. */
  hang?: boolean;
  /** Lets this many fitting calls pass first. */
  skip?: number;
  /** Default: until the rule is removed. */
  times?: number;
}

export interface Faults {
  /** The answer removes the rule. */
  add(rule: FaultRule): () => void;
  clear(): void;
}

export class FaultRules implements Faults {
  #rules: { rule: FaultRule; skip: number; times: number }[] = [];

  constructor(rules: readonly FaultRule[] = []) {
    rules.forEach((rule) => this.add(rule));
  }

  add(rule: FaultRule): () => void {
    const entry = { rule, skip: rule.skip ?? 0, times: rule.times ?? Infinity };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((other) => other !== entry);
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The trouble that the next call of this kind has. */
  take(operation: FaceOperation): FaultRule {
    for (const entry of this.#rules) {
      if ((entry.rule.operation ?? operation) !== operation || entry.times === 0) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.times -= 1;
      return entry.rule;
    }
    return {};
  }
}

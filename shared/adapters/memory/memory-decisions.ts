import type { Decisions } from '../../application/ports.ts';
import type { ResetDecision } from '../../application/records.ts';
import { VersionedMap } from './versioned-map.ts';

const PAGE_SIZE = 20;

export class MemoryDecisions implements Decisions {
  readonly #decisions = new VersionedMap<ResetDecision>();

  create(decision: ResetDecision): Promise<boolean> {
    return Promise.resolve(this.#decisions.create(keyOf(decision.customerId, decision.decisionId), decision));
  }

  find(customerId: string, decisionId: string): Promise<ResetDecision | undefined> {
    return Promise.resolve(this.#decisions.find(keyOf(customerId, decisionId))?.record);
  }

  update(decision: ResetDecision): Promise<void> {
    this.#decisions.put(keyOf(decision.customerId, decision.decisionId), decision);
    return Promise.resolve();
  }

  due(now: Date): Promise<ResetDecision[]> {
    const due = this.#decisions.records().filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
    return Promise.resolve(due.slice(0, PAGE_SIZE));
  }
}

const keyOf = (customerId: string, decisionId: string): string => JSON.stringify([customerId, decisionId]);

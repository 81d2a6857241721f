import type { Decisions } from '../../application/ports.ts';
import type { ResetDecision, Versioned } from '../../application/records.ts';
import { VersionedMap } from './versioned-map.ts';

const PAGE_SIZE = 20;

export class MemoryDecisions implements Decisions {
  readonly #decisions = new VersionedMap<ResetDecision>();

  create(decision: ResetDecision): Promise<boolean> {
    return Promise.resolve(this.#decisions.create(keyOf(decision.customerId, decision.decisionId), decision));
  }

  find(customerId: string, decisionId: string): Promise<Versioned<ResetDecision> | undefined> {
    return Promise.resolve(this.#decisions.find(keyOf(customerId, decisionId)));
  }

  update({ record, version }: Versioned<ResetDecision>): Promise<boolean> {
    return Promise.resolve(this.#decisions.replace(keyOf(record.customerId, record.decisionId), record, version));
  }

  due(now: Date): Promise<Versioned<ResetDecision>[]> {
    const due = this.#decisions.all().filter(({ record: { dueAt } }) => dueAt !== undefined && dueAt <= now);
    return Promise.resolve(due.slice(0, PAGE_SIZE));
  }
}

const keyOf = (customerId: string, decisionId: string): string => JSON.stringify([customerId, decisionId]);

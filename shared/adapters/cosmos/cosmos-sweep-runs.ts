import { type Container, PatchOperationType } from '@azure/cosmos';
import * as z from 'zod';
import type { Clock, SweepName, SweepRuns } from '../../application/ports.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf, HTTP } from './cosmos-errors.ts';
import { SCHEMA_VERSION } from './documents.ts';
import { createItem, readItem } from './single-items.ts';

const DOCUMENT = 'sweeps';
/** Every token request asks; what it learns may be this old. */
const CACHE_SECONDS = 10;

const sweepRuns = z.object({ lastRanAt: z.record(z.string(), z.iso.datetime()) });

/** One small document beside the policies, patched by each sweep at its own path. */
export class CosmosSweepRuns implements SweepRuns {
  readonly #container: Container;
  readonly #database: CosmosDatabase;
  readonly #clock: Clock;
  #cached: { untilMs: number; runs: Promise<Partial<Record<SweepName, Date>>> } | undefined;

  constructor(database: CosmosDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#container = database.container('policies');
  }

  lastRuns(): Promise<Partial<Record<SweepName, Date>>> {
    const nowMs = this.#clock.now().getTime();
    if (this.#cached === undefined || this.#cached.untilMs <= nowMs) {
      const runs = this.#read();
      this.#cached = { untilMs: nowMs + CACHE_SECONDS * 1000, runs };
      runs.catch(() => (this.#cached = undefined));
    }
    return this.#cached.runs;
  }

  async ran(sweep: SweepName, at: Date): Promise<void> {
    const lastRanAt = at.toISOString();
    const answer = await answerOf(
      'the run of a sweep was not stored',
      () =>
        this.#container
          .item(DOCUMENT, DOCUMENT)
          .patch(
            [{ op: PatchOperationType.set, path: `/lastRanAt/${sweep}`, value: lastRanAt }],
            this.#database.options(),
          ),
      [HTTP.notFound],
    );
    if ('value' in answer) return;
    const first = {
      id: DOCUMENT,
      policyId: DOCUMENT,
      schemaVersion: SCHEMA_VERSION,
      lastRanAt: { [sweep]: lastRanAt },
    };
    if (!(await createItem(this.#container, first, this.#database))) await this.ran(sweep, at);
  }

  async #read(): Promise<Partial<Record<SweepName, Date>>> {
    const found = await readItem(this.#container.item(DOCUMENT, DOCUMENT), this.#database);
    if (found === undefined) return {};
    const { lastRanAt } = sweepRuns.parse(found.record);
    return Object.fromEntries(Object.entries(lastRanAt).map(([sweep, at]) => [sweep, new Date(at)]));
  }
}

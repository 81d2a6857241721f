import type { Container } from '@azure/cosmos';
import * as z from 'zod';
import topology from '../../../infra/topology.json' with { type: 'json' };
import type { Observations } from '../../application/ports.ts';
import type { CreatedObservations } from '../../application/watch-records.ts';
import type { Observation } from '../../domain/observations.ts';
import { dayOf, MS_PER_DAY } from '../../domain/time.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf } from './cosmos-errors.ts';
import { SCHEMA_VERSION } from './documents.ts';
import { createItem } from './single-items.ts';

/** By then the container has forgotten them. */
const KEPT_DAYS = topology.cosmos.containers.observations.defaultTtlSeconds / 86_400;

const outcome = z.enum(['real', 'spoof', 'uncertain', 'technical']);
const base = { id: z.string(), customerId: z.string(), atMs: z.number(), createdAtMs: z.number() };

const stored = z.discriminatedUnion('kind', [
  z.object({ ...base, kind: z.literal('clean-check'), outcome, appVersion: z.string().exactOptional() }),
  z.object({ ...base, kind: z.literal('first-check'), outcome }),
  z.object({ ...base, kind: z.literal('device-day'), returning: z.boolean(), newId: z.boolean() }),
  z.object({ ...base, kind: z.literal('shared-id-hour'), correlationId: z.string(), devices: z.number() }),
]);

type Stored = z.infer<typeof stored>;

/**
 * One partition for each customer and UTC day of the event, so that an id is the same one observation however often its
 * event comes; within it the moment of creation is indexed. A look asks the days since the last look.
 */
export class CosmosObservations implements Observations {
  readonly #container: Container;
  readonly #database: CosmosDatabase;
  readonly #pageSize: number;

  constructor(database: CosmosDatabase, { pageSize = 500 }: { pageSize?: number } = {}) {
    this.#database = database;
    this.#container = database.container('observations');
    this.#pageSize = pageSize;
  }

  create(observation: Observation, createdAt: Date): Promise<boolean> {
    const { key: id, ...facts } = observation;
    const document = {
      ...facts,
      id,
      key: partitionOf(observation.customerId, dayOf(observation.atMs)),
      createdAtMs: createdAt.getTime(),
      documentKind: 'observation',
      schemaVersion: SCHEMA_VERSION,
    };
    return createItem(this.#container, document, this.#database);
  }

  async createdBetween(customerId: string, from: Date, until: Date): Promise<CreatedObservations> {
    const lastDay = dayOf(until.getTime());
    // An event of late yesterday may have been observed today.
    const firstDay = Math.max(dayOf(from.getTime()) - 1, lastDay - KEPT_DAYS);
    const days = lastDay - firstDay + 1;
    const pages = await Promise.all(
      Array.from({ length: days }, (_, index) =>
        this.#ofDay(partitionOf(customerId, firstDay + index), from.getTime(), until.getTime()),
      ),
    );
    const untilMs = Math.min(...pages.map((page) => page.untilMs));
    const created = pages.flatMap((page) => page.created).filter(({ createdAtMs }) => createdAtMs < untilMs);
    return { observations: created.map(observationOf), until: new Date(untilMs) };
  }

  async #ofDay(partition: string, fromMs: number, untilMs: number): Promise<{ created: Stored[]; untilMs: number }> {
    const query = {
      query: 'SELECT * FROM c WHERE c.createdAtMs >= @from AND c.createdAtMs < @until ORDER BY c.createdAtMs',
      parameters: [
        { name: '@from', value: fromMs },
        { name: '@until', value: untilMs },
      ],
    };
    const pages = this.#container.items.query(query, {
      partitionKey: partition,
      maxItemCount: this.#pageSize,
      // What another process has just created must not be missed: nobody looks there again.
      consistencyLevel: 'Strong',
      ...this.#database.options(),
    });
    const created: Stored[] = [];
    do {
      const answer = await answerOf('observations could not be read', () => pages.fetchNext());
      const resources = 'value' in answer ? (answer.value.resources as unknown[] | undefined) : undefined;
      created.push(...(resources ?? []).map((document) => stored.parse(document)));
      // A page ends between two moments, never within one.
    } while (pages.hasMoreResults() && created.at(0)?.createdAtMs === created.at(-1)?.createdAtMs);

    const newestMs = created.at(-1)?.createdAtMs;
    return { created, untilMs: pages.hasMoreResults() && newestMs !== undefined ? newestMs : untilMs };
  }
}

const partitionOf = (customerId: string, day: number): string =>
  `${customerId}|${new Date(day * MS_PER_DAY).toISOString().slice(0, 10)}`;

const observationOf = ({ id, createdAtMs: _stamp, ...facts }: Stored): Observation => ({ key: id, ...facts });

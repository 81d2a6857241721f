import { type Container, PatchOperationType } from '@azure/cosmos';
import * as z from 'zod';
import type { ClientApplications, IdempotencyKeys, IdempotentStart } from '../../application/ports.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf, HTTP } from './cosmos-errors.ts';
import { SCHEMA_VERSION, TTL_SECONDS } from './documents.ts';
import { createItem, readItem } from './single-items.ts';

const clientApplication = z.object({ customerId: z.string() });

export class CosmosClientApplications implements ClientApplications {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('client-applications');
  }

  async findCustomerId(clientKey: string): Promise<string | undefined> {
    const found = await readItem(this.#container.item('client-application', clientKey), this.#database);
    return found && clientApplication.parse(found.record).customerId;
  }
}

const idempotencyKey = z.object({
  bodyHash: z.string(),
  startedAtMs: z.number(),
  /** Of the latest request that ended with a token, also while a repetition is under way. */
  sessionId: z.string().exactOptional(),
});

/** A request that has not ended after this time has broken off, and another may take its key. */
const BROKEN_OFF_AFTER_SECONDS = 60;

export class CosmosIdempotencyKeys implements IdempotencyKeys {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('client-applications');
  }

  async start(clientKey: string, requestKey: string, bodyHash: string, now: Date): Promise<IdempotentStart> {
    const id = documentId(requestKey);
    const started = { bodyHash, startedAtMs: now.getTime() };
    if (await createItem(this.#container, this.#document(clientKey, id, started), this.#database)) {
      return { kind: 'first' };
    }

    const item = this.#container.item(id, clientKey);
    const found = await readItem(item, this.#database);
    // It was forgotten in between: the other request has ended without a token.
    if (found === undefined) return { kind: 'in-progress' };
    const earlier = idempotencyKey.parse(found.record);
    if (earlier.bodyHash !== bodyHash) return { kind: 'other-body' };
    const underWay = now.getTime() - earlier.startedAtMs < BROKEN_OFF_AFTER_SECONDS * 1000;
    if (underWay) return { kind: 'in-progress' };

    // Of several repetitions at once one goes on. One that breaks off leaves the session of the request before it.
    const repeated = await this.#change(clientKey, id, { startedAtMs: started.startedAtMs }, found.version);
    if (!repeated) return { kind: 'in-progress' };
    return earlier.sessionId === undefined ? { kind: 'first' } : { kind: 'repeated', sessionId: earlier.sessionId };
  }

  async finish(clientKey: string, requestKey: string, bodyHash: string, sessionId: string): Promise<void> {
    const id = documentId(requestKey);
    if (await this.#change(clientKey, id, { startedAtMs: 0, sessionId })) return;
    const finished = this.#document(clientKey, id, { bodyHash, startedAtMs: 0, sessionId });
    await answerOf('the end of a request was not stored', () =>
      this.#container.items.upsert(finished, this.#database.options()),
    );
  }

  async forget(clientKey: string, requestKey: string): Promise<void> {
    await answerOf(
      'a request key was not given back',
      () => this.#container.item(documentId(requestKey), clientKey).delete(this.#database.options()),
      [HTTP.notFound],
    );
  }

  /** False when it changed since the version, or is gone. Fields of the next version of the app stay as they are. */
  async #change(
    clientKey: string,
    id: string,
    changes: Partial<z.infer<typeof idempotencyKey>>,
    version?: string,
  ): Promise<boolean> {
    const operations = Object.entries(changes).map(([name, value]) => ({
      op: PatchOperationType.set,
      path: `/${name}`,
      value,
    }));
    const answer = await answerOf(
      'a request key was not stored',
      () =>
        this.#container.item(id, clientKey).patch(operations, {
          ...this.#database.options(),
          ...(version !== undefined && { accessCondition: { type: 'IfMatch', condition: version } }),
        }),
      [HTTP.notFound, HTTP.preconditionFailed],
    );
    return 'value' in answer;
  }

  #document(clientKey: string, id: string, content: z.infer<typeof idempotencyKey>) {
    return {
      id,
      clientKey,
      documentKind: 'idempotency-key',
      schemaVersion: SCHEMA_VERSION,
      ttl: TTL_SECONDS.idempotencyKey,
      ...content,
    };
  }
}

const documentId = (requestKey: string): string => `idempotency:${requestKey}`;

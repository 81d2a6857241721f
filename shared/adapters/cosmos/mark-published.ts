import { PatchOperationType, type Container } from '@azure/cosmos';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf, HTTP } from './cosmos-errors.ts';
import { eventDocumentId, TTL_SECONDS } from './documents.ts';

/** Events of one partition of an outbox: they leave the list of what is due, and stay readable for a while. */
export const markPublishedIn = async (
  container: Container,
  database: CosmosDatabase,
  partitionKey: string,
  eventIds: readonly string[],
): Promise<void> => {
  await Promise.all(
    eventIds.map((eventId) =>
      answerOf(
        'an event was not marked as published',
        () =>
          container.item(eventDocumentId(eventId), partitionKey).patch(
            {
              condition: 'from c where is_defined(c.dueAt)',
              operations: [
                { op: PatchOperationType.remove, path: '/dueAt' },
                { op: PatchOperationType.set, path: '/ttl', value: TTL_SECONDS.publishedEvent },
              ],
            },
            database.options(),
          ),
        [HTTP.notFound, HTTP.preconditionFailed],
      ),
    ),
  );
};

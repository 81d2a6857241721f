// Reading and writing one item, with each status given its meaning.

import type { Container, Item, RequestOptions } from '@azure/cosmos';
import type { Versioned } from '../../application/records.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf, assertContainerIsThere, HTTP } from './cosmos-errors.ts';

export type Document = Record<string, unknown> & { id: string };

/** Undefined when it is not there. */
export const readItem = async (
  item: Item,
  database: CosmosDatabase,
  options: RequestOptions = {},
): Promise<Versioned<Document> | undefined> => {
  const answer = await answerOf(`an item of ${item.container.id} could not be read`, () =>
    item.read<Document>({ ...database.options(), ...options }),
  );
  if (!('value' in answer)) return undefined;
  assertContainerIsThere(item.container.id, answer.value);
  const { resource, etag } = answer.value;
  return resource && { record: resource, version: etag };
};

/** False when there is one with this id already. */
export const createItem = async (
  container: Container,
  document: Document,
  database: CosmosDatabase,
): Promise<boolean> => {
  const answer = await answerOf(
    `an item of ${container.id} was not created`,
    () => container.items.create(document, database.options()),
    [HTTP.conflict],
  );
  return 'value' in answer;
};

/** False when it changed since the version, or is gone. */
export const replaceItem = async (
  item: Item,
  document: Document,
  version: string,
  database: CosmosDatabase,
): Promise<boolean> => {
  const answer = await answerOf(
    `an item of ${item.container.id} was not replaced`,
    () =>
      item.replace(document, {
        ...database.options(),
        accessCondition: { type: 'IfMatch', condition: version },
      }),
    [HTTP.preconditionFailed, HTTP.notFound],
  );
  return 'value' in answer;
};

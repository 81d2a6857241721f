import type { Container, OperationInput } from '@azure/cosmos';
import { Unavailable } from '../../application/errors.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { answerOf, HTTP, isOurMistake } from './cosmos-errors.ts';
import type { Document } from './single-items.ts';

/** Everything in it happens, or nothing. False when another write came first: read and decide again. */
export const commitBatch = async (
  container: Container,
  partition: string,
  operations: OperationInput[],
  database: CosmosDatabase,
): Promise<boolean> => {
  const answer = await answerOf(`a batch of ${container.id} was not stored`, () =>
    container.items.batch(operations, partition, database.options()),
  );
  const results = 'value' in answer ? answer.value.result : undefined;
  if (results?.length !== operations.length) throw new Unavailable('a batch was answered in part');

  const refused = results.find(({ statusCode }) => statusCode >= 400 && statusCode !== HTTP.failedDependency);
  if (refused === undefined) return true;
  const { statusCode } = refused;
  if (LOST_RACE.includes(statusCode)) return false;
  const sentence = `a batch of ${container.id} was refused with ${statusCode}`;
  throw isOurMistake(statusCode) ? new Error(sentence) : new Unavailable(sentence);
};

const LOST_RACE: readonly number[] = [HTTP.preconditionFailed, HTTP.conflict, HTTP.notFound];

/** Only if there is none yet. */
export const creation = (document: Document): OperationInput => ({
  operationType: 'Create',
  resourceBody: document as JsonDocument,
});

/** Without a version: only if there is none yet; with one: only if unchanged since. */
export const writing = (document: Document, version: string | undefined): OperationInput =>
  version === undefined
    ? creation(document)
    : { operationType: 'Replace', id: document.id, ifMatch: version, resourceBody: document as JsonDocument };

type JsonDocument = Extract<OperationInput, { operationType: 'Replace' }>['resourceBody'];

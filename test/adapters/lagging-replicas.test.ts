// Reads may be answered by a replica that does not have yet what another process has just stored.

import { CosmosClient } from '@azure/cosmos';
import { createContainers } from '../../local/cloud.ts';
import { startCosmos, type LocalCosmos } from '../../local/cosmos/start-cosmos.ts';
import { headersOf, type InProcessClient, PlainHeaders } from '../../local/http-client.ts';
import { CosmosCorrelations } from '../../shared/adapters/cosmos/cosmos-correlations.ts';
import { connectCosmos } from '../../shared/adapters/cosmos/cosmos-database.ts';
import { CosmosEndUsers } from '../../shared/adapters/cosmos/cosmos-end-users.ts';
import { CosmosDecisions } from '../../shared/adapters/cosmos/cosmos-decisions.ts';
import { aCorrelation, anEndUser, aReset, aSession } from '../support/builders.ts';

const DEADLINE = { deadlineMs: 1000 };
const session = aSession();
const { correlationId, sessionId } = session;

let cosmos: LocalCosmos;
beforeAll(async () => {
  cosmos = await startCosmos({ port: false, consistency: 'Strong' });
  const client = new CosmosClient(cosmos);
  await createContainers(client);
  client.dispose();
});
afterAll(() => cosmos.stop());

/** A process whose replica has nothing yet: only reads that ask for Strong find something. */
const lagging = (httpClient: InProcessClient): InProcessClient => ({
  sendRequest: async (request) => {
    const answer = await httpClient.sendRequest(request);
    const isBehind = request.method === 'GET' && headersOf(request)['x-ms-consistency-level'] === 'Session';
    if (!isBehind || answer.status !== 200) return answer;
    const headers = new PlainHeaders(answer.headers.toJSON());
    return { ...answer, status: 404, headers, bodyAsText: JSON.stringify({ code: 'NotFound', message: 'not yet' }) };
  },
});

const databaseOver = (httpClient: InProcessClient) =>
  connectCosmos({ endpoint: cosmos.endpoint, credential: { kind: 'key', key: cosmos.key }, httpClient }, DEADLINE);

it('completes a session whose token another process has issued a moment ago, and does not take it for unknown', async () => {
  const issuer = new CosmosCorrelations(databaseOver(cosmos.httpClient));
  await issuer.commit(correlationId, { correlation: { record: aCorrelation({ correlationId }) }, newSession: session });
  const other = new CosmosCorrelations(databaseOver(lagging(cosmos.httpClient)));

  const found = {
    correlation: await other.find(correlationId),
    session: await other.findSession(correlationId, sessionId),
    newest: await other.findNewestSession(correlationId, sessionId),
  };

  expect(found.correlation?.record.correlationId).toBe(correlationId);
  expect(found.session?.record.sessionId).toBe(sessionId);
  expect(found.newest?.record.sessionId).toBe(sessionId);
});

it('goes on with a reset that another process was asked for a moment ago', async () => {
  const decision = aReset();
  await new CosmosDecisions(databaseOver(cosmos.httpClient)).create(decision);

  const found = await new CosmosDecisions(databaseOver(lagging(cosmos.httpClient))).find(
    decision.customerId,
    decision.decisionId,
  );

  expect(found?.record).toEqual(decision);
});

it('resets the id that another process has given an end user a moment ago', async () => {
  const endUser = anEndUser();
  await new CosmosEndUsers(databaseOver(cosmos.httpClient)).create(endUser);

  const found = await new CosmosEndUsers(databaseOver(lagging(cosmos.httpClient))).findNewest(endUser.endUserKey);

  expect(found?.record).toEqual(endUser);
});

// What becomes of a call whose token cannot be had.

import type { AccessToken } from '@azure/core-auth';
import { CosmosClient } from '@azure/cosmos';
import { createContainers, serviceBusConfig } from '../../local/cloud.ts';
import { startCosmos } from '../../local/cosmos/start-cosmos.ts';
import { startFace } from '../../local/face/start-face.ts';
import { startServiceBus } from '../../local/service-bus/service-bus.ts';
import { connectCosmos } from '../../shared/adapters/cosmos/cosmos-database.ts';
import { CosmosEndUsers } from '../../shared/adapters/cosmos/cosmos-end-users.ts';
import { FaceService } from '../../shared/adapters/face/face-service.ts';
import { connectServiceBus } from '../../shared/adapters/service-bus/service-bus-connection.ts';
import { ServiceBusResults } from '../../shared/adapters/service-bus/service-bus-results.ts';
import { aCorrelationId, aLivenessResult } from '../support/builders.ts';

const DEADLINE = { deadlineMs: 3000 };
const LIFE_MS = 180_000;
const unavailable = expect.objectContaining({ name: 'Unavailable' }) as Error;

/** Gives tokens that live for three minutes, until it is told to be down. */
const aCredential = () => {
  const credential = {
    isDown: false,
    getToken: (): Promise<AccessToken> =>
      credential.isDown
        ? Promise.reject(new Error('the identity cannot be reached'))
        : Promise.resolve({ token: 'good', expiresOnTimestamp: Date.now() + LIFE_MS }),
  };
  return credential;
};
type Credential = ReturnType<typeof aCredential>;

interface Service {
  call: () => Promise<unknown>;
  stop: () => Promise<void>;
}
type Start = (credential: Credential) => Promise<Service>;

const verifyToken = (token: string): boolean => token === 'good';

const startCosmosDb: Start = async (credential) => {
  const cosmos = await startCosmos({ port: false, verifyToken });
  const { endpoint, httpClient } = cosmos;
  const client = new CosmosClient(cosmos);
  await createContainers(client);
  client.dispose();
  const identity = { kind: 'identity' as const, credential };
  const users = new CosmosEndUsers(connectCosmos({ endpoint, httpClient, credential: identity }, DEADLINE));
  return { call: () => users.find('nobody'), stop: () => cosmos.stop() };
};

const startFaceService: Start = async (credential) => {
  const { endpoint, httpClient, stop } = await startFace({ port: false, verifyToken });
  const identity = { kind: 'identity' as const, credential };
  const face = new FaceService({ endpoint, httpClient, credential: identity, ...DEADLINE });
  return { call: () => face.read('liveness', '00000000-0000-0000-0000-000000000000'), stop };
};

const startBroker: Start = async (credential) => {
  const bus = await startServiceBus({ port: false, config: serviceBusConfig([]) });
  const { webSocket } = bus.wire();
  const connection = connectServiceBus(
    { kind: 'identity', namespace: 'service-bus.local', credential },
    { webSocketOptions: { webSocket } },
  );
  const results = new ServiceBusResults(connection);
  return {
    call: () => results.send([aLivenessResult({ correlationId: aCorrelationId() })]),
    stop: async () => {
      await connection.close();
      await bus.stop();
    },
  };
};

let credential: Credential;
let service: Service;
const start = async (startService: Start): Promise<void> => {
  credential = aCredential();
  service = await startService(credential);
};
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
});
afterEach(async () => {
  jest.useRealTimers();
  await service.stop();
});

it.each([
  ['Cosmos DB', startCosmosDb],
  ['Face', startFaceService],
  ['Service Bus', startBroker],
])('%s is unavailable while there is no token, and answers again when there is one', async (_, startService) => {
  await start(startService);
  credential.isDown = true;

  const refused = service.call().catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(10_000);
  credential.isDown = false;
  const answered = service.call();
  await jest.advanceTimersByTimeAsync(10_000);

  expect(await refused).toEqual(unavailable);
  await expect(answered).resolves.toBeUndefined();
});

// The app ended when the identity could not be reached for the last two minutes of a token: the SDK renewed it in the
// background, and the error of its last try was nobody's.
it.each([
  ['Cosmos DB', startCosmosDb],
  ['Face', startFaceService],
])('no unheard error is left when the token of %s cannot be renewed', async (_, startService) => {
  await start(startService);
  await service.call();
  await jest.advanceTimersByTimeAsync(LIFE_MS - 60_000);
  credential.isDown = true;

  await service.call().catch(() => undefined);
  await jest.advanceTimersByTimeAsync(LIFE_MS);

  await expect(service.call()).rejects.toEqual(unavailable);
});

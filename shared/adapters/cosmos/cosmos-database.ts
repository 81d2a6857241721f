import type { TokenCredential } from '@azure/core-auth';
import { CosmosClient, type Container, type CosmosClientOptions } from '@azure/cosmos';
import { tokenPerCall } from '../token-per-call.ts';
import { databaseName, type ContainerName } from '../topology.ts';

/** Of one call, its repetitions by the SDK included. */
export interface Deadline {
  deadlineMs: number;
}

export interface CosmosSettings {
  endpoint: string;
  credential: { kind: 'key'; key: string } | { kind: 'identity'; credential: TokenCredential };
  /** Another transport than the SDK's own. */
  httpClient?: NonNullable<CosmosClientOptions['httpClient']>;
}

/** The database, with calls that end within a deadline. */
export interface CosmosDatabase {
  container(name: ContainerName): Container;
  /** The options of one call: aborts it when the time is up. */
  options(): { abortSignal: AbortSignal };
  /** The same connections with another deadline. */
  within(deadline: Deadline): CosmosDatabase;
}

/**
 * The SDK repeats reads and throttled calls by itself. Left to its defaults it would go on for minutes, so the number is
 * small and endpoint discovery, which brings 120 repetitions along, is off: there is one region. Between throttled calls it
 * would sleep for as long as the service asks, past any deadline, so the pause is fixed.
 */
const connectionPolicy: CosmosClientOptions['connectionPolicy'] = {
  enableEndpointDiscovery: false,
  requestTimeout: 10_000,
  retryOptions: { maxRetryAttemptCount: 3, fixedRetryIntervalInMilliseconds: 100, maxWaitTimeInSeconds: 5 },
};

export const connectCosmos = (
  { endpoint, credential, httpClient }: CosmosSettings,
  deadline: Deadline,
): CosmosDatabase => {
  const client = new CosmosClient({
    endpoint,
    connectionPolicy,
    // What is written is protected by If-Match; reads that must be newer ask for Strong themselves.
    consistencyLevel: 'Session',
    ...(credential.kind === 'key' ? { key: credential.key } : { aadCredentials: tokenPerCall(credential.credential) }),
    ...(httpClient !== undefined && { httpClient }),
  });
  const within = ({ deadlineMs }: Deadline): CosmosDatabase => ({
    container: (name) => client.database(databaseName).container(name),
    options: () => ({ abortSignal: AbortSignal.timeout(deadlineMs) }),
    within,
  });
  return within(deadline);
};

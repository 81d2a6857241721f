import { AzureCliCredential } from '@azure/identity';
import { connectCosmos, type CosmosDatabase } from '../../shared/adapters/cosmos/cosmos-database.ts';
import { CommandError } from '../policy/command-error.ts';

/** A page of a query over all partitions takes longer than a call of the app. */
const DEADLINE = { deadlineMs: 60_000 };

/**
 * With the app's own settings; without a key as whoever is signed in with the Azure CLI (role: Cosmos DB Built-in Data
 * Reader).
 */
export const connect = (settings: Readonly<Record<string, string | undefined>>): CosmosDatabase => {
  const endpoint = settings.COSMOS_ENDPOINT;
  const key = settings.COSMOS_KEY;
  if (endpoint === undefined || !URL.canParse(endpoint)) throw new CommandError('Set COSMOS_ENDPOINT to a URL.');
  if (key !== undefined && !LOOPBACK.includes(new URL(endpoint).hostname)) {
    throw new CommandError('COSMOS_KEY is accepted with a loopback COSMOS_ENDPOINT only. Sign in with the Azure CLI.');
  }
  const credential =
    key === undefined
      ? { kind: 'identity' as const, credential: new AzureCliCredential() }
      : { kind: 'key' as const, key };
  return connectCosmos({ endpoint, credential }, DEADLINE);
};

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

// Who publishes a policy is a person. In the local cloud there are no passwords, so the command signs in by itself.

import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { requestUserToken } from '../../local/identity/token-requests.ts';
import { readRunning } from '../../local/start/data-directory.ts';
import { DEFAULT_DATA_DIR } from '../../local/start/options.ts';
import { CommandError } from './command-error.ts';

const ROLE = 'Policies.Manage';
const HOW_TO =
  `Set LIVENESS_ACCESS_TOKEN to an access token of a person with ${ROLE}: ` +
  'az account get-access-token --scope api://API_CLIENT_ID/.default --query accessToken --output tsv';

/** `dataDir` is where `npm start` tells that it runs. */
export const findAccessToken = async (
  apiUrl: URL,
  given: string | undefined,
  dataDir: string = DEFAULT_DATA_DIR,
): Promise<string> => {
  if (given !== undefined && given !== '') return given;
  const product = isLoopback(apiUrl) ? readRunning(dataDir) : undefined;
  if (product === undefined || new URL(product.apiUrl).port !== apiUrl.port) throw new CommandError(HOW_TO);

  const tenant = defaultConfiguration.tenants.find(({ tenantId }) => product.tenantUrl.endsWith(`/${tenantId}`));
  const person = tenant?.people.find(({ scopes }) => scopes.includes(ROLE));
  if (person === undefined) throw new CommandError(HOW_TO);
  try {
    return await requestUserToken(product.tenantUrl, {
      oid: person.oid,
      clientId: defaultConfiguration.consoleClientId,
      scope: `openid api://${product.apiClientId}/${ROLE}`,
    });
  } catch (error) {
    throw new CommandError('The local identity provider gives no token. Is the product running? npm start', {
      cause: error,
    });
  }
};

export const isLoopback = ({ hostname }: URL): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);

// The local identity provider as a command of its own: --port 8093 [--data DIR]

import { parseArgs } from 'node:util';

import { followParentClock } from '../clock.ts';
import { startIdentity } from './start-identity.ts';

followParentClock();

const { values } = parseArgs({ options: { port: { type: 'string', default: '8093' }, data: { type: 'string' } } });
const port = Number(values.port);

try {
  const identity = await startIdentity({ port, ...(values.data !== undefined && { dataDir: values.data }) });
  const { url, apiClientId, consoleClientId, issuers } = identity;
  const stop = (): void => void identity.stop().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
  console.log(JSON.stringify({ ready: true, url, apiClientId, consoleClientId, issuers }));
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  console.error(taken ? `Port ${port} is taken: stop what listens there, or choose another with --port.` : error);
  process.exit(1);
}

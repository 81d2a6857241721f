// The local identity provider as a command of its own: --port 8093 [--data DIR]

import { parseArgs } from 'node:util';

import { followParentClock } from '../clock.ts';
import { startIdentity } from './start-identity.ts';

followParentClock();

const run = async (): Promise<void> => {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8093' }, data: { type: 'string' } } });
  const identity = await startIdentity({
    port: Number(values.port),
    ...(values.data !== undefined && { dataDir: values.data }),
  });
  const { url, apiClientId, consoleClientId, issuers } = identity;
  const stop = (): void => void identity.stop().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
  console.log(JSON.stringify({ ready: true, url, apiClientId, consoleClientId, issuers }));
};

await run().catch((error: unknown) => {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  const taken = `Port ${port ?? ''} is taken: stop what listens there, or choose another with --port.`;
  console.error(code === 'EADDRINUSE' ? taken : message);
  process.exit(1);
});

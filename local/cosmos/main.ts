// The local Cosmos DB as a process: npm run --silent local:cosmos -- --port 8091 [--ranges 4] [--data DIR]

import { parseArgs } from 'node:util';
import { followParentClock, sharedClock } from '../clock.ts';
import { consistencyLevels } from './account.ts';
import { controlRoutes } from './control-routes.ts';
import { type CosmosOptions, startCosmos } from './start-cosmos.ts';

const usage = 'Usage: local:cosmos -- [--port 8091] [--ranges 1..64] [--data DIR] [--consistency Session|Strong|...]';

const readOptions = (): CosmosOptions => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8091' },
      ranges: { type: 'string', default: '1' },
      data: { type: 'string' },
      consistency: { type: 'string', default: 'Session' },
    },
  });
  const port = Number(values.port);
  const ranges = Number(values.ranges);
  const consistency = consistencyLevels.find((level) => level === values.consistency);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port must be from 0 to 65535.');
  if (!Number.isInteger(ranges) || ranges < 1 || ranges > 64) throw new Error('--ranges must be from 1 to 64.');
  if (consistency === undefined) throw new Error(`--consistency must be one of ${consistencyLevels.join(', ')}.`);
  return { port, ranges, consistency, ...(values.data === undefined ? {} : { dataDir: values.data }) };
};

const start = async (): Promise<void> => {
  const options = readOptions();
  // As a part of the whole local cloud, time is what the parent says.
  if (process.send !== undefined) followParentClock();
  const intercept = controlRoutes(() => cosmos, sharedClock);
  const cosmos = await startCosmos({ ...options, intercept });
  const stop = (): void => {
    void cosmos.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  console.log(JSON.stringify({ ready: true, endpoint: cosmos.endpoint, key: cosmos.key }));
};

start().catch((error: unknown) => {
  console.error(`${(error as Error).message}\n${usage}`);
  process.exit(1);
});

// The local Face service as a command of its own: --port 8092 [--data DIR] [--seed n]

import { parseArgs } from 'node:util';

import { followParentClock } from '../clock.ts';
import { startFace } from './start-face.ts';

followParentClock();

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8092' }, data: { type: 'string' }, seed: { type: 'string' } },
  });
  const face = await startFace({
    port: Number(values.port),
    ...(values.data !== undefined && { dataDir: values.data }),
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
  });
  const stop = (): void => void face.stop().then(() => process.exit(0));
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
  console.log(JSON.stringify({ ready: true, endpoint: face.endpoint, key: face.key }));
};

await run().catch((error: unknown) => {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  const taken = `Port ${port ?? ''} is taken: stop what listens there, or choose another with --port.`;
  console.error(code === 'EADDRINUSE' ? taken : message);
  process.exit(1);
});

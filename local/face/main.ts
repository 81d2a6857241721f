// The local Face service as a command of its own: --port 8092 [--data DIR] [--seed n]

import { parseArgs } from 'node:util';

import { followParentClock } from '../clock.ts';
import { startFace } from './start-face.ts';

followParentClock();

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8092' }, data: { type: 'string' }, seed: { type: 'string' } },
});
const port = Number(values.port);

try {
  const face = await startFace({
    port,
    ...(values.data !== undefined && { dataDir: values.data }),
    ...(values.seed !== undefined && { seed: Number(values.seed) }),
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => void face.stop().then(() => process.exit(0)));
  console.log(JSON.stringify({ ready: true, endpoint: face.endpoint, key: face.key }));
} catch (error) {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  console.error(taken ? `Port ${port} is taken: stop what listens there, or choose another with --port.` : error);
  process.exit(1);
}

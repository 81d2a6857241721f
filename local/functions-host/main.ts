// `npm run --silent local:host -- --port 7072`: the app as it is deployed, on this machine. One line on standard output
// when it serves; everything else on standard error.

import { existsSync, globSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { startHost } from './host.ts';

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'dist/main.cjs');
/** Timers go on where they were before the host was stopped. */
const timerStatusFolder = join(root, '.local/timers');

const DEFAULT_PORT = 7071;

const isBundleStale = (): boolean => {
  if (!existsSync(bundle)) return true;
  const builtAt = statSync(bundle).mtimeMs;
  const sources = globSync(['{functions,shared,infra}/**/*.{ts,json}', 'package.json'], { cwd: root });
  return sources.some((file) => statSync(join(root, file)).mtimeMs > builtAt);
};

const readArguments = (): { port: number; app: string | undefined } => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      // Another app than ours, which is not built.
      app: { type: 'string' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`"${values.port}" is not a port.`);
  return { port, app: values.app };
};

const start = async (): Promise<void> => {
  const { port, app } = readArguments();
  if (app === undefined && isBundleStale()) {
    console.error(`Building ${relative(root, bundle)}.`);
    const { buildBundle } = await import('../../scripts/build.ts');
    await buildBundle(bundle);
  }
  const host = await startHost({ appEntry: app ?? bundle, port, ...(app === undefined && { timerStatusFolder }) });
  for (const { name, startedBy, disabled } of host.functions) {
    console.error(`${name}: ${startedBy}${disabled ? ' (disabled)' : ''}`);
  }

  let isStopping = false;
  const stop = (): void => {
    if (isStopping) process.exit(130);
    isStopping = true;
    void host.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  process.stdout.write(`${JSON.stringify({ ready: true, url: host.url })}\n`);
};

// What the app prints must not come before or between what is read from our standard output.
console.log = console.error;
console.info = console.error;
console.debug = console.error;

try {
  await start();
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}

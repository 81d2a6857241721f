// `npm run check:bundle`: what loading the deployed file costs, beside the same app loaded from node_modules. Whoever
// waits for the first answer after a scale-out waits for this. Fails on size and ratio; times depend on the machine.

import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundle } from './build.ts';

const root = join(import.meta.dirname, '..');
const RUNS = 7;
const LARGEST_BYTES = 3 * 1024 * 1024;
const LARGEST_RATIO = 0.75;

/** Enough for the wiring; nothing connects before the first invocation. */
const env = {
  PATH: process.env.PATH,
  NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
  COSMOS_ENDPOINT: 'http://127.0.0.1:1',
  COSMOS_KEY: 'a2V5',
  FACE_ENDPOINT: 'http://127.0.0.1:1',
  FACE_KEY: 'key',
  ServiceBusConnection:
    'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=k;UseDevelopmentEmulator=true;',
  API_CLIENT_ID: 'api',
  TOKEN_ISSUERS: 'http://127.0.0.1:1/tenant/v2.0',
  OPERATOR_TENANT_ID: 'tenant',
  PSEUDONYM_KEY: Buffer.alloc(32).toString('base64'),
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

const loadMs = (code: string): number =>
  median(
    Array.from({ length: RUNS }, () => {
      const started = performance.now();
      const { status, stderr } = spawnSync(process.execPath, ['-e', code], { env, cwd: root, encoding: 'utf8' });
      if (status !== 0) throw new Error(`loading failed: ${stderr}`);
      return performance.now() - started;
    }),
  );

const bundle = await buildBundle();
const unbundled = join(root, 'dist/from-node-modules.mjs');
await build({
  entryPoints: [join(root, 'functions/main.ts')],
  outfile: unbundled,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node24',
  logLevel: 'warning',
});
const bareMs = loadMs('0');
const bundleMs = loadMs(`require(${JSON.stringify(bundle)}); process.exit(0)`) - bareMs;
const nodeModulesMs = loadMs(`import(${JSON.stringify(unbundled)}).then(() => process.exit(0))`) - bareMs;
rmSync(unbundled);

const { size } = statSync(bundle);
const ratio = bundleMs / nodeModulesMs;
console.log(`bare Node ${bareMs.toFixed(0)} ms (medians of ${RUNS} processes)`);
console.log(`loading the bundle adds ${bundleMs.toFixed(0)} ms, from node_modules ${nodeModulesMs.toFixed(0)} ms`);
console.log(
  `ratio ${ratio.toFixed(2)} (at most ${LARGEST_RATIO}), size ${(size / 1024 / 1024).toFixed(2)} MB (at most 3)`,
);
if (ratio > LARGEST_RATIO || size > LARGEST_BYTES) process.exitCode = 1;

// `npm run build`: one CommonJS file, the whole deployed app but for the module that the platform provides.
import { build } from 'esbuild';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

export const buildBundle = async (outfile = join(root, 'dist/main.cjs')): Promise<string> => {
  await build({
    entryPoints: [join(root, 'functions/main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    // Modules that can be shaken come first: less to load. `npm run check:bundle` measures it.
    mainFields: ['module', 'main'],
    format: 'cjs',
    target: 'node24',
    minify: true,
    keepNames: true,
    external: ['@azure/functions-core'],
    sourcemap: 'external',
    logLevel: 'warning',
  });
  return outfile;
};

if (import.meta.main) console.error(`built ${await buildBundle()}`);

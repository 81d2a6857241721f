// `npm test`: says on which Node the tests run, refuses any other than the one that is deployed, and builds what the
// journeys run.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBundle } from './build.ts';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: { node: string } };
const deployedMajor = manifest.devDependencies.node.split('.')[0];

console.log(`Node ${process.version}`);
if (process.version.split('.')[0] !== `v${deployedMajor}`) {
  console.error(`The tests must run on Node ${deployedMajor}, which is deployed. Run "npm ci", then "npm test".`);
  process.exit(1);
}

await buildBundle();

const jest = join(root, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(process.execPath, [jest, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
});
process.exit(status ?? 1);

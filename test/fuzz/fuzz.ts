// `npm run fuzz`: odd requests and messages of every kind against the whole app.

import { randomInt } from 'node:crypto';
import { buildBundle } from '../../scripts/build.ts';
import { fuzzUsage, parseFuzzOptions } from './options.ts';
import { describeReports } from './report.ts';
import { runFuzz, targetNames } from './run-fuzz.ts';

const parsed = parseFuzzOptions(process.argv.slice(2), targetNames, () => randomInt(2 ** 31));
if (parsed.kind === 'mistake') {
  console.error(`${parsed.sentence}\n${fuzzUsage(targetNames)}`.trim());
  process.exit(2);
}
await buildBundle();
console.error(`Seed ${parsed.options.seed}`);
const reports = await runFuzz(parsed.options);
console.log(describeReports(reports, parsed.options.seed));
process.exitCode = reports.some(({ failures }) => failures.length > 0) ? 1 : 0;

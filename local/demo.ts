// `npm run demo -- --user mallory --media print --tries 6`: one person against the product that `npm start` runs.

import { DEMO_USAGE, parseDemoOptions } from './start/demo-options.ts';
import { runDemo } from './start/run-demo.ts';
import { UserError } from './start/user-error.ts';

const options = parseDemoOptions(process.argv.slice(2));
if (options === undefined) {
  console.error(DEMO_USAGE);
  process.exit(2);
}
try {
  await runDemo(options, (line) => console.log(line));
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exit(1);
}

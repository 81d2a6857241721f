// `npm start`: everything on this machine, with a day of traffic, honest and hostile; then it stays for whoever wants to
// try it.

import { parseStartOptions } from './start/options.ts';
import { runStart } from './start/run-start.ts';

const parsed = parseStartOptions(process.argv.slice(2));
if (parsed.kind === 'mistake') {
  console.error(parsed.sentence);
  process.exit(2);
}
process.exit(await runStart(parsed.options));

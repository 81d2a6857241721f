// `npm run demo -- --user mallory --media print --tries 6`: one person against the product that `npm start` runs.
// `npm run demo -- --crash`: the app killed under fifty sessions, and what came of them.

import { DEMO_USAGE, parseDemoOptions } from './start/demo-options.ts';
import { UserError } from './start/user-error.ts';

/** Of a demo that is broken off: it has started a product of its own, perhaps, and removes what it has made. */
const CLEAR_UP_WITHIN_MS = 15_000;

const say = (line: string): void => console.log(line);

const options = parseDemoOptions(process.argv.slice(2));
if (options === undefined) {
  console.error(DEMO_USAGE);
  process.exit(2);
}
try {
  switch (options.kind) {
    case 'help':
      say(DEMO_USAGE);
      break;
    case 'person': {
      const { runDemo } = await import('./start/run-demo.ts');
      await runDemo(options, say);
      break;
    }
    case 'crash': {
      const { INTERRUPTED, listenForSignals } = await import('./start/signals.ts');
      const interrupted = listenForSignals({ longestMs: CLEAR_UP_WITHIN_MS, codeWhenLonger: INTERRUPTED });
      const { runCrashDemo } = await import('./start/run-crash-demo.ts');
      process.exit(await runCrashDemo(options, say, interrupted));
    }
  }
} catch (error) {
  console.error(error instanceof UserError ? error.message : error);
  process.exit(1);
}

// `npm start`: everything on this machine, with a day of traffic, honest and hostile; then it stays for whoever wants to
// try it.

import { setImmediate } from 'node:timers/promises';
import { parseStartOptions } from './start/options.ts';
import { listenForSignals } from './start/signals.ts';

const parsed = parseStartOptions(process.argv.slice(2));
if (parsed.kind === 'mistake') {
  console.error(parsed.sentence);
  process.exit(2);
}
const interrupted = listenForSignals();
// Loading all the SDKs takes a while, and until then nothing has started that would have to be stopped.
const quit = (): void => process.exit(0);
interrupted.addEventListener('abort', quit);
const { runStart } = await import('./start/run-start.ts');
// A signal that came while code was compiled is heard now.
await setImmediate();
interrupted.removeEventListener('abort', quit);
process.exit(await runStart(parsed.options, interrupted));

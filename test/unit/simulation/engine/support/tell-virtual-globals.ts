// Lives for a while under virtual time and prints what it saw. A process of its own: the globals are replaced for good.

import { SimulatedProcess, within } from '../../../../../simulation/engine/simulated-process.ts';
import { useVirtualTime } from '../../../../../simulation/engine/virtual-globals.ts';
import { VirtualTime } from '../../../../../simulation/engine/virtual-time.ts';

const print = (seen: object): void => console.log(JSON.stringify(seen));

const untilNothingIsLeft = (): boolean => false;
const time = new VirtualTime(1000);
useVirtualTime({ time, random: () => 0.25 });
const startsAt = { date: Date.now(), performance: performance.now(), random: Math.random() };

const timers: string[] = [];
const note = (name: string): void => void timers.push(`${name} at ${Date.now()}`);
setTimeout(note, 30, 'timeout');
setTimeout(note, undefined, 'timeout of no time');
setImmediate(note, 'immediate');
const interval = setInterval(note, 10, 'interval');
setTimeout(() => clearInterval(interval), 25);
clearTimeout(setTimeout(note, 5, 'cleared timeout'));
clearImmediate(setImmediate(note, 'cleared immediate'));
setTimeout(note, 35, 'unreferenced').unref();
clearTimeout(undefined);

const signals: string[] = [];
const signal = AbortSignal.timeout(40);
signal.addEventListener('abort', () => signals.push(`${(signal.reason as Error).name} at ${Date.now()}`));

const ended = new SimulatedProcess('ended');
within({ process: ended }, () => {
  setTimeout(note, 20, 'timeout of a process that has ended');
  setInterval(note, 3, 'interval of a process that has ended');
});
setTimeout(() => ended.kill(), 7);

const skewed = new SimulatedProcess('skewed', () => -90);
const clocks: Record<string, number> = {};
within({ process: skewed }, () => {
  setTimeout(() => Object.assign(clocks, { skewed: Date.now(), skewedDate: new Date().getTime() }), 12);
});
setTimeout(() => (clocks.others = Date.now()), 12);

const uncaught: string[] = [];
process.on('unhandledRejection', (error: Error) => uncaught.push(`${error.message} at ${Date.now()}`));
setTimeout(() => {
  throw new Error('nobody catches this');
}, 36);

await time.run(untilNothingIsLeft);
const endsAt = { date: Date.now(), performance: performance.now() };

const next = new VirtualTime(500_000);
useVirtualTime({ time: next, random: () => 0.75 });
const secondRun: Record<string, number> = { date: Date.now(), random: Math.random() };
setTimeout(() => (secondRun.timeout = Date.now()), 60);
await next.run(untilNothingIsLeft);

print({
  startsAt,
  timers,
  signals,
  clocks,
  uncaught,
  endsAt,
  secondRun,
  keepsAlive: setTimeout(note, 0, 'last').unref().ref().hasRef(),
  dates: [new Date(0).toISOString(), new Date(2026, 0, 5) instanceof Date, typeof Date.parse('2026-01-05')],
});

// From the start to the end of `npm start`, signals included.

import { playDay } from '../traffic/play-day.ts';
import { startOfNextDay } from '../traffic/moments.ts';
import type { Summary } from '../traffic/summary.ts';
import { DataDirectory } from './data-directory.ts';
import { DEFAULT_DATA_DIR, type StartOptions } from './options.ts';
import { startProduct, type Product } from './product.ts';
import { makeScreen, type Screen } from './screen.ts';
import { UserError } from './user-error.ts';
import { curlLines, flagLine, isSound, progressText, summaryLines, urlLines } from './words.ts';

/** npm hands on a Ctrl-C that has reached this process already: that is no second one. */
const SAME_SIGNAL_MS = 400;
/** Whatever hangs then: everything that was acknowledged is kept. */
const LONGEST_STOP_MS = 2700;

/** The answer is the exit code. */
export const runStart = async (options: StartOptions): Promise<number> => {
  const screen = makeScreen(options.json ? process.stderr : process.stdout);
  const interrupted = new AbortController();
  onSignal(() => interrupted.abort());

  let data: DataDirectory | undefined;
  let product: Product | undefined;
  try {
    data = new DataDirectory(options.dataDir);
    if (options.fresh) data.forget();
    screen.say('Starting the app and the services it uses.');
    const started = performance.now();
    product = await startProduct({ data, port: options.port, seed: options.seed, tell: (line) => screen.say(line) });
    screen.say(`Started in ${((performance.now() - started) / 1000).toFixed(1)} s: ${product.apiUrl}`);
    return await use(product, data, options, screen, interrupted.signal);
  } catch (error) {
    if (interrupted.signal.aborted) return 0;
    screen.endProgress();
    console.error(error instanceof UserError ? error.message : error);
    return 1;
  } finally {
    await product?.stop();
    data?.release();
  }
};

const use = async (
  product: Product,
  data: DataDirectory,
  options: StartOptions,
  screen: Screen,
  interrupted: AbortSignal,
): Promise<number> => {
  interrupted.throwIfAborted();
  const ended = new Promise<never>((_resolve, reject) => {
    product.host.child.once('exit', () => reject(new Error('The app has ended by itself; its log says why.')));
    interrupted.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });

  const summary = await Promise.race([ended, play(product, options, screen, interrupted)]);
  summaryLines(summary).forEach((line) => screen.say(line));
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  if (options.exitAfterTraffic) return isSound(summary) ? 0 : 1;

  // Only now: whoever came earlier would have seen the hours of the day fly by between a token and its use.
  data.tellRunning(product);
  ['', ...urlLines(product), '', 'To try it by hand:', ...curlLines(product), ''].forEach((line) => screen.say(line));
  screen.say(`One person against it: ${demoLine(options.dataDir)}`);
  screen.say('Stop with Ctrl-C.');
  return ended;
};

const play = async (
  product: Product,
  { seed, honestUsers }: StartOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<Summary> => {
  const day = new Date(startOfNextDay(Date.now())).toISOString().slice(0, 10);
  screen.say(`Playing the day of ${day}.`);
  const summary = await playDay({
    cloud: product.cloud,
    apiUrl: product.apiUrl,
    idle: () => product.host.idle(),
    advance: (ms) => product.advance(ms),
    mark: `start-${day}`,
    seed,
    honestUsers,
    signal,
    onFlag: (flag) => screen.say(flagLine(flag)),
    onProgress: (progress) => screen.progress(progress.done, progressText(progress)),
  });
  screen.endProgress();
  return summary;
};

const demoLine = (dataDir: string): string =>
  `npm run demo -- --user mallory --media print --tries 6${dataDir === DEFAULT_DATA_DIR ? '' : ` --data ${dataDir}`}`;

const onSignal = (stop: () => void): void => {
  let firstAt: number | undefined;
  const heard = (): void => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      stop();
      setTimeout(() => process.exit(0), LONGEST_STOP_MS).unref();
    } else if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(130);
  };
  process.on('SIGINT', heard);
  process.on('SIGTERM', heard);
};

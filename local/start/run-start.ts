// From the start to the end of `npm start`.

import { buildBundle } from '../../scripts/build.ts';
import { playDay } from '../traffic/play-day.ts';
import { startOfDayToPlay } from '../traffic/moments.ts';
import type { Summary } from '../traffic/summary.ts';
import { DataDirectory } from './data-directory.ts';
import { DEFAULT_DATA_DIR, type StartOptions } from './options.ts';
import { startProduct, type Product } from './product.ts';
import { untilInterrupted } from './signals.ts';
import { makeScreen, type Screen } from './screen.ts';
import { UserError } from './user-error.ts';
import { curlLines, flagLine, incidentLine, isSound, progressText, summaryLines, urlLines } from './words.ts';

/** The answer is the exit code. */
export const runStart = async (options: StartOptions, interrupted: AbortSignal): Promise<number> => {
  const screen = makeScreen(options.json ? process.stderr : process.stdout);
  let data: DataDirectory | undefined;
  let product: Product | undefined;
  try {
    data = new DataDirectory(options.dataDir);
    if (options.fresh) data.forget();
    screen.say('Starting the app and the services it uses.');
    const started = performance.now();
    const { port, seed } = options;
    const starting = startProduct({ data, build: buildBundle, port, seed, tell: (line) => screen.say(line) });
    // What has half started ends with this process.
    product = await Promise.race([starting, untilInterrupted(interrupted)]);
    screen.say(`Started in ${((performance.now() - started) / 1000).toFixed(1)} s: ${product.apiUrl}`);
    return await use(product, data, options, screen, interrupted);
  } catch (error) {
    if (interrupted.aborted) return 0;
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
  const appEnded = product.app.endedByItself.then((): never => {
    throw new UserError(`The app has ended by itself; ${data.logFile} may say why.`);
  });
  const ended = Promise.race([appEnded, untilInterrupted(interrupted)]);

  const summary = await Promise.race([ended, play(product, data, options, screen, interrupted)]);
  summaryLines(summary).forEach((line) => screen.say(line));
  if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
  if (options.exitAfterTraffic) return isSound(summary) ? 0 : 1;

  // Only now: whoever came earlier would have seen the hours of the day fly by between a token and its use.
  data.tellRunning(product);
  ['', ...urlLines(product), '', 'To try it by hand:', ...curlLines(product), ''].forEach((line) => screen.say(line));
  screen.say(`One person against it: ${demoLine('--user mallory --media print --tries 6', options.dataDir)}`);
  screen.say(`The app killed under fifty sessions: ${demoLine('--crash', options.dataDir)}`);
  screen.say('Stop with Ctrl-C.');
  return ended;
};

const play = async (
  product: Product,
  data: DataDirectory,
  { seed, honestUsers }: StartOptions,
  screen: Screen,
  signal: AbortSignal,
): Promise<Summary> => {
  const day = new Date(startOfDayToPlay(Date.now())).toISOString().slice(0, 10);
  screen.say(`Playing the day of ${day} and its eve.`);
  const casesTold = new Set<string>();
  let newestReceipt: string | undefined;
  const summary = await playDay({
    cloud: product.cloud,
    apiUrl: product.apiUrl,
    idle: () => product.app.host.idle(),
    advance: (ms) => product.advance(ms),
    mark: `start-${day}`,
    seed,
    honestUsers,
    signal,
    onFlag: (flag) => {
      // A device with thirty ids is one case: one line says it all.
      if (casesTold.has(flag.caseKey)) return;
      casesTold.add(flag.caseKey);
      screen.say(flagLine(flag));
      newestReceipt = data.keepReceipt(`${day}-${flag.scenario}-${flag.pattern}`, flag.receipt);
    },
    onIncident: (incident) => screen.say(incidentLine(incident)),
    onProgress: (progress) => screen.progress(progress.done, progressText(progress)),
  });
  screen.endProgress();
  if (newestReceipt !== undefined) {
    screen.say(`Receipts of the flags lie in ${data.receiptsDir}: npm run --silent verify-receipt -- ${newestReceipt}`);
  }
  return summary;
};

const demoLine = (demo: string, dataDir: string): string =>
  `npm run demo -- ${demo}${dataDir === DEFAULT_DATA_DIR ? '' : ` --data ${dataDir}`}`;

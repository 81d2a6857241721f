import { silentLog } from '../pipelines/silent-log.ts';
import { connectProduct } from '../pipelines/connect-product.ts';
import type { AppUnderLoad } from '../soak/start-app.ts';
import { askAtOnce, recordAtOnce, type ResultsAtOnce, type TokensAtOnce } from './one-person.ts';
import { raiseRate, type RateStep } from './rising-rate.ts';

export interface Limits {
  secondsEach: number;
  rates: RateStep[];
  results: ResultsAtOnce[];
  tokens: TokensAtOnce[];
}

export interface LimitsOptions {
  firstRate: number;
  secondsEach: number;
}

const RATE_FACTOR = 1.4;
const MOST_STEPS = 15;
const AT_ONCE = [2, 4, 8, 16, 32, 64];

export const findLimits = async (app: AppUnderLoad, { firstRate, secondsEach }: LimitsOptions): Promise<Limits> => {
  const connected = connectProduct(app.cloud, silentLog);
  try {
    const results: ResultsAtOnce[] = [];
    const tokens: TokensAtOnce[] = [];
    // The first of each pays for what is loaded and read once.
    await recordAtOnce(app.cloud, connected, 1);
    await askAtOnce(app, 1);
    for (const atOnce of AT_ONCE) results.push(await recordAtOnce(app.cloud, connected, atOnce));
    for (const atOnce of AT_ONCE) tokens.push(await askAtOnce(app, atOnce));
    const rates = await raiseRate(app, { firstRate, factor: RATE_FACTOR, secondsEach, mostSteps: MOST_STEPS });
    return { secondsEach, rates, results, tokens };
  } finally {
    await connected.close();
  }
};

import { readRunning, type RunningProduct } from './data-directory.ts';

/** What `npm start` runs with this data; undefined when nothing does, or as long as the day is played. */
export const findProduct = async (dataDir: string): Promise<RunningProduct | undefined> => {
  const product = readRunning(dataDir);
  const isThere = product !== undefined && (await fetch(product.controlUrl).catch(() => undefined))?.ok === true;
  return isThere ? product : undefined;
};

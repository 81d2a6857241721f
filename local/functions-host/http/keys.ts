import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpTrigger } from '../functions.ts';

export interface Keys {
  master: string;
  host: string;
  /** By name of the function. */
  functions?: Record<string, string>;
}

/** Without keys no level is enforced, as under Core Tools. */
export const mayCall = (
  keys: Keys | undefined,
  presented: string | undefined,
  level: HttpTrigger['authLevel'],
  functionName?: string,
): boolean => {
  if (keys === undefined || level === 'anonymous') return true;
  const accepted = [keys.master];
  if (level === 'function') {
    accepted.push(keys.host);
    const own = functionName === undefined ? undefined : keys.functions?.[functionName];
    if (own !== undefined) accepted.push(own);
  }
  // Every key is compared, so that the time taken tells nothing about which one came close.
  return accepted.map((key) => isSame(presented ?? '', key)).includes(true);
};

export const isMaster = (keys: Keys | undefined, presented: string | undefined): boolean =>
  mayCall(keys, presented, 'admin');

const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

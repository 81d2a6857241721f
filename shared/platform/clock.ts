import type { Clock, Randomness, Wait } from '../application/ports.ts';
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

export const systemClock: Clock = { now: () => new Date() };

export const systemRandomness: Randomness = {
  uuid: () => randomUUID(),
  bytes: (count) => randomBytes(count),
};

export const systemWait: Wait = async (milliseconds) => {
  await delay(milliseconds);
};

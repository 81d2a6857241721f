// A steady rate of sessions through the whole app for some minutes; at the end the stores tell what became of them.

import { countTries } from '../../local/traffic/count-tries.ts';
import { readStored } from '../../local/traffic/stored.ts';
import { type Latency, latencyOf } from './latency.ts';
import { type Memory, watchMemory } from './memory.ts';
import type { AppUnderLoad } from './start-app.ts';
import { playTraffic } from './traffic.ts';

export interface Soak {
  minutes: number;
  rate: number;
  asked: number;
  issued: number;
  refused: number;
  busy: number;
  failed: number;
  attempts: number;
  /** Attempts that Face judged and that are not in the ledger, or in no history. */
  dropped: number;
  /** Attempts or ends of sessions that were counted more than once. */
  countedTwice: number;
  /** Sessions whose event no subscriber got. */
  unpublished: number;
  tokenMs: Latency;
  recordedMs: Latency;
  memory: Memory | undefined;
  complaints: Record<string, number>;
}

export interface SoakOptions {
  minutes: number;
  rate: number;
}

const WARM_UP_SECONDS = 5;
const SEED = 1;
const WARM_UP_SEED = 2;

export const soak = async (app: AppUnderLoad, { minutes, rate }: SoakOptions): Promise<Soak> => {
  const before = await playTraffic(app, { rate, seconds: WARM_UP_SECONDS, seed: WARM_UP_SEED });
  const memory = watchMemory(app.host.child.pid);
  const traffic = await playTraffic(app, { rate, seconds: minutes * 60, seed: SEED });
  const remembered = memory.end();
  const correlationIds = new Set([...before.correlationIds, ...traffic.correlationIds]);
  const documents = await readStored(app.database, correlationIds);
  const { tries, lost, countedTwice } = countTries(documents, await app.cloud.sessionsAtFace());
  const { asked, issued, refused, busy, failed, unpublished } = traffic;
  return {
    minutes,
    rate,
    asked,
    issued,
    refused,
    busy,
    failed,
    attempts: tries,
    dropped: lost,
    countedTwice,
    unpublished: before.unpublished + unpublished,
    tokenMs: latencyOf(traffic.tokenMs),
    recordedMs: latencyOf(traffic.recordedMs),
    memory: remembered,
    complaints: Object.fromEntries(app.complaints),
  };
};

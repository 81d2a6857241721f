// The local Face service: liveness sessions of Face API v1.2, on loopback.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Clock, sharedClock } from '../clock.ts';
import { checkDecisions, type Decisions, noisyDecisions } from './decisions.ts';
import { makeDraws } from './draws.ts';
import { type FaultRule, FaultRules, type Faults } from './faults.ts';
import { type CallCounts, makeListener } from './http-listener.ts';
import { type Inspection, inspectSessions } from './inspection.ts';
import { LivenessService } from './liveness-service.ts';
import { makeRateLimit } from './rate-limit.ts';
import { SessionStore } from './session-store.ts';
import { makeTokenKey, readTokenKey } from './session-token.ts';

/** Longer than clients keep an idle connection, so that none is closed under a call. */
const KEEP_ALIVE_MS = 65_000;

export interface FaceOptions {
  /** Default 0: any free port. */
  port?: number;
  clock?: Clock;
  /** The same seed gives the same session ids and decisions; without one each start differs. */
  seed?: number;
  /** Where `face.db` is kept; in memory when left out. */
  dataDir?: string;
  key?: string;
  /** Server and client calls together; default 10 as on S0, 0 switches it off. */
  rateLimitPerSecond?: number;
  /** Answers 403 UnsupportedFeature, as a resource without approval does. */
  unsupportedFeature?: boolean;
  /** Default `noisyDecisions`; see also `noiselessDecisions`. */
  decisions?: Decisions;
  attemptsPerToken?: number;
  faults?: readonly FaultRule[];
}

export interface LocalFace {
  endpoint: string;
  key: string;
  port: number;
  faults: Faults;
  /** The truth, also about what the service would not show any more. */
  inspect: () => Inspection;
  stop: () => Promise<void>;
}

export const startFace = async (options: FaceOptions = {}): Promise<LocalFace> => {
  const { clock = sharedClock, decisions = noisyDecisions, key = 'local-face-key' } = options;
  checkDecisions(decisions);
  const draws = makeDraws(options.seed ?? randomInt(2 ** 32));
  const store = new SessionStore(options.dataDir);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;

  const service = new LivenessService({
    store,
    clock,
    draws,
    decisions,
    attemptsPerToken: options.attemptsPerToken ?? 3,
    tokenKey: readTokenKey(store.setting('tokenKey', makeTokenKey)),
    endpoint,
  });
  const faults = new FaultRules(options.faults);
  const counts: CallCounts = { create: 0, get: 0, delete: 0, client: 0, throttled: 0 };
  const hasRoom = makeRateLimit(options.rateLimitPerSecond ?? 10, clock);
  const { unsupportedFeature = false } = options;
  const stopping = new AbortController();
  const parts = { service, clock, key, faults, hasRoom, unsupportedFeature, counts, stopping: stopping.signal };
  server.on('request', makeListener(parts));

  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping.abort();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    store.close();
  };
  return {
    endpoint,
    key,
    port,
    faults,
    inspect: () => inspectSessions(store.all(), counts, service, clock.now()),
    stop: () => (stopped ??= stop()),
  };
};

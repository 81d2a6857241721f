// The local Face service: liveness sessions of Face API v1.2, on loopback or in process.

import { createSecretKey, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Clock, sharedClock } from '../clock.ts';
import { type InProcessClient, inProcessClient, settled } from '../http-client.ts';
import { type CallCounts, makeAnswerCall } from './answer-call.ts';
import { checkDecisions, type Decisions, noisyDecisions } from './decisions.ts';
import { makeDraws } from './draws.ts';
import type { FaceAnswer, FaceRequest } from './exchange.ts';
import { type FaultRule, FaultRules, type Faults } from './faults.ts';
import { toFaceRequest } from './http-client.ts';
import { makeListener } from './http-listener.ts';
import { type Inspection, inspectSessions } from './inspection.ts';
import { LivenessService } from './liveness-service.ts';
import { makeRateLimit } from './rate-limit.ts';
import { SessionStore } from './session-store.ts';

/** Longer than clients keep an idle connection, so that none is closed under a call. */
const KEEP_ALIVE_MS = 65_000;

export interface FaceOptions {
  /** Default 0: any free port; `false` opens none. */
  port?: number | false;
  clock?: Clock;
  /** The same seed gives the same session ids, tokens and decisions; without one each start differs. */
  seed?: number;
  /** Where `face.db` is kept; in memory when left out. */
  dataDir?: string;
  key?: string;
  /** Whether an Entra token is good now; without it, servers need the key. */
  verifyToken?: (token: string) => boolean;
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
  /** For the options of the SDK's client: calls the service without a socket. */
  httpClient: InProcessClient;
  /** One call without a socket, for what plays the device; throws when the connection is cut. */
  call: (request: FaceRequest) => Promise<FaceAnswer>;
  faults: Faults;
  /** From now on the service does not know this session any more, as if it were older than 48 hours. */
  forget: (sessionId: string) => void;
  /** The truth, also about what the service would not show any more. */
  inspect: () => Inspection;
  stop: () => Promise<void>;
}

const inProcessEndpoint = 'https://face.local';

export const startFace = async (options: FaceOptions = {}): Promise<LocalFace> => {
  const { clock = sharedClock, decisions = noisyDecisions, key = 'local-face-key', port = 0 } = options;
  checkDecisions(decisions);
  const draws = makeDraws(options.seed ?? randomInt(2 ** 32));
  const store = new SessionStore(options.dataDir);
  const server = port === false ? undefined : await listen(port);
  const endpoint = server?.endpoint ?? inProcessEndpoint;

  const service = new LivenessService({
    store,
    clock,
    draws,
    decisions,
    attemptsPerToken: options.attemptsPerToken ?? 3,
    tokenKey: createSecretKey(
      store.setting('tokenKey', () => draws.hex('token-key')),
      'utf8',
    ),
    endpoint,
  });
  const faults = new FaultRules(options.faults);
  const counts: CallCounts = { create: 0, get: 0, delete: 0, client: 0, throttled: 0 };
  const stopping = Promise.withResolvers<undefined>();
  let stopped: Promise<void> | undefined;
  let answered = 0;
  const answer = makeAnswerCall({
    service,
    clock,
    key,
    verifyToken: options.verifyToken,
    faults,
    hasRoom: makeRateLimit(options.rateLimitPerSecond ?? 10, clock),
    unsupportedFeature: options.unsupportedFeature ?? false,
    counts,
    isStopping: () => stopped !== undefined,
    newRequestId: () => draws.uuid('request', (answered += 1)),
  });
  server?.serve(makeListener(answer));

  const stop = async (): Promise<void> => {
    stopping.resolve(undefined);
    await server?.close();
    store.close();
  };
  return {
    endpoint,
    key,
    httpClient: inProcessClient(async (request) => answer(await toFaceRequest(request)), stopping.promise),
    call: (request) => settled(answer(request), stopping.promise),
    faults,
    forget: (sessionId) => service.forget(sessionId),
    inspect: () => inspectSessions(store.all(), counts, service, clock.now()),
    stop: () => (stopped ??= stop()),
  };
};

interface Listening {
  endpoint: string;
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

const listen = async (port: number): Promise<Listening> => {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (listener) => server.on('request', listener),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

// The whole app as users meet it: the deployed bundle in a process of its own, over the real SDKs, against a local cloud
// in this process, both on one clock that a test moves.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advanceSharedClock, shiftDate } from '../../local/clock.ts';
import { startCloud, type CloudOptions, type LocalCloud } from '../../local/cloud.ts';
import { noiselessDecisions } from '../../local/face/decisions.ts';
import { playAttempt, type AttemptToPlay } from '../../local/face/device.ts';
import { startHostProcess, type HostProcess } from '../../local/functions-host/host-process.ts';
import type { LogRecord } from '../../local/functions-host/log.ts';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { seed } from '../../local/seed.ts';
import { undocumented } from './openapi.ts';

const root = join(import.meta.dirname, '../..');
const WAIT_LIMIT_MS = 20_000;
const LOOK_EVERY_MS = 20;

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export interface IssuedSession {
  sessionId: string;
  correlationId: string;
  authToken: string;
}

export interface RunningApp {
  cloud: LocalCloud;
  host: HostProcess;
  logs: LogRecord[];
  /** Calls the API as the first application of Contoso, or as who is named by `token`. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** A token that must come. */
  issue(endUserRef: string, fields?: Record<string, unknown>): Promise<IssuedSession>;
  play(session: IssuedSession, shown: Omit<AttemptToPlay, 'endpoint' | 'authToken' | 'person'>): Promise<void>;
  complete(session: IssuedSession, report?: Record<string, unknown>): Promise<Answer>;
  /** One try from token to counted result. */
  tryOnce(endUserRef: string, media: AttemptToPlay['media']): Promise<IssuedSession>;
  advance(seconds: number): Promise<void>;
  runTimer(name: string): Promise<void>;
  /** Ends the app's process as a crash does, and starts another on the same stores. */
  crash(): Promise<void>;
  documents(query: string, container?: string): Promise<Record<string, unknown>[]>;
  history(correlationId: string): Promise<HistoryDocument>;
  /** The ledger records of attempts, by their key. */
  attempts(correlationId: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** The part of the stored document that tests look at. */
export interface HistoryDocument {
  status: string;
  outstanding: { sessionId: string; recorded: number[] }[];
  /** Sets as rows of numbers, as they are before they are stored as texts. */
  history: Partial<Record<'spoof' | 'uncertain' | 'technical' | 'passes', number[]>>;
  verdicts: { kind: string; pattern: string; statistic: number; limit: number }[];
  sequence: number;
}

export interface CallOptions {
  body?: unknown;
  token?: string | undefined;
  headers?: Record<string, string>;
}

export interface AppOptions extends CloudOptions {
  timers?: 'run' | 'manual';
  /** In place of settings that lead to the cloud, when something is to stand in between. */
  settings?: (cloud: LocalCloud) => Promise<Record<string, string>>;
}

export const startApp = async (options: AppOptions = {}): Promise<RunningApp> => {
  shiftDate();
  const cloud = await startCloud({
    ...options,
    face: { seed: 1, decisions: noiselessDecisions, rateLimitPerSecond: 0, ...options.face },
  });
  await seed(cloud);
  const settings = { ...cloud.settings, ...(await options.settings?.(cloud)) };
  const logs: LogRecord[] = [];
  const startAppHost = () =>
    startHostProcess({
      appEntry: join(root, 'dist/main.cjs'),
      settings,
      hostJson: JSON.parse(readFileSync(join(root, 'host.json'), 'utf8')) as object,
      timers: options.timers ?? 'manual',
      logger: (record) => logs.push(record),
    });
  let host = await startAppHost();
  const clientId = defaultConfiguration.tenants[0]?.clients[0]?.clientId ?? '';
  const token = await cloud.identity.appToken(clientId);
  let tokenOfNow = { token, until: Date.now() + 1_800_000 };

  const app: RunningApp = {
    cloud,
    get host() {
      return host;
    },
    logs,
    call: async (method, path, { body, headers = {}, ...rest } = {}) => {
      if (Date.now() > tokenOfNow.until) {
        tokenOfNow = { token: await cloud.identity.appToken(clientId), until: Date.now() + 1_800_000 };
      }
      const bearer = 'token' in rest ? rest.token : tokenOfNow.token;
      const isForm = body instanceof FormData || typeof body === 'string' || body instanceof Uint8Array;
      const response = await fetch(host.url + path, {
        method,
        headers: {
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer: Answer = {
        status: response.status,
        headers: response.headers,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
      const contentType = response.headers.get('content-type')?.split(';')[0];
      const mistake = undocumented(method, path, { ...answer, contentType });
      if (mistake !== undefined) throw new Error(`not as the OpenAPI document says: ${mistake}`);
      return answer;
    },
    issue: async (endUserRef, fields = {}) => {
      const answer = await app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef, ...fields } });
      if (answer.status !== 201) throw new Error(`no token: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body as unknown as IssuedSession;
    },
    play: async ({ authToken }, shown) => {
      const played = await playAttempt({ endpoint: cloud.face.endpoint, authToken, person: 'anybody', ...shown });
      if (played.kind === 'refused') throw new Error(`Face refused the device: ${played.code}`);
    },
    complete: ({ sessionId }, report = {}) =>
      app.call('POST', `/api/v1/liveness-sessions/${sessionId}/completion`, { body: report }),
    tryOnce: async (endUserRef, media) => {
      const session = await app.issue(endUserRef);
      await app.play(session, { media });
      await app.complete(session);
      await eventually(async () => {
        const [document] = await app.documents(
          `SELECT c.state FROM c WHERE c.documentKind = 'session' AND c.sessionId = '${session.sessionId}'`,
        );
        return document?.state === 'closed';
      });
      return session;
    },
    advance: (seconds) => advanceSharedClock(seconds * 1000, [host.child]),
    runTimer: async (name) => {
      const run = await host.runTimer(name);
      if (!run.ok) throw new Error(`${name} failed: ${run.error.message}`);
    },
    crash: async () => {
      const exited = new Promise((resolve) => host.child.once('exit', resolve));
      host.child.kill('SIGKILL');
      await exited;
      host = await startAppHost();
    },
    documents: async (query, container = 'correlations') => {
      const found = await cloud.database.container(container).items.query<Record<string, unknown>>(query).fetchAll();
      return found.resources;
    },
    history: async (correlationId) => {
      const item = cloud.database.container('correlations').item('history', correlationId);
      const { resource } = await item.read<Omit<HistoryDocument, 'history'> & { history: Record<string, unknown> }>();
      if (resource === undefined) throw new Error('no history');
      const sets = Object.entries(resource.history).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      );
      const numbersIn = (text: string): number[] => text.split(' ').map((number) => Number.parseInt(number, 36));
      return { ...resource, history: Object.fromEntries(sets.map(([name, text]) => [name, numbersIn(text)])) };
    },
    attempts: (correlationId) =>
      app.documents(
        `SELECT * FROM c WHERE c.documentKind = 'attempt' AND c.type = 'attempt' AND c.correlationId = '${correlationId}'`,
      ),
    stop: async () => {
      await host.stop(2000);
      await cloud.stop();
    },
  };
  return app;
};

/** Waits until something holds, looking again and again; fails when it does not come in time. */
export const eventually = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const until = performance.now() + WAIT_LIMIT_MS;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`did not come about in ${WAIT_LIMIT_MS} ms: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
};

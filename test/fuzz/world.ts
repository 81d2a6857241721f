// The whole app with something in it that requests and messages can be about, of two customers.

import { Agent } from 'node:http';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { eventually, startApp, type IssuedSession, type RunningApp } from '../journeys/running-app.ts';
import type { Secret } from './leaks.ts';
import { SESSIONS_READY, type CallerName } from './route-case.ts';
import { sendRequest, type RawAnswer } from './send-request.ts';

export interface World {
  app: RunningApp;
  agent: Agent;
  tokenOf(caller: CallerName): string | undefined;
  /** Puts ids in where they are only named. */
  filled(text: string): string;
  sessions: { own: readonly IssuedSession[]; others: readonly IssuedSession[] };
  /** What no refusal and no log record may tell. */
  secrets: readonly Secret[];
  /** What no answer may tell this caller, not even a good one. */
  keptFrom(caller: CallerName): readonly Secret[];
  /** Waits until nothing is under way, and says how often the stores have been written to. */
  writes(): Promise<number>;
  /** The process of the app is gone. */
  hasEnded: () => boolean;
  stop(): Promise<void>;
}

const MOST_SHOWN = 10;

const [contoso, fabrikam] = defaultConfiguration.tenants;

export const startWorld = async (): Promise<World> => {
  const app = await startApp();
  try {
    return await furnish(app);
  } catch (error) {
    await app.stop();
    throw error;
  }
};

const furnish = async (app: RunningApp): Promise<World> => {
  const { cloud } = app;
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const [application, otherApplication] = await Promise.all(
    [contoso, fabrikam].map((tenant) => cloud.identity.appToken(tenant?.clients[0]?.clientId ?? '')),
  );
  const everyScope = contoso?.people.find(({ scopes }) => scopes.includes('Policies.Manage'));
  const tokens: Record<CallerName, string | undefined> = {
    application,
    otherApplication,
    person: await cloud.identity.userToken(everyScope?.oid ?? ''),
    nobody: undefined,
    forged: await cloud.identity.sign({ sub: 'mallory' }, { key: 'forged' }),
  };

  const issued =
    (token: string | undefined) =>
    async (index: number): Promise<IssuedSession> => {
      const answer = await sendRequest(
        app.host.url,
        {
          method: 'POST',
          target: '/api/v1/liveness-sessions',
          headers: [
            ['authorization', `Bearer ${token ?? ''}`],
            ['content-type', 'application/json'],
          ],
          body: Buffer.from(JSON.stringify({ endUserRef: `ready-${index}`, deviceId: `device-${index}` })),
          framing: 'length',
        },
        agent,
      );
      return JSON.parse(answer.text) as IssuedSession;
    };
  const each = Array.from({ length: SESSIONS_READY }, (_, index) => index);
  const own = await Promise.all(each.map(issued(application)));
  const others = await Promise.all(each.map(issued(otherApplication)));
  const flagged = await raiseFlag(app);

  const ids: Record<string, string> = { '<flagged>': flagged.correlationId, '<flag>': flagged.flagId };
  for (const [prefix, sessions] of [
    ['', own],
    ['other ', others],
  ] as const) {
    sessions.forEach(({ sessionId, correlationId }, index) => {
      ids[`<${prefix}session ${index}>`] = sessionId;
      ids[`<${prefix}correlation ${index}>`] = correlationId;
    });
  }

  const { COSMOS_KEY, FACE_KEY, PSEUDONYM_KEY, ServiceBusConnection } = cloud.settings;
  const keys: Secret[] = [
    ...[COSMOS_KEY, FACE_KEY, PSEUDONYM_KEY, ServiceBusConnection].map((key = ''): Secret => ['a key', key]),
    ...Object.values(tokens).flatMap((token): Secret[] => (token === undefined ? [] : [['a token', token]])),
  ];
  const thingsIn = (sessions: readonly IssuedSession[]): Secret[] =>
    sessions.flatMap(({ sessionId, correlationId, authToken }): Secret[] => [
      ['the session of another customer', sessionId],
      ['the correlation id of another customer', correlationId],
      ['the Face token of another customer', authToken],
    ]);
  const kept: Partial<Record<CallerName, readonly Secret[]>> = {
    application: [...keys, ...thingsIn(others)],
    otherApplication: [...keys, ...thingsIn(own), ['the id of another customer', flagged.correlationId]],
  };
  const secrets: Secret[] = [
    ...keys,
    ...Object.values(ids).map((id): Secret => ['an id', id]),
    ...[...own, ...others].map(({ authToken }): Secret => ['a Face token', authToken]),
  ];

  let isOver = false;
  app.host.child.once('exit', () => (isOver = true));
  // What is sent to it then fails.
  app.host.child.on('error', () => undefined);

  return {
    app,
    agent,
    tokenOf: (caller) => tokens[caller],
    filled: (text) => text.replaceAll(/<[a-z ]+\d*>/g, (name) => ids[name] ?? name),
    sessions: { own, others },
    secrets,
    keptFrom: (caller) => kept[caller] ?? keys,
    writes: async () => {
      await quiet(app);
      return Object.values(cloud.cosmos.inspect().containers).reduce((sum, { lsn }) => sum + lsn, 0);
    },
    hasEnded: () => isOver,
    stop: async () => {
      agent.destroy();
      await (isOver ? cloud.stop() : app.stop());
    },
  };
};

/** Four prints held up to the camera: as many as a fresh id can have before it is flagged. */
const raiseFlag = async (app: RunningApp): Promise<{ correlationId: string; flagId: string }> => {
  let correlationId = '';
  for (let attempt = 0; attempt < 4; attempt += 1) ({ correlationId } = await app.tryOnce('flagged', 'print'));
  await app.runTimer('detectAbusePatterns');
  const [flag] = await app.documents(
    `SELECT c.flagId FROM c WHERE c.documentKind = 'flag' AND c.correlationId = '${correlationId}'`,
  );
  if (typeof flag?.flagId !== 'string') throw new Error('nobody was flagged');
  return { correlationId, flagId: flag.flagId };
};

/** Nothing waits in a queue, and no function runs. */
export const quiet = async ({ cloud, host }: RunningApp): Promise<void> => {
  await eventually(() => {
    const { entities } = cloud.serviceBus.inspect();
    return Object.entries(entities).every(
      ([name, { active, locked }]) => name === 'parked-messages' || active + locked === 0,
    );
  });
  await host.idle();
};

/** Up, and nothing that it has logged is a mistake or a secret. `from`: the first record to look at. */
export const judgeApp = async (world: World, from: number, words: readonly string[]): Promise<string[]> => {
  const { app, secrets } = world;
  const isUp = !world.hasEnded() && (await answersHealth(world));
  const records = app.logs.slice(from);
  const told = (text: string): string[] => [
    ...words.filter((word) => text.includes(word)).map((word) => `"${word}"`),
    ...secrets.filter(([, secret]) => text.includes(secret)).map(([what]) => what),
    ...(/eyJ[\w-]+\.eyJ/.test(text) ? ['a token'] : []),
  ];
  const complaints = [
    ...(isUp ? [] : ['the app is down']),
    ...records
      .filter(({ level }) => level === 'error' || level === 'critical')
      .map(({ message, error }) => `logs a mistake: ${message} ${error?.stack ?? ''}`),
    ...records.flatMap((record) => told(JSON.stringify(record)).map((what) => `logs ${what}: ${record.message}`)),
  ];
  // One mistake is often made many times.
  return complaints.length === 0 ? [] : [[...new Set(complaints)].slice(0, MOST_SHOWN).join('\n')];
};

const answersHealth = async ({ app, agent }: World): Promise<boolean> => {
  await quiet(app);
  const health: RawAnswer | undefined = await sendRequest(
    app.host.url,
    { method: 'GET', target: '/api/health', headers: [], body: undefined, framing: 'length' },
    agent,
  ).catch(() => undefined);
  return health?.status === 200;
};

// The whole app with something in it that requests and messages can be about, of two customers.

import { Agent } from 'node:http';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { startApp, type IssuedSession, type RunningApp } from '../journeys/running-app.ts';
import type { Secret } from './leaks.ts';
import { quiet } from './quiet.ts';
import { SESSIONS_READY, type CallerName } from './route-case.ts';
import { sendRequest } from './send-request.ts';

export interface World {
  app: RunningApp;
  agent: Agent;
  tokenOf(caller: CallerName): string | undefined;
  /** Puts ids in where they are only named. */
  filled(text: string): string;
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
  const tokens = await signIn(app);
  const own = await issueSessions(app, agent, tokens.application);
  const others = await issueSessions(app, agent, tokens.otherApplication);
  const flagged = await raiseFlag(app);

  const ids: Record<string, string> = {
    '<flagged>': flagged.correlationId,
    '<flag>': flagged.flagId,
    ...namesOf('', own),
    ...namesOf('other ', others),
  };
  const { COSMOS_KEY, FACE_KEY, PSEUDONYM_KEY, ServiceBusConnection } = cloud.settings;
  const keys: Secret[] = [
    ...[COSMOS_KEY, FACE_KEY, PSEUDONYM_KEY, ServiceBusConnection].map((key = ''): Secret => ['a key', key]),
    ...Object.values(tokens).flatMap((token): Secret[] => (token === undefined ? [] : [['a token', token]])),
  ];
  const kept: Partial<Record<CallerName, readonly Secret[]>> = {
    application: [...keys, ...thingsOfAnother(others)],
    otherApplication: [
      ...keys,
      ...thingsOfAnother(own),
      ['the correlation id of another customer', flagged.correlationId],
    ],
  };

  let hasEnded = false;
  app.host.child.once('exit', () => (hasEnded = true));
  // What is still sent to it fails; that it has ended says enough.
  app.host.child.on('error', () => undefined);

  return {
    app,
    agent,
    tokenOf: (caller) => tokens[caller],
    filled: (text) => text.replaceAll(/<[a-z ]+\d*>/g, (name) => ids[name] ?? name),
    secrets: [
      ...keys,
      ...Object.values(ids).map((id): Secret => ['an id', id]),
      ...[...own, ...others].map(({ authToken }): Secret => ['a Face token', authToken]),
    ],
    keptFrom: (caller) => kept[caller] ?? keys,
    writes: async () => {
      await quiet(app);
      return Object.values(cloud.cosmos.inspect().containers).reduce((sum, { lsn }) => sum + lsn, 0);
    },
    hasEnded: () => hasEnded,
    stop: async () => {
      agent.destroy();
      await (hasEnded ? cloud.stop() : app.stop());
    },
  };
};

const signIn = async ({ cloud: { identity } }: RunningApp): Promise<Record<CallerName, string | undefined>> => {
  const [application, otherApplication] = await Promise.all(
    [contoso, fabrikam].map((tenant) => identity.appToken(tenant?.clients[0]?.clientId ?? '')),
  );
  const everyScope = contoso?.people.find(({ scopes }) => scopes.includes('Policies.Manage'));
  return {
    application,
    otherApplication,
    person: await identity.userToken(everyScope?.oid ?? ''),
    nobody: undefined,
    forged: await identity.sign({ sub: 'mallory' }, { key: 'forged' }),
  };
};

const issueSessions = (app: RunningApp, agent: Agent, token = ''): Promise<IssuedSession[]> =>
  Promise.all(
    Array.from({ length: SESSIONS_READY }, async (_, index) => {
      const answer = await sendRequest(
        app.host.url,
        {
          method: 'POST',
          target: '/api/v1/liveness-sessions',
          headers: [
            ['authorization', `Bearer ${token}`],
            ['content-type', 'application/json'],
          ],
          body: Buffer.from(JSON.stringify({ endUserRef: `ready-${index}`, deviceId: `device-${index}` })),
          framing: 'length',
        },
        agent,
      );
      if (answer.status !== 201) throw new Error(`no token: ${answer.status} ${answer.text}`);
      return JSON.parse(answer.text) as IssuedSession;
    }),
  );

const namesOf = (prefix: string, sessions: readonly IssuedSession[]): Record<string, string> =>
  Object.fromEntries(
    sessions.flatMap(({ sessionId, correlationId }, index) => [
      [`<${prefix}session ${index}>`, sessionId],
      [`<${prefix}correlation ${index}>`, correlationId],
    ]),
  );

const thingsOfAnother = (sessions: readonly IssuedSession[]): Secret[] =>
  sessions.flatMap(({ sessionId, correlationId, authToken }): Secret[] => [
    ['the session of another customer', sessionId],
    ['the correlation id of another customer', correlationId],
    ['the Face token of another customer', authToken],
  ]);

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

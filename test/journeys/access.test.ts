// Who may call what: every kind of caller at every route, about things of Contoso, of Fabrikam, and of nobody. Whoever is
// refused learns nothing about what is there.

import { randomUUID } from 'node:crypto';
import { registerFunctions, type Handlers, type Registry } from '../../functions/register.ts';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { operations } from '../fuzz/operations.ts';
import {
  bearer,
  callers,
  openTokenDesk,
  secondsFromNow,
  signed,
  type CustomerId,
  type TokenDesk,
} from './access-callers.ts';
import { routes, type Send, type Target } from './access-routes.ts';
import { eventually, startApp, type Answer, type IssuedSession, type RunningApp } from './running-app.ts';

let app: RunningApp;
let desk: TokenDesk;
let standing: Record<CustomerId, Target>;

beforeAll(async () => {
  app = await startApp();
  desk = await openTokenDesk(app.cloud.identity);
  standing = { contoso: await things('contoso'), fabrikam: await things('fabrikam') };
}, 60_000);

afterAll(() => app.stop());

const as =
  (authorization: string | undefined): Send =>
  (method, path, body) =>
    app.call(method, path, {
      body,
      token: undefined,
      ...(authorization !== undefined && { headers: { authorization } }),
    });

const issue = async (customerId: CustomerId, endUserRef: string): Promise<IssuedSession> => {
  const send = as(await signed(desk, customerId));
  const { body } = await send('POST', '/api/v1/liveness-sessions', { endUserRef });
  return body as unknown as IssuedSession;
};

/** An open session of one end user, and a flag of another. */
const things = async (customerId: CustomerId): Promise<Target> => {
  const { sessionId, correlationId } = await issue(customerId, 'owned');
  const send = as(await signed(desk, customerId));
  let flaggedId = '';
  for (let print = 0; print < 4; print += 1) {
    const session = await issue(customerId, 'flagged');
    flaggedId = session.correlationId;
    await app.play(session, { media: 'print' });
    await send('POST', `/api/v1/liveness-sessions/${session.sessionId}/completion`, {});
    await eventually(async () => (await app.history(flaggedId)).outstanding.length === 0);
  }
  await app.runTimer('detectAbusePatterns');
  const query = `SELECT c.flagId FROM c WHERE c.documentKind = 'flag' AND c.correlationId = '${flaggedId}'`;
  const [flag] = await app.documents(query);
  return { customerId, sessionId, correlationId, flaggedId, flagId: flag?.flagId as string };
};

const nobodys = (): Target => {
  const correlationId = randomUUID();
  const sessionId = `${correlationId}.AAAAAAAAAAA`;
  return { customerId: 'nobody', correlationId, sessionId, flaggedId: correlationId, flagId: randomUUID() };
};

/** With a session that nobody else looks at, for whoever may change it. */
const ownThings = async (customerId: CustomerId): Promise<Target> => ({
  ...standing[customerId],
  ...(await issue(customerId, randomUUID())),
});

const outcomeOf = ({ status, body }: Answer): string =>
  typeof body.code === 'string' ? `${status} ${body.code}` : String(status);

/** Everything of an answer but what differs each time. */
const comparable = ({ status, headers, body }: Answer) => {
  const { requestId, ...rest } = body;
  expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  return { status, headers: [...headers].filter(([name]) => name !== 'date'), body: rest };
};

const table = callers.flatMap((caller) =>
  Object.entries(routes).map(([name, route]) => {
    const isPermitted = route.needs === undefined || route.needs === caller.may;
    const outcome = isPermitted ? String(route.status) : caller.refusal(route.needs);
    return { who: caller.who, name, outcome, isPermitted, caller, route };
  }),
);
const refused = table.filter(({ isPermitted }) => !isPermitted);
const permitted = table.filter(({ isPermitted }) => isPermitted);

describe('the table of who may call what', () => {
  it('has every function that is registered, and somebody who may call it', () => {
    const names: string[] = [];
    const ignore = (): void => undefined;
    const registry: Registry = {
      http: (name) => names.push(name),
      serviceBusQueue: ignore,
      serviceBusTopic: ignore,
      timer: ignore,
    };
    registerFunctions(registry, { http: {}, messages: {}, timers: {} } as unknown as Handlers);

    expect(Object.keys(routes)).toEqual(names);
    expect([...new Set(permitted.map(({ name }) => name))].sort()).toEqual([...names].sort());
  });

  it('says the same as the OpenAPI document', () => {
    const kindOf = (needs: string | undefined): string => {
      if (needs === undefined) return 'nobody';
      return needs === 'Sessions.Issue' ? 'application' : 'person';
    };
    const ours = Object.entries(routes).map(([name, { needs }]) => [name, kindOf(needs), needs]);
    const published = operations.map(({ name, caller, permission }) => [name, caller, permission]);

    expect(ours.sort()).toEqual(published.sort());
  });
});

describe('whoever may not call', () => {
  it.each(refused)('$who, $name: $outcome', async ({ caller, route, outcome }) => {
    const send = as(await caller.authorization(desk));
    const atContoso = await route.call(send, standing.contoso);
    const atFabrikam = await route.call(send, standing.fabrikam);
    const atNobody = await route.call(send, nobodys());

    expect([atContoso, atFabrikam, atNobody].map(outcomeOf)).toEqual([outcome, outcome, outcome]);
    expect(atNobody.headers.get('content-type')).toBe('application/problem+json');
    expect(atNobody.headers.get('www-authenticate')).toBe(atNobody.status === 401 ? 'Bearer' : null);
    expect(comparable(atContoso)).toEqual(comparable(atNobody));
    expect(comparable(atFabrikam)).toEqual(comparable(atNobody));
  });
});

describe('whoever may call', () => {
  it.each(permitted)('$who, $name: $outcome, about what it may see', async ({ caller, route, outcome }) => {
    const { customerId = 'contoso' } = caller;
    const send = as(await caller.authorization(desk));
    const atOwn = await route.call(send, await ownThings(customerId));
    const atOther = await route.call(send, await ownThings(customerId === 'contoso' ? 'fabrikam' : 'contoso'));

    const isHidden = route.isAboutThings && caller.customerId !== undefined;
    expect([atOwn, atOther].map(outcomeOf)).toEqual([outcome, isHidden ? '404 not-found' : outcome]);
    if (isHidden) expect(comparable(atOther)).toEqual(comparable(await route.call(send, nobodys())));
  });

  it('an application of another customer has an end user of its own under the same reference', async () => {
    const theirs = await issue('fabrikam', 'owned');

    expect(theirs.correlationId).toBe(standing.fabrikam.correlationId);
    expect(theirs.correlationId).not.toBe(standing.contoso.correlationId);
  });

  it('another application of the same customer sees the sessions of the first', async () => {
    const second = defaultConfiguration.tenants[0]?.clients[1]?.clientId ?? '';
    const send = as(await bearer(app.cloud.identity.appToken(second)));

    const answer = await routes.getLivenessSession.call(send, standing.contoso);

    expect([answer.status, answer.body.state]).toEqual([200, 'open']);
  });

  it('a clock that differs by less than a minute is no matter', async () => {
    const late = await signed(desk, 'contoso', { exp: secondsFromNow(-40) });
    const early = await signed(desk, 'contoso', { nbf: secondsFromNow(40), iat: secondsFromNow(40) });

    for (const token of [late, early]) {
      expect((await routes.getLivenessSession.call(as(token), standing.contoso)).status).toBe(200);
    }
  });
});

describe('after all of this', () => {
  it.each(['contoso', 'fabrikam'] as const)('nothing has changed of what is %s’s', async (customerId) => {
    const { sessionId, correlationId } = standing[customerId];
    const answer = await routes.getLivenessSession.call(as(await signed(desk, customerId)), standing[customerId]);
    const { status, outstanding } = await app.history(correlationId);

    expect([answer.status, answer.body.state, answer.body.attempts]).toEqual([200, 'open', []]);
    expect(status).toBe('active');
    expect(outstanding.map((open) => open.sessionId)).toContain(sessionId);
  });

  it('nobody has got a token but those who may', () => {
    const issuing = permitted.filter(({ name }) => name.startsWith('create')).length;
    // Both customers have five to begin with, and one more; each row of the permitted has its things at both.
    const made = 2 * 5 + 1 + 2 * permitted.length + 2 * issuing;

    expect(app.cloud.face.inspect().sessions.created).toBe(made);
  });

  it('no access token is in the log', () => {
    expect(app.logs.filter(({ message }) => /eyJ|Bearer/.test(message))).toEqual([]);
  });
});

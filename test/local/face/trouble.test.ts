import { playAttempt } from '../../../local/face/device.ts';
import type { FaultRule } from '../../../local/face/faults.ts';
import { aClient, aFace, createSession, session, sessionBody, sessions, stopAll } from './support.ts';

afterEach(stopAll);

describe('rate limit', () => {
  it('allows ten calls a second, of server and client together', async () => {
    const { face, client, clock } = await aFace({ rateLimitPerSecond: 10 });
    const { sessionId, authToken } = await createSession(client); // 1
    await playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' }); // 2, 3
    for (let call = 4; call <= 9; call += 1) await client.path(session, sessionId).get();
    await client.path(session, sessionId).delete(); // 10

    const eleventh = await client.path(sessions).post({ body: sessionBody });
    clock.advance(1000);
    const later = await client.path(sessions).post({ body: sessionBody });

    expect(eleventh.status).toBe('429');
    expect(eleventh.body).toMatchObject({ error: { code: '429' } });
    expect(eleventh.headers).not.toHaveProperty('retry-after');
    expect(later.status).toBe('200');
    expect(face.inspect()).toMatchObject({ calls: { throttled: 1 }, sessions: { created: 2 } });
  });

  it('counts calls with a revoked token', async () => {
    const { face, client } = await aFace({ rateLimitPerSecond: 3 });
    const { sessionId, authToken } = await createSession(client);
    await client.path(session, sessionId).delete();

    const third = await playAttempt({ endpoint: face.endpoint, authToken, person: 'alice', media: 'live' });
    const fourth = await client.path(session, sessionId).get();

    expect(third).toMatchObject({ status: 401 });
    expect(fourth.status).toBe('429');
  });
});

it('refuses every call of a resource without approval', async () => {
  const { client } = await aFace({ unsupportedFeature: true });

  const answer = await client.path(sessions).post({ body: sessionBody });

  expect(answer.status).toBe('403');
  expect(answer.body).toMatchObject({ error: { code: 'UnsupportedFeature' } });
});

describe('faults', () => {
  const statuses = async (rules: FaultRule[], calls: number) => {
    const { client, face } = await aFace({ faults: rules });
    const seen: string[] = [];
    for (let call = 1; call <= calls; call += 1) {
      seen.push((await client.path(sessions).post({ body: sessionBody })).status);
    }
    return { seen, created: face.inspect().sessions.created };
  };

  it.each([
    {
      title: 'answer a status a number of times',
      rules: [{ operation: 'create', status: 503, times: 2 }] satisfies FaultRule[],
      seen: ['503', '503', '200'],
    },
    {
      title: 'let calls pass first',
      rules: [{ status: 500, skip: 1, times: 1 }] satisfies FaultRule[],
      seen: ['200', '500', '200'],
    },
    {
      title: 'leave other operations alone',
      rules: [{ operation: 'get', status: 500 }] satisfies FaultRule[],
      seen: ['200', '200', '200'],
    },
  ])('$title', async ({ rules, seen }) => {
    expect(await statuses(rules, 3)).toEqual({ seen, created: seen.filter((status) => status === '200').length });
  });

  it('end when they are taken away', async () => {
    const { face, client } = await aFace();
    const remove = face.faults.add({ status: 429, retryAfterSeconds: 7 });

    const during = await client.path(sessions).post({ body: sessionBody });
    remove();
    const after = await client.path(sessions).post({ body: sessionBody });

    expect(during.status).toBe('429');
    expect(during.headers).toMatchObject({ 'retry-after': '7' });
    expect(after.status).toBe('200');
  });

  it('make a blindly retried create leave two sessions, when only the answer is lost', async () => {
    const { face } = await aFace({ faults: [{ operation: 'create', drop: 'after', times: 1 }] });
    const retryingClient = aClient(face, face.key, 3);

    const answer = await retryingClient.path(sessions).post({ body: sessionBody });

    expect(answer.status).toBe('200');
    expect(face.inspect().sessions.created).toBe(2);
  });

  it('leave nothing behind when the connection is cut before the call', async () => {
    const { face, client } = await aFace({ faults: [{ operation: 'create', drop: 'before', times: 1 }] });

    await expect(client.path(sessions).post({ body: sessionBody })).rejects.toThrow();

    expect(face.inspect().sessions.created).toBe(0);
  });

  it('let a call hang until the caller gives up', async () => {
    const { face, client } = await aFace({ faults: [{ operation: 'get', hang: true }] });
    const { sessionId } = await createSession(client);
    const abort = new AbortController();

    const hanging = client.path(session, sessionId).get({ abortSignal: abort.signal });
    const first = await Promise.race([hanging, createSession(client).then(() => 'another call')]);
    abort.abort();

    expect(first).toBe('another call');
    await expect(hanging).rejects.toThrow('aborted');
    expect(face.inspect().calls.get).toBe(0);
  });

  it('delay a call on the clock of the service', async () => {
    const { client, clock } = await aFace({ faults: [{ operation: 'create', latencyMs: 5000, times: 1 }] });
    const began = clock.now().getTime();

    const ticking = setInterval(() => clock.advance(1000), 5);
    try {
      expect((await client.path(sessions).post({ body: sessionBody })).status).toBe('200');
    } finally {
      clearInterval(ticking);
    }

    expect(clock.now().getTime() - began).toBeGreaterThanOrEqual(5000);
  });
});

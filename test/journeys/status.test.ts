import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { startApp, type Answer, type RunningApp } from './running-app.ts';

const CACHED_SECONDS = 15;

let app: RunningApp;
let auditor: string;

beforeAll(async () => {
  app = await startApp();
  const people = defaultConfiguration.tenants[0]?.people ?? [];
  auditor = await app.cloud.identity.userToken(people.find(({ scopes }) => scopes.includes('Audit.Read'))?.oid ?? '');
}, 60_000);

afterEach(() => {
  app.cloud.cosmos.faults.clear();
  app.cloud.serviceBus.faults.clear();
  app.cloud.face.faults.clear();
});

afterAll(() => app.stop());

const status = async (): Promise<Answer> => app.call('GET', '/api/v1/status', { token: auditor });

/** Asked when the last answer is too old to be repeated. */
const freshStatus = async (): Promise<Answer> => {
  await app.advance(CACHED_SECONDS);
  return status();
};

describe('health', () => {
  const health = () => app.call('GET', '/api/health', { token: undefined });

  it('is up, without a token', async () => {
    const answer = await health();

    expect([answer.status, answer.body]).toEqual([200, { status: 'up' }]);
  });

  it('is up while everything around is down, and asks nobody', async () => {
    app.cloud.cosmos.faults.add({ status: 503 });
    app.cloud.face.faults.add({ hang: true });
    app.cloud.cosmos.faults.fired.length = 0;

    const answer = await health();

    expect([answer.status, answer.body]).toEqual([200, { status: 'up' }]);
    expect(app.cloud.cosmos.faults.fired).toEqual([]);
  });
});

describe('status', () => {
  it('is everything up when everything is', async () => {
    const answer = await freshStatus();

    expect(answer.status).toBe(200);
    expect(answer.body.dependencies).toEqual({
      cosmos: { state: 'up' },
      serviceBus: { state: 'up' },
      identity: { state: 'up' },
      face: { state: 'up' },
    });
    expect(Date.parse(String(answer.body.checkedAt))).toBeLessThanOrEqual(Date.now());
  });

  it.each<[string, () => void, string, string]>([
    ['the database answers 503', () => app.cloud.cosmos.faults.add({ status: 503 }), 'cosmos', 'COSMOS_ENDPOINT'],
    ['the database refuses us', () => app.cloud.cosmos.faults.add({ status: 403 }), 'cosmos', 'COSMOS_ENDPOINT'],
    [
      'the broker refuses us',
      () => app.cloud.serviceBus.faults.add({ on: 'management', do: 'quota', times: 10 }),
      'serviceBus',
      'ServiceBusConnection',
    ],
    ['Face answers 500', () => app.cloud.face.faults.add({ status: 500 }), 'face', 'FACE_ENDPOINT'],
    ['Face has no approval', () => app.cloud.face.faults.add({ status: 403 }), 'face', 'approval'],
    ['Face does not know our key', () => app.cloud.face.faults.add({ status: 401 }), 'face', 'FACE_ENDPOINT'],
  ])('says what to look at when %s, and that the others are up', async (_what, breakDown, dependency, advice) => {
    breakDown();

    const { status: code, body } = await freshStatus();

    const { [dependency]: down, ...others } = body.dependencies as Record<string, unknown>;
    expect(code).toBe(200);
    expect(down).toEqual({ state: 'down', advice: expect.stringContaining(advice) as string });
    for (const other of Object.values(others)) expect(other).toEqual({ state: 'up' });
  });

  it('says that a dependency is up again', async () => {
    app.cloud.face.faults.add({ status: 500 });
    const during = await freshStatus();
    app.cloud.face.faults.clear();

    const after = await freshStatus();

    expect(
      [during, after].map(({ body }) => (body.dependencies as Record<string, { state: string }>).face?.state),
    ).toEqual(['down', 'up']);
  });

  it('is found once in 15 seconds, however many ask', async () => {
    const first = await freshStatus();
    const { get } = app.cloud.face.inspect().calls;

    const atOnce = await Promise.all(Array.from({ length: 5 }, status));
    await app.advance(CACHED_SECONDS - 1);
    app.cloud.face.faults.add({ status: 500 });
    const later = await status();

    for (const answer of [...atOnce, later]) expect(answer.body).toEqual(first.body);
    expect(app.cloud.face.inspect().calls.get).toBe(get);
    expect((await freshStatus()).body).not.toEqual(first.body);
  });

  it('tells when each sweep last ran, and of one that never did only that it is there', async () => {
    await app.runTimer('publishEvents');
    const ranAt = Date.now();

    // What is known of the runs may itself be some seconds old.
    await app.advance(60);
    const { sweeps } = (await status()).body as { sweeps: Record<string, { lastRanAt?: string }> };

    expect(Math.abs(Date.parse(sweeps['publish-events']?.lastRanAt ?? '') - ranAt)).toBeLessThan(10_000);
    expect(sweeps).toMatchObject({
      'detect-abuse-patterns': {},
      'collect-unreported-results': {},
      'complete-decisions': {},
    });
    expect(sweeps['detect-abuse-patterns']).not.toHaveProperty('lastRanAt');
  });

  it('holds no endpoint, no key and nothing that a service said', async () => {
    app.cloud.cosmos.faults.add({ status: 503 });
    app.cloud.face.faults.add({ status: 500 });

    const text = JSON.stringify((await freshStatus()).body);

    expect(text).not.toContain('127.0.0.1');
    for (const name of ['COSMOS_KEY', 'FACE_KEY', 'PSEUDONYM_KEY']) {
      expect(text).not.toContain(app.cloud.settings[name]);
    }
  });

  it.each([
    ['nobody', () => Promise.resolve(undefined), 401],
    [
      'an application',
      () => app.cloud.identity.appToken(defaultConfiguration.tenants[0]?.clients[0]?.clientId ?? ''),
      403,
    ],
    ['a reviewer', () => app.cloud.identity.userToken(defaultConfiguration.tenants[0]?.people[0]?.oid ?? ''), 403],
  ])('is not for %s', async (_who, tokenOf, code) => {
    const answer = await app.call('GET', '/api/v1/status', { token: await tokenOf() });

    expect(answer.status).toBe(code);
    expect(answer.body).not.toHaveProperty('dependencies');
  });
});

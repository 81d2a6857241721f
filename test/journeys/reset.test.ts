import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { eventually, startApp, type RunningApp } from './running-app.ts';

let app: RunningApp;
let reviewer: string;

beforeAll(async () => {
  app = await startApp();
  reviewer = await app.cloud.identity.userToken(defaultConfiguration.tenants[0]!.people[0]!.oid);
}, 60_000);

afterAll(() => app.stop());

const reset = (correlationId: string) =>
  app.call('POST', `/api/v1/correlations/${correlationId}/reset`, {
    token: reviewer,
    body: { reason: 'The person asked for it.' },
  });

describe('a reset gives a new correlation id', () => {
  it('and the old one never gets a session again (I6), nor is a budget refilled (I9)', async () => {
    await app.tryOnce('anna', 'print');
    const before = await app.tryOnce('anna', 'print');
    const known = await app.call('GET', `/api/v1/correlations/${before.correlationId}`);
    const open = await app.issue('anna');

    let answer = await reset(before.correlationId);
    await eventually(async () => {
      answer = await reset(before.correlationId);
      if (answer.status === 202) {
        await app.advance(31);
        await app.runTimer('completeDecisions');
      }
      return answer.status !== 202;
    });
    const after = await app.issue('anna');

    expect(after.correlationId).not.toBe(before.correlationId);
    expect(await app.history(before.correlationId)).toMatchObject({ status: 'retired', outstanding: [], ttl: -1 });
    const old = await app.call('GET', `/api/v1/correlations/${before.correlationId}`);
    expect(old.body).toMatchObject({ status: 'retired', remainingAttempts: 0 });
    const atFace = app.cloud.face.inspect().list.filter((s) => s.deviceCorrelationId === open.correlationId);
    expect(atFace.every(({ deleted }) => deleted)).toBe(true);
    const now = await app.call('GET', `/api/v1/correlations/${after.correlationId}`);
    // The two prints go on counting; the open token has three tries of the new budget reserved.
    expect(known.body.remainingAttempts).toBe(20);
    expect(now.body.remainingAttempts).toBe(17);
  }, 60_000);

  it('but not for one that is flagged: only a review lifts that', async () => {
    let session = await app.tryOnce('mallory', 'print');
    for (let attempt = 2; attempt <= 4; attempt += 1) session = await app.tryOnce('mallory', 'print');

    const answer = await reset(session.correlationId);

    expect([answer.status, answer.body.code]).toEqual([409, 'needs-review']);
    const next = await app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'mallory' } });
    expect(next.body.code).toBe('correlation-flagged');
  }, 60_000);
});

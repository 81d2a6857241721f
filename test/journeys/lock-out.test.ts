// Nobody can be locked out by a stranger (I10): a person keeps her phone, whatever is tried under her reference elsewhere.

import type { AttemptToPlay } from '../../local/face/device.ts';
import { eventually, type IssuedSession, type RunningApp, startApp } from './running-app.ts';

const DAY_SECONDS = 86_400;
const owner = { deviceId: 'the phone of Alice' };
const stranger = { deviceId: 'the laptop of Mallory' };

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
}, 60_000);
afterAll(() => app.stop());

const ask = (device: { deviceId?: string }) =>
  app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'alice', ...device } });

const stateOf = async ({ sessionId }: IssuedSession): Promise<unknown> =>
  (await app.call('GET', `/api/v1/liveness-sessions/${sessionId}`)).body.state;

/** One try under the reference of Alice, until it is counted. */
const tryOn = async (device: { deviceId: string }, media: AttemptToPlay['media']): Promise<IssuedSession> => {
  const session = await app.issue('alice', device);
  await app.play(session, { media });
  await app.complete(session);
  await eventually(async () => {
    const { outstanding } = await app.history(session.correlationId);
    return outstanding.every(({ sessionId }) => sessionId !== session.sessionId);
  });
  return session;
};

it('a stranger is shut out, and the owner gets a token at once, keeps the one she has, and passes', async () => {
  await tryOn(owner, 'live');
  await app.advance(DAY_SECONDS);
  const { correlationId } = await tryOn(owner, 'live');
  await app.advance(3 * DAY_SECONDS);

  const hers = await app.issue('alice', owner);
  for (let made = 1; made <= 4; made += 1) await tryOn(stranger, 'print');
  const his = await app.issue('alice', stranger);
  await tryOn(stranger, 'print');
  await app.runTimer('detectAbusePatterns');
  await eventually(async () => (await stateOf(his)) === 'closed');

  const refusal = await ask(stranger);
  expect([refusal.status, refusal.body]).toMatchObject([
    403,
    {
      code: 'device-not-familiar',
      nextAction: 'use-alternative',
      alternativePath: 'Visit a branch with an identity document.',
    },
  ]);
  expect((await ask({ deviceId: 'another laptop' })).body.code).toBe('device-not-familiar');
  expect((await ask({})).body.code).toBe('device-not-familiar');
  const seen = await app.call('GET', `/api/v1/correlations/${correlationId}`);
  expect(seen.body).toMatchObject({ status: 'flagged', scope: 'device', remainingAttempts: 0 });

  const another = await ask(owner);
  expect([another.status, another.body]).toMatchObject([201, { correlationId, remainingAttempts: 16 }]);
  expect(await stateOf(hers)).toBe('open');
  await app.play(hers, { media: 'live' });
  expect((await app.complete(hers)).body).toMatchObject({ decision: 'passed', nextAction: 'proceed' });
}, 30_000);

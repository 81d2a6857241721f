import type { AccessToken } from '@azure/core-auth';
import { rememberedTokens } from '../../../shared/platform/remembered-tokens.ts';
import { heldClock } from '../../support/held-clock.ts';

const LIFE_SECONDS = 3600;

const identity = () => {
  const clock = heldClock();
  let given = 0;
  const service = {
    isDown: false,
    hangs: false,
    refreshAfterSeconds: undefined as number | undefined,
    asked: 0,
    getToken: (): Promise<AccessToken> => {
      service.asked += 1;
      if (service.hangs) return new Promise(() => undefined);
      if (service.isDown) return Promise.reject(new Error('down'));
      const nowMs = clock.now().getTime();
      const { refreshAfterSeconds } = service;
      return Promise.resolve({
        token: `token ${(given += 1)}`,
        expiresOnTimestamp: nowMs + 1000 * LIFE_SECONDS,
        ...(refreshAfterSeconds !== undefined && { refreshAfterTimestamp: nowMs + 1000 * refreshAfterSeconds }),
      });
    },
  };
  const remembered = rememberedTokens(service, clock);
  const token = async (scope = 'a') => (await remembered.getToken(scope))?.token;
  return { clock, service, token };
};

it('asks once for each scope until five minutes before the end', async () => {
  const { clock, token } = identity();
  const first = await token();

  clock.advanceSeconds(LIFE_SECONDS - 301);
  const late = await token();
  const other = await token('b');
  clock.advanceSeconds(1);
  const during = await token();
  const last = await token();

  expect([first, late, other, during, last]).toEqual(['token 1', 'token 1', 'token 2', 'token 1', 'token 3']);
});

it('renews earlier when the token says so', async () => {
  const { clock, service, token } = identity();
  service.refreshAfterSeconds = 1800;
  await token();

  clock.advanceSeconds(1800);
  await token();

  expect(await token()).toBe('token 2');
});

// While the identity did not answer, every request of two seconds in ten was refused, with a token that was good for hours.
it('gives the old token at once while the new one does not come, and asks for that once', async () => {
  const { clock, service, token } = identity();
  await token();
  clock.advanceSeconds(LIFE_SECONDS - 300);
  service.hangs = true;

  const given = await Promise.all([token(), token(), token()]);

  expect(given).toEqual(['token 1', 'token 1', 'token 1']);
  expect(service.asked).toBe(2);
});

it('waits for a new token when the old one may be over before it arrives', async () => {
  const { clock, token } = identity();
  await token();

  clock.advanceSeconds(LIFE_SECONDS - 15);

  expect(await token()).toBe('token 2');
});

it('gives the old token while it is good, when a renewal fails, and asks again after ten seconds', async () => {
  const { clock, service, token } = identity();
  await token();
  clock.advanceSeconds(LIFE_SECONDS - 300);
  service.isDown = true;

  const given = [await token(), await token()];
  const asked = service.asked;
  clock.advanceSeconds(10);
  given.push(await token());

  expect(given).toEqual(['token 1', 'token 1', 'token 1']);
  expect([asked, service.asked]).toEqual([2, 3]);
});

it('fails when the old token is over, and gives a new one as soon as there is one', async () => {
  const { clock, service, token } = identity();
  await token();
  service.isDown = true;
  clock.advanceSeconds(LIFE_SECONDS);

  await expect(token()).rejects.toThrow('down');
  service.isDown = false;

  expect(await token()).toBe('token 2');
});

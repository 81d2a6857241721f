import { tokenWithinDeadline } from '../../../shared/platform/token-within-deadline.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('gives the token that came, and leaves no timer behind', async () => {
  const token = { token: 'a', expiresOnTimestamp: 1 };

  expect(await tokenWithinDeadline({ getToken: () => Promise.resolve(token) }).getToken('scope')).toBe(token);
  expect(jest.getTimerCount()).toBe(0);
});

it('waits two seconds, and no longer', async () => {
  let isOver = false;
  const asked = tokenWithinDeadline({ getToken: () => new Promise(() => undefined) }).getToken('scope');
  const refused = asked.catch((error: unknown) => {
    isOver = true;
    return error;
  });

  await jest.advanceTimersByTimeAsync(1999);
  const wasOver = isOver;
  await jest.advanceTimersByTimeAsync(1);

  expect(wasOver).toBe(false);
  expect(await refused).toEqual(new Error('no token came in time'));
});

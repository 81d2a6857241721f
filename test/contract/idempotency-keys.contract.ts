import type { IdempotencyKeys } from '../../shared/application/ports.ts';
import { aCorrelationId } from '../support/builders.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;
const clientKey = 'tenant:client';

export const idempotencyKeysContract = (make: () => IdempotencyKeys): void => {
  const someKey = (): string => `1.${aCorrelationId()}`;
  const start = (key: string, { body = 'body', at = now, client = clientKey } = {}) =>
    make().start(client, key, body, at);

  it('lets the first request with a key go on, and keeps others off while it is under way', async () => {
    const key = someKey();

    expect(await start(key)).toEqual({ kind: 'first' });
    expect(await start(key)).toEqual({ kind: 'in-progress' });
    expect(await start(key, { at: secondsAfter(now, 59.999) })).toEqual({ kind: 'in-progress' });
  });

  it('lets one of several requests at once go on', async () => {
    const key = someKey();

    const started = await Promise.all(Array.from({ length: 8 }, () => start(key)));

    expect(started.filter(({ kind }) => kind === 'first')).toHaveLength(1);
    expect(started.filter(({ kind }) => kind === 'in-progress')).toHaveLength(7);
  });

  it('takes a request for broken off that has not ended after 60 s, and lets one other go on', async () => {
    const key = someKey();
    await start(key);
    const at = secondsAfter(now, 60);

    const started = await Promise.all(Array.from({ length: 4 }, () => start(key, { at })));

    expect(started.filter(({ kind }) => kind === 'first')).toHaveLength(1);
    expect(started.filter(({ kind }) => kind === 'in-progress')).toHaveLength(3);
  });

  it('notices another body, while the first request is under way and after it', async () => {
    const key = someKey();
    await start(key);
    expect(await start(key, { body: 'another' })).toEqual({ kind: 'other-body' });

    await make().finish(clientKey, key, 'body', 'session-1');
    expect(await start(key, { body: 'another' })).toEqual({ kind: 'other-body' });
  });

  it('tells a repetition the session of the request before it, and lets one repetition go on at a time', async () => {
    const key = someKey();
    await start(key);
    await make().finish(clientKey, key, 'body', 'session-1');

    const repeated = await Promise.all([start(key), start(key)]);
    expect(repeated).toContainEqual({ kind: 'repeated', sessionId: 'session-1' });
    expect(repeated).toContainEqual({ kind: 'in-progress' });

    await make().finish(clientKey, key, 'body', 'session-2');
    expect(await start(key, { at: secondsAfter(now, 3600) })).toEqual({ kind: 'repeated', sessionId: 'session-2' });
  });

  it('still knows the session of the request before a repetition that has broken off', async () => {
    const key = someKey();
    await start(key);
    await make().finish(clientKey, key, 'body', 'session-1');
    await start(key);

    expect(await start(key, { at: secondsAfter(now, 59.999) })).toEqual({ kind: 'in-progress' });
    expect(await start(key, { at: secondsAfter(now, 60) })).toEqual({ kind: 'repeated', sessionId: 'session-1' });
  });

  it('starts anew with a key that was forgotten', async () => {
    const key = someKey();
    await start(key);
    await make().forget(clientKey, key);
    await make().forget(clientKey, key);

    expect(await start(key, { body: 'another' })).toEqual({ kind: 'first' });
  });

  it('keeps the keys of client applications apart', async () => {
    const key = someKey();
    await start(key);

    expect(await start(key, { client: 'tenant:another', body: 'another' })).toEqual({ kind: 'first' });
  });
};

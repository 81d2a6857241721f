import { advanceSharedClock } from '../../../local/clock.ts';
import { startHostProcess } from '../../../local/functions-host/host-process.ts';
import type { HostProcess } from '../../../local/functions-host/host-process.ts';
import { appPath, eventually, LogBook } from './support.ts';

jest.setTimeout(60_000);

const log = new LogBook();
let host: HostProcess;

beforeAll(async () => {
  const hostJson = { functionTimeout: '00:00:01' };
  host = await startHostProcess({ appEntry: appPath('hooks.cjs'), hostJson, logger: log.logger, timers: 'manual' });
});
afterAll(() => host.stop());

const result = async (name: string): Promise<unknown> => {
  const invocation = await host.invoke(name);
  if (!invocation.ok) throw new Error(invocation.error.message);
  return invocation.returnValue;
};

describe('hooks', () => {
  it('9: of the start run in order, awaited, before any invocation', async () => {
    expect(await result('order')).toEqual(['first start hook', 'second start hook, first was here: true']);
  });

  it('12: before an invocation change its inputs and its handler', async () => {
    expect(await result('changedInput')).toBe('changed');
    expect(await result('replacedHandler')).toBe('replaced, the original');
  });

  it('12: before an invocation fail it, and the function is not called', async () => {
    expect(await host.invoke('failingHook')).toMatchObject({ ok: false, error: { message: 'the hook failed' } });
    expect(await result('wasCalled')).toBe(false);
  });

  it('13: after an invocation turn an error into a result and back', async () => {
    expect(await result('rescued')).toBe('rescued from: trouble');
    expect(await host.invoke('spoiled')).toMatchObject({ ok: false, error: { message: 'spoiled: fine' } });
  });

  it('14: share data of one invocation, and data of the app, and can replace neither', async () => {
    const first = (await result('hookData')) as { found: { appHookData: number } };
    const second = await result('hookData');

    expect(first).toMatchObject({ found: { appHookData: expect.any(Number) as number }, inPostHook: 1 });
    expect(first.found).not.toHaveProperty('hookData');
    expect(second).toEqual({
      found: { appHookData: first.found.appHookData + 1 },
      inPostHook: 1,
      assigned: ['TypeError', 'TypeError'],
    });
  });
});

describe('a log record', () => {
  it('15: carries the function and the invocation', async () => {
    const { invocationId } = await host.invoke('logs');

    expect(log.of('logs').map((record) => record.invocationId)).toEqual([invocationId, invocationId]);
  });

  it('16: of the app can be changed by a hook, one of the system cannot', async () => {
    log.records.length = 0;
    await host.invoke('logs');

    expect(log.saying('SHOUT')).toMatchObject([{ level: 'warning', category: 'user', message: 'a SHOUT' }]);
    expect(log.saying('whisper')).toMatchObject([
      { level: 'information', category: 'system', message: 'a whisper of the system' },
    ]);
  });

  it('17: survives a hook that throws', async () => {
    log.records.length = 0;
    const { ok } = await host.invoke('logs');

    expect(ok).toBe(true);
    expect(log.saying('explosive')).toMatchObject([{ level: 'error', message: 'something explosive' }]);
  });

  it('18: written after the end brings the warning of the library', async () => {
    await host.invoke('late');

    const [warning] = await eventually('the warning', () => {
      const found = log.saying("Unexpected call to 'log'");
      return found.length > 0 ? found : undefined;
    });
    expect(warning).toMatchObject({ level: 'warning', category: 'system', functionName: 'late' });
  });
});

describe('an invocation', () => {
  it('19: keeps the trace of the caller under a new span', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = { traceparent, tracestate: 'vendor=1' };

    const traced = (await (await fetch(`${host.url}/api/tracedHttp`, { headers })).json()) as Record<string, string>;

    expect(traced.traceParent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    expect(traced.traceParent).not.toBe(traceparent);
    expect(traced.traceState).toBe('vendor=1');
  });

  it('20: fails after its timeout, and its late end is only logged', async () => {
    expect(await host.invoke('hangs')).toMatchObject({
      ok: false,
      error: { message: 'Timeout value of 1000 ms exceeded by function hangs.' },
    });

    await host.invoke('release');
    await eventually('the late end', () => (log.saying('ended after its timeout').length > 0 ? true : undefined));
  });

  it('has an id of its own', async () => {
    const [first, second] = await Promise.all([host.invoke('order'), host.invoke('order')]);
    expect(first.invocationId).not.toBe(second.invocationId);
  });

  it('5: cannot register a function', async () => {
    expect(await result('register')).toBe('A function can only be registered during app startup.');
  });

  it('of a function that does not exist is refused', async () => {
    await expect(host.invoke('nobody')).rejects.toThrow('There is no function "nobody".');
    await expect(host.runTimer('tracedHttp')).rejects.toThrow('Function "tracedHttp" is no timer.');
  });
});

describe('48: a run of a timer with a retry policy', () => {
  it('waits on the clock between its attempts, which tell the app where they are', async () => {
    log.records.length = 0;
    const run = host.runTimer('stubborn');
    for (const attempt of [1, 2]) {
      await eventually(`failure ${attempt}`, () =>
        log.of('stubborn').filter(({ level }) => level === 'error').length === attempt ? true : undefined,
      );
      await advanceSharedClock(5000, [host.child]);
    }

    expect(await run).toMatchObject({ ok: true, attempts: 3, returnValue: 3 });
    const attempts = log.of('stubborn').filter(({ category }) => category === 'user');
    expect(new Set(attempts.map(({ invocationId }) => invocationId)).size).toBe(3);
    expect(attempts.map(({ message }) => JSON.parse(message) as object)).toMatchObject([
      { retryCount: 0, maxRetryCount: 2 },
      { retryCount: 1, maxRetryCount: 2, exception: { message: 'attempt 1' } },
      { retryCount: 2, maxRetryCount: 2, exception: { message: 'attempt 2' } },
    ]);
  });
});

import { Activity } from '../../../local/functions-host/activity.ts';
import { createCoreApi } from '../../../local/functions-host/core-api.ts';
import { readHostConfig } from '../../../local/functions-host/host-json.ts';
import { mayCall } from '../../../local/functions-host/http/keys.ts';
import { Limiter } from '../../../local/functions-host/http/limiter.ts';
import { Settlements } from '../../../local/functions-host/service-bus/settlements.ts';
import { findConnection, isDisabled, replaceSettings } from '../../../local/functions-host/settings.ts';
import { FileTimerStatusStore } from '../../../local/functions-host/timer/status-store.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('settings', () => {
  it('stand in for %NAMES% anywhere in a binding, and missing ones are collected', () => {
    const missing = new Set<string>();

    const replaced = replaceSettings({ a: '%Q%-%NO%', b: { c: ['%Q%', 7] }, d: '100%' }, { Q: 'queue' }, missing);

    expect(replaced).toEqual({ a: 'queue-%NO%', b: { c: ['queue', 7] }, d: '100%' });
    expect([...missing]).toEqual(['NO']);
  });

  it.each([
    [{ 'AzureWebJobs.f.Disabled': 'true' }, true],
    [{ 'AzureWebJobs.f.Disabled': 'True' }, true],
    [{ AzureWebJobs__f__Disabled: '1' }, true],
    [{ 'AzureWebJobs.f.Disabled': 'false' }, false],
    [{ 'AzureWebJobs.g.Disabled': 'true' }, false],
    [{}, false],
  ])('say whether a function is disabled: %j', (settings, expected) => {
    expect(isDisabled('f', settings)).toBe(expected);
  });

  it.each([
    [{ X: 'Endpoint=1' }, { kind: 'connection-string', connectionString: 'Endpoint=1' }],
    [
      { X: 'Endpoint=1', AzureWebJobsX: 'Endpoint=2' },
      { kind: 'connection-string', connectionString: 'Endpoint=2' },
    ],
    [
      { X__fullyQualifiedNamespace: 'ns.servicebus.windows.net', X__clientId: 'id', X__credential: 'managedidentity' },
      { kind: 'identity', fullyQualifiedNamespace: 'ns.servicebus.windows.net', clientId: 'id' },
    ],
    [{ X: '' }, undefined],
  ])('tell a connection: %j', (settings, expected) => {
    expect(findConnection('X', settings)).toEqual(expected);
  });
});

describe('host.json', () => {
  it('has the defaults of the platform', () => {
    expect(readHostConfig({ version: '2.0' })).toMatchObject({
      functionTimeoutMs: 1_800_000,
      http: { routePrefix: 'api', maxOutstandingRequests: Infinity },
      serviceBus: { autoCompleteMessages: true, maxMessageBatchSize: 1000, maxAutoLockRenewalDurationMs: 300_000 },
      hasExtensionBundle: false,
    });
  });

  it('may have no timeout, and says what is wrong with it', () => {
    expect(readHostConfig({ functionTimeout: '-1' }).functionTimeoutMs).toBeUndefined();
    expect(() => readHostConfig({ functionTimeout: 'soon' })).toThrow('functionTimeout');
    expect(() => readHostConfig({ extensions: { serviceBus: { maxConcurrentCalls: 'x' } } })).toThrow(
      'maxConcurrentCalls',
    );
  });
});

describe('the module of the platform', () => {
  const core = () => createCoreApi(() => undefined);
  const metadata = { name: 'f', bindings: { t: { type: 'timerTrigger' } } };

  it('4: refuses a second function of the same name', () => {
    const { module } = core();
    module.registerFunction(metadata, () => undefined);

    expect(() => module.registerFunction(metadata, () => undefined)).toThrow(
      expect.objectContaining({
        message: 'A function with id "f" has already been registered.',
        isAzureFunctionsSystemError: true,
      }) as Error,
    );
  });

  it('takes a function back until it is locked, once', () => {
    const { module, registrations, lock } = core();
    const disposable = module.registerFunction(metadata, () => undefined);
    disposable.dispose();
    disposable.dispose();
    expect(registrations.size).toBe(0);

    const kept = module.registerFunction(metadata, () => undefined);
    lock();
    expect(() => kept.dispose()).toThrow('during app startup');
    expect(() => module.registerFunction({ ...metadata, name: 'g' }, () => undefined)).toThrow(
      'A function can only be registered during app startup.',
    );
  });

  it('keeps each binding with its name as JSON', () => {
    const { module, registrations } = core();
    module.registerFunction(metadata, () => undefined);
    expect(registrations.get('f')?.rawBindings).toEqual(['{"type":"timerTrigger","name":"t"}']);
  });

  it('answers an unknown hook as an older host does, and removes a hook', () => {
    const { module, hooks } = core();
    expect(() => module.registerHook('lunch', () => undefined)).toThrow(
      expect.objectContaining({ name: 'RangeError', isAzureFunctionsSystemError: true }) as Error,
    );

    const disposable = module.registerHook('log', () => undefined);
    expect(hooks.log).toHaveLength(1);
    module.Disposable.from(disposable).dispose();
    expect(hooks.log).toHaveLength(0);
  });
});

describe('keys', () => {
  const keys = { master: 'M', host: 'H', functions: { f: 'F', g: 'G' } };

  it.each([
    ['anonymous', undefined, true],
    ['function', undefined, false],
    ['function', 'wrong', false],
    ['function', 'F', true],
    ['function', 'H', true],
    ['function', 'M', true],
    ['function', 'G', false],
    ['admin', 'F', false],
    ['admin', 'H', false],
    ['admin', 'M', true],
  ] as const)('level %s with key %s: %s', (level, key, expected) => {
    expect(mayCall(keys, key, level, 'f')).toBe(expected);
  });

  it('open everything when there are none', () => {
    expect(mayCall(undefined, undefined, 'admin', 'f')).toBe(true);
  });
});

describe('limits', () => {
  it('let so many run, so many more wait, and refuse the rest', async () => {
    const limiter = new Limiter(1, 2);
    const order: string[] = [];
    let end: () => void = () => undefined;
    const first = limiter.run(async () => {
      order.push('first');
      await new Promise<void>((resolve) => (end = resolve));
    });
    const second = limiter.run(() => Promise.resolve(order.push('second')));

    expect(await limiter.run(() => Promise.resolve('third'))).toBeUndefined();
    expect(order).toEqual(['first']);
    end();
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(await limiter.run(() => Promise.resolve('later'))).toBe('later');
  });
});

describe('settling', () => {
  it('gives different outcomes different ticks, and keeps the order', async () => {
    const settlements = new Settlements();
    let tick = 0;
    const settled: [string, number][] = [];
    const count = setInterval(() => undefined, 1000);
    const settle = (name: string) => () => {
      settled.push([name, tick]);
      setImmediate(() => (tick += 1));
      return Promise.resolve();
    };

    await Promise.all([
      settlements.add('complete', settle('a')),
      settlements.add('complete', settle('b')),
      settlements.add('abandon', settle('c')),
      settlements.add('complete', settle('d')),
    ]);
    clearInterval(count);

    expect(settled.map(([name]) => name)).toEqual(['a', 'b', 'c', 'd']);
    const [a, b, c, d] = settled.map(([, at]) => at) as [number, number, number, number];
    expect(a).toBe(b);
    expect(b).toBeLessThan(c);
    expect(c).toBeLessThan(d);
  });

  it('tells each who settles how it went', async () => {
    const settlements = new Settlements();
    const lost = settlements.add('complete', () => Promise.reject(new Error('lock lost')));
    const kept = settlements.add('complete', () => Promise.resolve());

    await expect(lost).rejects.toThrow('lock lost');
    await expect(kept).resolves.toBeUndefined();
  });
});

describe('activity', () => {
  it('is idle when all that began has ended', async () => {
    const activity = new Activity();
    await activity.idle();
    const endFirst = activity.begin('first');
    const endSecond = activity.begin('second');
    let isIdle = false;
    const idle = activity.idle().then(() => (isIdle = true));

    endFirst();
    endFirst();
    await Promise.resolve();
    expect([isIdle, activity.running]).toEqual([false, ['second']]);
    endSecond();
    await idle;
    expect([isIdle, activity.running]).toEqual([true, []]);
  });
});

describe('the status of timers on disk', () => {
  it('comes back as it was written', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'timers-'));
    try {
      const store = new FileTimerStatusStore(join(folder, 'new'));
      const status = { last: undefined, next: new Date(5), lastUpdated: new Date(3) };
      expect(await store.read('tick')).toBeUndefined();
      await store.write('tick', status);
      expect(await new FileTimerStatusStore(join(folder, 'new')).read('tick')).toEqual(status);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

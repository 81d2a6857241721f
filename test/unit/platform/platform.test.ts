import { InvocationContext, PreInvocationContext } from '@azure/functions';
import { systemClock, systemRandomness, systemWait } from '../../../shared/platform/clock.ts';
import { makePseudonyms, sha256Hex } from '../../../shared/platform/hashes.ts';
import { invocationLog, logWithinInvocation } from '../../../shared/platform/log.ts';

describe('pseudonyms', () => {
  const secret = Buffer.alloc(32, 1);
  const pseudonyms = makePseudonyms({ version: 1, secret });

  it('are the same for the same value, and carry the version of the key', () => {
    expect(pseudonyms.endUserKey('contoso', 'alice')).toBe(pseudonyms.endUserKey('contoso', 'alice'));
    expect(pseudonyms.endUserKey('contoso', 'alice')).toMatch(/^1\.[\w-]{43}$/);
    expect(makePseudonyms({ version: 2, secret }).endUserKey('contoso', 'alice')).toMatch(/^2\./);
  });

  it('differ by kind, by customer, by value and by key', () => {
    const other = makePseudonyms({ version: 1, secret: Buffer.alloc(32, 2) });
    const all = [
      pseudonyms.endUserKey('contoso', 'alice'),
      pseudonyms.deviceKey('contoso', 'alice'),
      pseudonyms.requestKey('contoso', 'alice'),
      pseudonyms.endUserKey('fabrikam', 'alice'),
      pseudonyms.endUserKey('contoso', 'bob'),
      other.endUserKey('contoso', 'alice'),
      // No way of writing two parts may look like another way of writing them.
      pseudonyms.endUserKey('contoso","alice', ''),
      pseudonyms.endUserKey('contoso', '","alice'),
    ];

    expect(new Set(all).size).toBe(all.length);
  });

  it('are HMAC-SHA-256 of kind, customer and value, so that another program can make them too', () => {
    // printf '["end-user","contoso","alice"]' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0101…01
    expect(pseudonyms.endUserKey('contoso', 'alice')).toBe('1.ShYs0_Y2gVGjKdluQubDbnltx5UtPG82CgP6WVxu-Qk');
  });
});

describe('the rest of the platform', () => {
  it('hashes like sha256sum', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('tells the time, draws ids and bytes, and waits', async () => {
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000);
    expect(systemRandomness.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(systemRandomness.uuid()).not.toBe(systemRandomness.uuid());
    expect(systemRandomness.bytes(8)).toHaveLength(8);
    await expect(systemWait(1)).resolves.toBeUndefined();
  });
});

describe('the log', () => {
  afterEach(() => jest.restoreAllMocks());

  const linesOf = (level: 'info' | 'warn' | 'error', write: () => void): unknown[] => {
    const lines: unknown[] = [];
    jest.spyOn(console, level).mockImplementation((...line: unknown[]) => void lines.push(JSON.parse(String(line[0]))));
    write();
    return lines;
  };

  it('writes one JSON line a record', () => {
    expect(linesOf('info', () => invocationLog.info('swept', { done: 1 }))).toEqual([{ event: 'swept', done: 1 }]);
    expect(linesOf('warn', () => invocationLog.warn('slow'))).toEqual([{ event: 'slow' }]);
  });

  it('writes within an invocation by way of it, so that the platform adds its id', async () => {
    const lines: unknown[] = [];
    const invocationContext = new InvocationContext({
      invocationId: 'invocation-1',
      logHandler: (level, ...line) => void lines.push([level, ...line]),
    });
    const before = new PreInvocationContext({
      inputs: [],
      invocationContext,
      functionCallback: () => {
        invocationLog.warn('slow', { ms: 5 });
      },
    });
    logWithinInvocation(before);

    await before.functionHandler(undefined, invocationContext);

    expect(lines).toEqual([['warning', '{"event":"slow","ms":5}']]);
  });

  it('keeps the causes of an error', () => {
    const error = new Error('outer', { cause: new TypeError('inner') });

    const [line] = linesOf('error', () => invocationLog.error('failed', error, { requestId: 'r' }));

    expect(line).toMatchObject({ event: 'failed', requestId: 'r' });
    expect(JSON.stringify(line)).toContain('outer');
    expect(JSON.stringify(line)).toContain('inner');
  });
});

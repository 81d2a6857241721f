import { startHostProcess } from '../../../local/functions-host/host-process.ts';
import type { HostProcess } from '../../../local/functions-host/host-process.ts';
import { appPath, ask, eventually, LogBook } from './support.ts';

jest.setTimeout(60_000);

const log = new LogBook();
const keys = { master: 'master-key', host: 'host-key', functions: { locked: 'own-key', alsoLocked: 'other-key' } };
const user = { id: 'u1', name: 'Ada', identityProvider: 'aad', claims: [{ typ: 'roles', val: 'admin' }] };
const settings = { YEARLY: '0 0 0 1 1 *', GREETING: 'hello', 'AzureWebJobs.switchedOff.Disabled': 'true' };
const customHeaders = { 'X-Custom': 'of the host' };
const start = (options: Partial<Parameters<typeof startHostProcess>[0]>): Promise<HostProcess> =>
  startHostProcess({ appEntry: appPath('http.cjs'), settings, logger: log.logger, ...options });

let open: HostProcess;
let guarded: HostProcess;
let narrow: HostProcess;

beforeAll(async () => {
  [open, guarded, narrow] = await Promise.all([
    start({}),
    start({ keys, principal: 'pass', hostJson: { extensions: { http: { customHeaders } } } }),
    start({ principal: user, hostJson: { extensions: { http: { routePrefix: '', maxOutstandingRequests: 1 } } } }),
  ]);
});
afterAll(() => Promise.all([open, guarded, narrow].map((host) => host.stop())));

interface Echo {
  method: string;
  url: string;
  params: Record<string, string>;
  query: [string, string][];
  headers: Record<string, string>;
  body: string;
}
const echo = async (...[path, options]: [string, Parameters<typeof ask>[2]?]): Promise<Echo> =>
  (await ask(open.url, path, options)).json() as Echo;

describe('a route', () => {
  it('21: is the literal one before the parameter before the catch-all', async () => {
    const answers = await Promise.all(
      ['/api/v1/health', '/api/v1/7', '/api/v1/seven', '/api/files/a/b'].map((path) => ask(open.url, path)),
    );
    expect(answers.map((answer) => answer.json())).toEqual([
      'literal',
      ['number', { id: '7' }],
      ['parameter', { id: 'seven' }],
      { path: 'a/b' },
    ]);
  });

  it('22: answers a wrong method with 404 and no body', async () => {
    const answer = await ask(open.url, '/api/v1/health', { method: 'DELETE' });
    expect([answer.status, answer.body.length]).toEqual([404, 0]);
    expect((await ask(open.url, '/api/v1/health', { method: 'OPTIONS' })).status).toBe(404);
  });

  it('22: may belong to another function for another method', async () => {
    expect((await ask(open.url, '/api/things')).json()).toBe('read');
    expect((await ask(open.url, '/api/things', { method: 'POST' })).json()).toBe('written');
  });

  it('24: ignores case, and parameters keep theirs', async () => {
    expect((await ask(open.url, '/API/V1/AbC')).json()).toEqual(['parameter', { id: 'AbC' }]);
  });

  it('25: leaves out an optional parameter that is absent', async () => {
    expect((await ask(open.url, '/api/optional')).json()).toEqual({});
    expect((await ask(open.url, '/api/optional/x')).json()).toEqual({ id: 'x' });
  });

  it('7: of a disabled function is 404, except with the master key', async () => {
    expect((await ask(open.url, '/api/switched-off')).status).toBe(404);
    expect((await ask(guarded.url, '/api/switched-off?code=host-key')).status).toBe(404);
    expect((await ask(guarded.url, '/api/switched-off?code=master-key')).status).toBe(200);
  });

  it('answers GET / with 204, and what nobody knows with 404', async () => {
    expect((await ask(open.url, '/')).status).toBe(204);
    expect((await ask(open.url, '/api/unknown')).status).toBe(404);
  });
});

describe('a request', () => {
  it('26: has one entry for a query name that comes twice', async () => {
    expect((await echo('/api/echo?a=1&A=2')).query).toEqual([['a', '1,2']]);
  });

  it('27: has its path and query decoded, and its url as received', async () => {
    const { params, query, url } = await echo('/api/echo/gr%C3%BC%C3%9Fe?q=a%26b+c');

    expect(params).toEqual({ name: 'grüße' });
    expect(query).toEqual([['q', 'a&b c']]);
    expect(url).toBe(`${open.url}/api/echo/gr%C3%BC%C3%9Fe?q=a%26b+c`);
  });

  it.each(['a b', '[', 'a@b', 'a/b', 'a:99999'])('for the host "%s" gets no further: 400', async (host) => {
    expect((await ask(open.url, '/api/things', { headers: { host } })).status).toBe(400);
  });

  it.each(['example.org', 'localhost:7071', '[::1]:80'])('may be for the host %s', async (host) => {
    expect((await ask(open.url, '/api/things', { headers: { host } })).status).toBe(200);
  });

  it('joins the values of a header that comes twice', async () => {
    const { headers } = await echo('/api/echo', { headers: { 'X-Two': ['1', '2'], cookie: ['a=1', 'b=2'] } });
    expect([headers['x-two'], headers.cookie]).toEqual(['1,2', 'a=1; b=2']);
  });

  it('28: arrives byte for byte with Content-Length, and empty when chunked', async () => {
    expect((await echo('/api/echo', { method: 'PUT', body: '{"ä": 1 }\n' })).body).toBe('{"ä": 1 }\n');
    expect((await echo('/api/echo', { method: 'PUT', body: 'lost', chunked: true })).body).toBe('');
  });

  it('29: has no body when it is a GET', async () => {
    expect((await echo('/api/echo', { method: 'GET', body: 'dropped' })).body).toBe('');
    await eventually('the warning', () => (log.saying('Discarding the body').length === 1 ? true : undefined));
  });

  it('30: and its answer carry any bytes', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const answer = await ask(open.url, '/api/bytes', { method: 'POST', body: bytes });
    expect(answer.body.equals(bytes)).toBe(true);
  });

  it('11: meets an app that saw its settings while it was loaded', async () => {
    expect((await ask(open.url, '/api/environment')).json()).toEqual({
      startedWith: 'hello',
      worker: 'node',
      hostname: `localhost:${new URL(open.url).port}`,
    });
  });
});

describe('an answer', () => {
  it('34: of a function that throws is 500 without a body, and its stack is logged once', async () => {
    const answer = await ask(open.url, '/api/fails');

    expect([answer.status, answer.body.length]).toEqual([500, 0]);
    await eventually('the record', () => (log.of('fails').length > 0 ? true : undefined));
    const failures = log.of('fails').filter(({ level }) => level === 'error');
    expect(failures).toHaveLength(1);
    expect(failures[0]?.error).toMatchObject({ name: 'Error', message: 'secret detail' });
    expect(failures[0]?.error?.stack).toMatch(/secret detail[\s\S]*at [\s\S]*deeper/);
  });

  it('35: is 204 when the function returns undefined', async () => {
    expect((await ask(open.url, '/api/nothing')).status).toBe(204);
  });

  it.each([200, 201, 404, 503])('has the status of the function: %i', async (code) => {
    const answer = await ask(open.url, `/api/status/${code}`);
    expect([answer.status, answer.body.toString()]).toEqual([code, 'text']);
  });

  it('36: has all its cookies, encoded and with a path', async () => {
    expect((await ask(open.url, '/api/cookies')).headers['set-cookie']).toEqual([
      'a=1%202; path=/',
      'b=3; path=/x; samesite=strict; httponly',
    ]);
  });

  it('37: keeps only the last of several set-cookie headers', async () => {
    expect((await ask(open.url, '/api/set-cookie')).headers['set-cookie']).toEqual(['b=2']);
  });

  it('39: gets the custom headers of host.json, also 401 and 404, but not over its own', async () => {
    const paths = ['/api/v1/health', '/api/locked', '/api/unknown', '/api/own-header'];
    const answers = await Promise.all(paths.map((path) => ask(guarded.url, path)));

    expect(answers.map(({ status, headers }) => [status, headers['x-custom']])).toEqual([
      [200, 'of the host'],
      [401, 'of the host'],
      [404, 'of the host'],
      [200, 'of the function'],
    ]);
  });
});

describe('a key', () => {
  it.each([
    [undefined, 401],
    ['wrong', 401],
    ['own-key', 200],
    ['host-key', 200],
    ['master-key', 200],
    ['other-key', 401],
  ])('31, 32: %s, by header and by query, is answered %i', async (key, status) => {
    const byHeader = await ask(guarded.url, '/api/locked', {
      headers: key === undefined ? {} : { 'x-functions-key': key },
    });
    const byQuery = await ask(guarded.url, `/api/locked${key === undefined ? '' : `?code=${key}`}`);

    expect([byHeader.status, byQuery.status]).toEqual([status, status]);
    if (status === 401) expect(byHeader.body.length).toBe(0);
  });

  it('31: is asked for before the body is used', async () => {
    const answer = await ask(guarded.url, '/api/locked', { method: 'POST', body: 'x'.repeat(1_000_000) });
    expect(answer.status).toBe(401);
  });

  it('31: in the header counts before one in the query', async () => {
    const answer = await ask(guarded.url, '/api/locked?code=own-key', { headers: { 'x-functions-key': 'wrong' } });
    expect(answer.status).toBe(401);
  });

  it('31: of the host does not open level admin', async () => {
    expect((await ask(guarded.url, '/api/administered?code=host-key')).status).toBe(401);
    expect((await ask(guarded.url, '/api/administered?code=master-key')).status).toBe(200);
  });

  it('is not needed when the host has none', async () => {
    expect((await ask(open.url, '/api/administered')).status).toBe(200);
  });
});

describe('33: the principal headers of a caller', () => {
  const forged = {
    'x-ms-client-principal': Buffer.from('{"claims":[]}').toString('base64'),
    'x-ms-client-principal-id': 'forged',
    'x-ms-client-principal-name': 'Eve',
    'x-ms-client-principal-idp': 'aad',
  };

  it('are removed by default', async () => {
    expect((await ask(open.url, '/api/user', { headers: forged })).json()).toEqual({ user: null });
    const { headers } = await echo('/api/echo', { headers: forged });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-ms-client-principal'))).toEqual([]);
  });

  it('are passed on when the host is told so', async () => {
    expect((await ask(guarded.url, '/api/user', { headers: forged })).json()).toMatchObject({
      user: { id: 'forged', username: 'Eve' },
    });
  });

  it('are replaced by those of the user the host is told', async () => {
    expect((await ask(narrow.url, '/user', { headers: forged })).json()).toMatchObject({
      user: {
        type: 'AppService',
        id: 'u1',
        username: 'Ada',
        identityProvider: 'aad',
        claimsPrincipalData: { claims: [{ typ: 'roles', val: 'admin' }] },
      },
    });
  });
});

describe('38: a limit', () => {
  it('of the body is 100 MB, told by its header alone', async () => {
    const headers = { 'content-length': String(100 * 1024 * 1024 + 1) };
    expect((await ask(open.url, '/api/echo', { method: 'POST', headers })).status).toBe(413);
  });

  it('of the URL is 8192 characters, of the query 4096', async () => {
    const statuses = [
      `/api/echo/${'x'.repeat(8300)}`,
      `/api/echo?q=${'x'.repeat(4100)}`,
      `/api/echo?q=${'x'.repeat(4000)}`,
    ];
    const answers = await Promise.all(statuses.map((path) => ask(open.url, path)));
    expect(answers.map(({ status }) => status)).toEqual([414, 414, 200]);
  });

  it('of outstanding requests is that of host.json', async () => {
    const held = ask(narrow.url, '/gated');

    // Asked again until the first has arrived: only then the place is taken.
    await eventually('a refusal', async () => ((await ask(narrow.url, '/nothing')).status === 429 ? true : undefined));
    await narrow.invoke('open');

    expect((await held).body.toString()).toBe('at last');
    expect((await ask(narrow.url, '/nothing')).status).toBe(204);
  });
});

describe('40: the administration', () => {
  it('tells its status to the master only', async () => {
    expect((await ask(guarded.url, '/admin/host/status?code=host-key')).status).toBe(401);
    expect((await ask(guarded.url, '/admin/host/status?code=master-key')).json()).toEqual({ state: 'Running' });
  });

  it('starts any function by its name', async () => {
    const start = (name: string, key: string) =>
      ask(guarded.url, `/admin/functions/${name}`, {
        method: 'POST',
        headers: { 'x-functions-key': key },
        body: '{"input":""}',
      });

    expect((await start('yearly', 'host-key')).status).toBe(401);
    expect((await start('unknown', 'master-key')).status).toBe(404);
    expect((await start('yearly', 'master-key')).status).toBe(202);
    await guarded.idle();
    expect((await ask(guarded.url, '/api/runs')).json()).toEqual(['yearly']);
  });
});

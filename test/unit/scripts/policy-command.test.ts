import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { defaultConfiguration } from '../../../local/identity/configuration.ts';
import { startIdentity } from '../../../local/identity/start-identity.ts';
import { DataDirectory } from '../../../local/start/data-directory.ts';
import { findAccessToken } from '../../../scripts/policy/access-token.ts';
import { policyHashOf } from '../../../scripts/policy/describe-policy.ts';
import type { PolicyCommand } from '../../../scripts/policy/options.ts';
import { runPolicyCommand } from '../../../scripts/policy/run-policy-command.ts';
import { canonicalJson } from '../../../shared/domain/canonical-json.ts';
import { resolvePolicy } from '../../../shared/domain/policy-document.ts';

const root = join(import.meta.dirname, '../../..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'policy-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};

const run = async (command: PolicyCommand, settings: Record<string, string> = {}) => {
  const said: string[] = [];
  const code = await runPolicyCommand(command, settings, (line) => said.push(line));
  return { code, said };
};

describe('"policy show"', () => {
  it('prints only canonical JSON with --json', async () => {
    const { code, said } = await run({ kind: 'show', nameOrFile: 'fido', json: true });

    expect(code).toBe(0);
    expect(said).toEqual([canonicalJson(resolvePolicy({ extends: 'fido' }))]);
  });

  it('resolves a file, and refuses one with mistakes', async () => {
    const good = write('good.json', '\uFEFF{"extends":"strict","name":"mine"}');
    const bad = write('bad.json', '{"score":{"alpha":2}}');

    const shown = await run({ kind: 'show', nameOrFile: good, json: true });

    expect(shown.said).toEqual([canonicalJson(resolvePolicy({ extends: 'strict', name: 'mine' }))]);
    await expect(run({ kind: 'show', nameOrFile: bad, json: false })).rejects.toThrow(/^\/score\/alpha: Must be/);
  });
});

describe('"policy validate"', () => {
  it('prints the hash of the policy that the document makes', async () => {
    const file = write('strict.json', '{"extends":"strict"}');

    const hash = policyHashOf(resolvePolicy({ extends: 'strict' }));

    expect(await run({ kind: 'validate', file })).toEqual({ code: 0, said: [`valid ${hash}`] });
  });

  it('prints each mistake with its path', async () => {
    const file = write('mistakes.json', '{"mode":"off","gate":{"delay":{"factor":0}}}');

    expect(await run({ kind: 'validate', file })).toEqual({
      code: 1,
      said: [
        '/gate/delay/factor: Must be a number that is at least 1 and at most 10, not 0.',
        '/mode: Must be "enforce" or "audit", not "off".',
      ],
    });
  });

  it('says what is wrong with a file that cannot be read', async () => {
    const broken = write('broken.json', '{"mode":');

    await expect(run({ kind: 'validate', file: broken })).rejects.toThrow('broken.json is not JSON: ');
    await expect(run({ kind: 'validate', file: join(folder, 'none.json') })).rejects.toThrow(
      'none.json cannot be read: there is no such file.',
    );
  });
});

describe('"policy publish" and "policy enforce"', () => {
  let server: Server;
  let url: string;
  let asked: unknown[];
  let answer: { status: number; body: string };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { authorization } = request.headers;
        asked.push([request.method, request.url, authorization, text === '' ? undefined : JSON.parse(text)]);
        response.writeHead(answer.status).end(answer.body);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: '{"policyHash":"abc"}' };
  });

  afterAll(() => server.close());

  const settings = { LIVENESS_ACCESS_TOKEN: 'secret' };

  it('makes a document the active policy, as it was written', async () => {
    const file = write('calmer.json', '{"extends":"fido","name":"calmer"}');

    const { code, said } = await run({ kind: 'publish', file, reason: 'audit finding', url }, settings);

    expect({ code, said }).toEqual({ code: 0, said: ['published abc'] });
    expect(asked).toEqual([
      [
        'PUT',
        '/api/v1/policies/active',
        'Bearer secret',
        { policy: { extends: 'fido', name: 'calmer' }, reason: 'audit finding' },
      ],
    ]);
  });

  it('sets what differs for one customer at the API that the setting names', async () => {
    const file = write('own.json', '{"mode":"audit"}');

    const { said } = await run(
      { kind: 'publish', file, reason: 'trial', customerId: 'a/b' },
      { ...settings, LIVENESS_API_URL: url },
    );

    expect(said).toEqual(['published for a/b: abc']);
    expect(asked).toEqual([
      ['PUT', '/api/v1/customers/a%2Fb/policy', 'Bearer secret', { policy: { mode: 'audit' }, reason: 'trial' }],
    ]);
  });

  it('takes enforcement off for a time', async () => {
    const off = { enforced: false, forMinutes: 120, appVersion: '1.2', reason: 'broken release' } as const;
    const until = '2026-03-02T14:00:00.000Z';
    answer.body = JSON.stringify({ enforced: true, mode: 'enforce', off: [{ until, appVersion: '1.2' }] });

    const { said } = await run({ kind: 'enforce', customerId: 'contoso', url, ...off }, settings);

    expect(said).toEqual(['enforcement is on for contoso', `off until ${until} in version 1.2`]);
    expect(asked).toEqual([['PUT', '/api/v1/customers/contoso/enforcement', 'Bearer secret', off]]);
  });

  it('shows whether it is on, and what keeps it off', async () => {
    const until = '2026-03-02T14:00:00.000Z';
    answer.body = JSON.stringify({ enforced: false, mode: 'audit', off: [{ until }] });

    const { said } = await run({ kind: 'enforce-status', customerId: 'contoso', url }, settings);

    expect(said).toEqual([
      'enforcement is off for contoso',
      'its policy has the mode audit, which ends with another policy only',
      `off until ${until} in all versions`,
    ]);
    expect(asked).toEqual([['GET', '/api/v1/customers/contoso/enforcement', 'Bearer secret', undefined]]);
  });

  it('does not take just any answer for a success', async () => {
    answer.body = '<html>';

    await expect(run({ kind: 'enforce-status', customerId: 'contoso', url }, settings)).rejects.toThrow(
      'The API answered 200, but not as this command expects.',
    );
  });

  it('tells in sentences what the API refuses, with the paths in the author’s document', async () => {
    const file = write('forgetful.json', '{"keep":{"spoof":1}}');
    answer = {
      status: 400,
      body: JSON.stringify({
        title: 'The request is not valid',
        detail: 'See "errors".',
        requestId: 'r-1',
        errors: [
          { pointer: '/policy/keep/spoof', detail: 'keep.spoof is 1.' },
          { pointer: '/policy', detail: 'Does not go together.' },
          { pointer: '/reason', detail: 'Is missing.' },
        ],
      }),
    };

    await expect(run({ kind: 'publish', file, reason: 'x', url }, settings)).rejects.toThrow(
      'The request is not valid. See "errors".\n' +
        '/keep/spoof: keep.spoof is 1.\ndocument: Does not go together.\n/reason: Is missing.',
    );
  });

  it.each([
    [500, { title: 'Something went wrong', detail: 'The mistake is ours.', requestId: 'r-2' }, /\nRequest id: r-2$/],
    [502, 'bad gateway', /^The API answered 502, without saying why\.$/],
  ])('tells what it can of an answer %d', async (status, body, sentence) => {
    answer = { status, body: JSON.stringify(body) };

    await expect(run({ kind: 'enforce-status', customerId: 'contoso', url }, settings)).rejects.toThrow(sentence);
  });

  it.each([
    ['http://127.0.0.1:1', 'The API at http://127.0.0.1:1 does not answer.'],
    ['http://api.example', 'An access token goes over https, except on this machine.'],
    ['ftp://api.example', '"ftp://api.example" is not the URL of an API.'],
    ['api', '"api" is not the URL of an API.'],
  ])('gives no token to %s', async (elsewhere, sentence) => {
    const asking = run({ kind: 'enforce-status', customerId: 'contoso', url: elsewhere }, settings);

    await expect(asking).rejects.toThrow(sentence);
  });
});

describe('the access token of the command', () => {
  it('is the one that is given', async () => {
    await expect(findAccessToken(new URL('https://api.example'), 'given')).resolves.toBe('given');
  });

  it('is signed for by the local identity provider when the product runs on this machine', async () => {
    const identity = await startIdentity();
    const dataDir = join(folder, 'running');
    const directory = new DataDirectory(dataDir);
    directory.tellRunning({
      apiUrl: 'http://127.0.0.1:7999',
      controlUrl: '',
      faceEndpoint: '',
      tenantUrl: `${identity.url}/${defaultConfiguration.tenants[0]!.tenantId}`,
      clientId: '',
      clientSecret: '',
      apiClientId: identity.apiClientId,
    });

    const token = await findAccessToken(new URL('http://localhost:7999'), undefined, dataDir);

    expect(decodeJwt(token)).toMatchObject({ scp: 'Policies.Manage', aud: identity.apiClientId });
    await expect(findAccessToken(new URL('http://127.0.0.1:7998'), undefined, dataDir)).rejects.toThrow(
      'Set LIVENESS_ACCESS_TOKEN',
    );
    await identity.stop();
    await expect(findAccessToken(new URL('http://127.0.0.1:7999'), undefined, dataDir)).rejects.toThrow(
      'Is the product running? npm start',
    );
    directory.release();
  });

  it('must be given for an API elsewhere, and where nothing runs', async () => {
    const asking = [
      findAccessToken(new URL('https://api.example'), undefined),
      findAccessToken(new URL('http://127.0.0.1:7071'), '', join(folder, 'nothing')),
    ];

    for (const asked of asking) await expect(asked).rejects.toThrow('Set LIVENESS_ACCESS_TOKEN');
  });
});

describe('the process', () => {
  const start = (args: readonly string[], initCwd: string) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/policy.ts'), ...args], {
      cwd: root,
      env: { ...process.env, INIT_CWD: initCwd },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };

  it('finds files from the folder where npm was started, and leaves stdout to the answer', () => {
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'mine.json'), '{"keep":{"spoof":1}}');

    const { status, stdout, stderr } = start(['validate', 'mine.json'], elsewhere);

    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/^\/keep\/spoof: keep\.spoof is 1, .*\n$/);
  });

  it('answers a command that it does not know with the usage, and a file that is not there with a sentence', () => {
    const unknown = start(['frobnicate'], folder);
    const missing = start(['validate', 'none.json'], folder);

    expect(unknown).toMatchObject({ status: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/^There is no "frobnicate"\.\nUsage:\n/);
    expect(missing).toMatchObject({ status: 1, stdout: '' });
    expect(missing.stderr).toMatch(/none\.json cannot be read: there is no such file\.\n$/);
  });
});

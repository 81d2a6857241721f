import { InvalidSettings, readSettings } from '../../../shared/platform/settings.ts';

const secret = Buffer.alloc(32, 1).toString('base64');

const local = {
  COSMOS_ENDPOINT: 'http://127.0.0.1:8081',
  COSMOS_KEY: 'cosmos-key',
  FACE_ENDPOINT: 'http://localhost:8092',
  FACE_KEY: 'face-key',
  ServiceBusConnection: 'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=n;SharedAccessKey=k;',
  API_CLIENT_ID: 'api',
  TOKEN_ISSUERS: 'https://login/a/v2.0, https://login/b/v2.0,',
  OPERATOR_TENANT_ID: 'tenant',
  PSEUDONYM_KEY: secret,
};

const azure = {
  AZURE_CLIENT_ID: 'identity',
  COSMOS_ENDPOINT: 'https://a.documents.azure.com:443/',
  FACE_ENDPOINT: 'https://a.cognitiveservices.azure.com/',
  ServiceBusConnection__fullyQualifiedNamespace: 'a.servicebus.windows.net',
  API_CLIENT_ID: 'api',
  TOKEN_ISSUERS: 'https://login/a/v2.0',
  OPERATOR_TENANT_ID: 'tenant',
  PSEUDONYM_KEY: secret,
  PSEUDONYM_KEY_VERSION: '3',
  FACE_CALLS_PER_SECOND: '20',
};

/** The sentences of the mistakes. */
const mistakesOf = (env: Record<string, string | undefined>): string[] => {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    return error.message.split('\n  ').slice(1);
  }
};

describe('readSettings', () => {
  it('takes what the local cloud gives, with keys', () => {
    expect(readSettings({ ...local, PATH: '/bin', EMPTY: '' })).toEqual({
      cosmos: { endpoint: local.COSMOS_ENDPOINT, key: 'cosmos-key' },
      face: { endpoint: local.FACE_ENDPOINT, key: 'face-key', callsPerSecond: 10 },
      serviceBus: { connectionString: local.ServiceBusConnection },
      authentication: {
        apiClientId: 'api',
        issuers: ['https://login/a/v2.0', 'https://login/b/v2.0'],
        operatorTenantId: 'tenant',
      },
      pseudonyms: { secret: Buffer.alloc(32, 1), version: 1 },
    });
  });

  it('takes what Azure gives, without any key', () => {
    expect(readSettings(azure)).toEqual({
      managedIdentityClientId: 'identity',
      cosmos: { endpoint: azure.COSMOS_ENDPOINT },
      face: { endpoint: azure.FACE_ENDPOINT, callsPerSecond: 20 },
      serviceBus: { namespace: 'a.servicebus.windows.net' },
      authentication: { apiClientId: 'api', issuers: ['https://login/a/v2.0'], operatorTenantId: 'tenant' },
      pseudonyms: { secret: Buffer.alloc(32, 1), version: 3 },
    });
  });

  it('tells everything that is missing together', () => {
    expect(mistakesOf({}).toSorted()).toEqual([
      'API_CLIENT_ID: is missing',
      'COSMOS_ENDPOINT: is missing',
      'FACE_ENDPOINT: is missing',
      'OPERATOR_TENANT_ID: is missing',
      'PSEUDONYM_KEY: is missing',
      'ServiceBusConnection: is missing (in Azure: ServiceBusConnection__fullyQualifiedNamespace)',
      'TOKEN_ISSUERS: is missing',
    ]);
  });

  it('takes an empty setting for a missing one', () => {
    expect(mistakesOf({ ...local, API_CLIENT_ID: '' })).toEqual(['API_CLIENT_ID: is missing']);
  });

  it('tells everything that is wrong together, and never a value', () => {
    const wrong = mistakesOf({
      COSMOS_ENDPOINT: 'not-a-url-but-secret',
      COSMOS_KEY: 'a-secret',
      FACE_ENDPOINT: 'https://a.cognitiveservices.azure.com/',
      FACE_KEY: 'another-secret',
      FACE_CALLS_PER_SECOND: '0',
      ServiceBusConnection: 'Endpoint=sb://a.servicebus.windows.net/;SharedAccessKey=secret',
      API_CLIENT_ID: 'api',
      TOKEN_ISSUERS: ' , ',
      PSEUDONYM_KEY: Buffer.alloc(31).toString('base64'),
      PSEUDONYM_KEY_VERSION: 'secret',
    });

    expect(wrong.map((mistake) => mistake.slice(0, mistake.indexOf(':'))).toSorted()).toEqual([
      'COSMOS_ENDPOINT',
      'FACE_CALLS_PER_SECOND',
      'FACE_KEY',
      'OPERATOR_TENANT_ID',
      'PSEUDONYM_KEY',
      'PSEUDONYM_KEY_VERSION',
      'ServiceBusConnection',
      'TOKEN_ISSUERS',
    ]);
    expect(wrong.join()).not.toContain('secret');
  });

  it.each([
    ['COSMOS_ENDPOINT', 'http://a.documents.azure.com/', 'must use https, except on loopback'],
    ['COSMOS_ENDPOINT', 'ftp://127.0.0.1/', 'Invalid URL'],
    ['FACE_ENDPOINT', 'nonsense', 'Invalid URL'],
    ['PSEUDONYM_KEY', 'AAAA', 'must hold at least 32 bytes, as base64'],
    ['PSEUDONYM_KEY', 'not base64!', 'Invalid base64-encoded string'],
    ['TOKEN_ISSUERS', ',', 'must name at least one'],
  ])('refuses %s=%s', (name, value, sentence) => {
    const { COSMOS_KEY: _cosmos, FACE_KEY: _face, ...withoutKeys } = local;

    expect(mistakesOf({ ...withoutKeys, [name]: value })).toEqual([`${name}: ${sentence}`]);
  });

  it.each([
    ['COSMOS_KEY', { COSMOS_ENDPOINT: azure.COSMOS_ENDPOINT }, 'COSMOS_ENDPOINT'],
    ['FACE_KEY', { FACE_ENDPOINT: azure.FACE_ENDPOINT }, 'FACE_ENDPOINT'],
  ])('takes a %s with a loopback endpoint only', (name, env, endpointName) => {
    expect(mistakesOf({ ...local, ...env })).toEqual([`${name}: is accepted with a loopback ${endpointName} only`]);
  });

  it.each([
    'Endpoint=sb://a.servicebus.windows.net/;SharedAccessKey=k',
    'Endpoint=sb://localhost.evil.example/;SharedAccessKey=k',
    'Other=Endpoint=sb://127.0.0.1/;Endpoint=sb://a.servicebus.windows.net/;SharedAccessKey=k',
  ])('takes no connection string that leads elsewhere: %s', (ServiceBusConnection) => {
    expect(mistakesOf({ ...local, ServiceBusConnection })).toEqual([
      'ServiceBusConnection: is accepted with a loopback endpoint only',
    ]);
  });
});

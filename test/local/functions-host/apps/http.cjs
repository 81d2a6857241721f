// Functions called over HTTP.
const { app } = require('@azure/functions');
const { Buffer } = require('node:buffer');
const process = require('node:process');

const startedWith = process.env.GREETING;
let openGate = () => undefined;
const gate = new Promise((resolve) => (openGate = resolve));

const say = (jsonBody) => () => ({ jsonBody });
const http = (name, route, handler, options = {}) =>
  app.http(name, { route, methods: ['GET', 'POST'], handler, ...options });

http('health', 'v1/health', say('literal'));
http('number', 'v1/{id:int}', ({ params }) => ({ jsonBody: ['number', params] }));
http('parameter', 'v1/{id}', ({ params }) => ({ jsonBody: ['parameter', params] }));
http('optional', 'optional/{id?}', ({ params }) => ({ jsonBody: params }));
http('rest', 'files/{*path}', ({ params }) => ({ jsonBody: params }));
http('readThing', 'things', say('read'), { methods: ['GET'] });
http('writeThing', 'things', say('written'), { methods: ['POST'] });

http(
  'echo',
  'echo/{name?}',
  async (request) => ({
    jsonBody: {
      method: request.method,
      url: request.url,
      params: request.params,
      query: [...request.query],
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    },
  }),
  { methods: ['GET', 'POST', 'PUT'] },
);
http('bytes', 'bytes', async (request) => ({
  body: Buffer.from(await request.arrayBuffer()),
  headers: { 'content-type': 'application/octet-stream' },
}));
http('status', 'status/{code}', ({ params }) => ({ status: Number(params.code), body: 'text' }));
http('nothing', 'nothing', () => undefined);
http('fails', 'fails', () => {
  throw new Error('secret detail', { cause: new Error('deeper') });
});
http('cookies', 'cookies', () => ({
  status: 200,
  cookies: [
    { name: 'a', value: '1 2' },
    { name: 'b', value: '3', path: '/x', sameSite: 'Strict', httpOnly: true },
  ],
}));
http('setCookie', 'set-cookie', () => ({
  headers: [
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ],
}));
http('ownHeader', 'own-header', () => ({ headers: { 'x-custom': 'of the function' } }));
http('user', 'user', (request) => ({ jsonBody: { user: request.user } }));
http('environment', 'environment', () => ({
  jsonBody: {
    startedWith,
    worker: process.env.FUNCTIONS_WORKER_RUNTIME,
    hostname: process.env.WEBSITE_HOSTNAME,
  },
}));

http('gated', 'gated', async (_request, context) => {
  context.log('waiting at the gate');
  await gate;
  return { body: 'at last' };
});
http('open', 'open', () => {
  openGate();
  return { status: 200 };
});

http('locked', 'locked', say('in'), { authLevel: 'function' });
http('alsoLocked', 'also-locked', say('in'), { authLevel: 'function' });
http('administered', 'administered', say('in'), { authLevel: 'admin' });
http('switchedOff', 'switched-off', say('in'));

const runs = [];
app.timer('yearly', { schedule: '%YEARLY%', handler: () => void runs.push('yearly') });
http('runs', 'runs', () => ({ jsonBody: runs }));

// Functions started by messages. They keep what they were called with; `seen` gives it out.
const { app, output } = require('@azure/functions');
const { setTimeout: sleep } = require('node:timers/promises');

const calls = [];
const running = { now: 0, most: 0 };
let openGate = () => undefined;
const gate = new Promise((resolve) => (openGate = resolve));

const keep = (name, body, { invocationId, triggerMetadata }) =>
  calls.push({ name, body, invocationId, metadata: JSON.parse(JSON.stringify(triggerMetadata)) });

const queue = (name, handler, options = {}) =>
  app.serviceBusQueue(name, { connection: 'Bus', queueName: name, handler, ...options });

queue('plain', (body, context) => keep('plain', body, context));
queue(
  'poison',
  (body, context) => {
    keep('poison', body, context);
    throw new Error('cannot stomach it');
  },
  { retry: { strategy: 'fixedDelay', maxRetryCount: 3, delayInterval: { seconds: 1 } } },
);
queue('off', (body, context) => keep('off', body, context));
queue('left', (body, context) => keep('left', body, context), { autoCompleteMessages: false });
queue('slow', async (body, context) => {
  running.now += 1;
  running.most = Math.max(running.most, running.now);
  await sleep(30);
  running.now -= 1;
  keep('slow', body, context);
});
queue('gated', async (body, context) => {
  keep('gated', body, context);
  await gate;
  keep('gated end', body, context);
});
queue('mixed', (body, context) => {
  keep('mixed', body, context);
  if (body.fail === true && context.triggerMetadata.deliveryCount === 1) throw new Error('once');
});

queue('batch', (bodies, context) => keep('batch', bodies, context), { cardinality: 'many' });
queue('texts', (bodies, context) => keep('texts', bodies, context), { cardinality: 'many', dataType: 'string' });
queue(
  'thrown',
  (bodies, context) => {
    keep('thrown', bodies, context);
    if (context.triggerMetadata.deliveryCountArray.includes(1)) throw new Error('not the first time');
  },
  { cardinality: 'many', dataType: 'string' },
);

const toResults = output.serviceBusQueue({ connection: 'Bus', queueName: 'results' });
const toNowhere = output.serviceBusQueue({ connection: 'Bus', queueName: 'no-such-queue' });
queue('relay', (body) => body.value, { return: toResults });
queue(
  'relay-nowhere',
  (body, context) => {
    keep('relay-nowhere', body, context);
    return 'lost?';
  },
  { return: toNowhere },
);

app.http('seen', { methods: ['GET'], handler: () => ({ jsonBody: { calls, most: running.most } }) });
app.http('open', { methods: ['POST'], handler: () => (openGate(), { status: 200 }) });

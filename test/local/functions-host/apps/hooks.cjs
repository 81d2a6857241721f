// Timers that are only run when asked, and hooks around them.
const { app } = require('@azure/functions');
const core = require('@azure/functions-core');
const { setTimeout } = require('node:timers');
const { setTimeout: sleep } = require('node:timers/promises');

const order = [];
const timer = (name, handler) => app.timer(name, { schedule: '0 0 0 1 1 *', handler });

app.hook.appStart(async ({ hookData }) => {
  hookData.first = true;
  await sleep(20);
  order.push('first start hook');
});
app.hook.appStart(({ hookData }) => void order.push(`second start hook, first was here: ${hookData.first}`));
timer('order', () => order);

const changes = {
  changedInput: (hook) => {
    hook.inputs = ['changed', ...hook.inputs.slice(1)];
  },
  replacedHandler: (hook) => {
    const original = hook.functionHandler;
    hook.functionHandler = async (...given) => `replaced, ${await original(...given)}`;
  },
  failingHook: () => {
    throw new Error('the hook failed');
  },
};
app.hook.preInvocation((hook) => changes[hook.invocationContext.functionName]?.(hook));
timer('changedInput', (input) => input);
timer('replacedHandler', () => 'the original');
let wasCalled = false;
timer('failingHook', () => void (wasCalled = true));
timer('wasCalled', () => wasCalled);

app.hook.postInvocation((hook) => {
  const { functionName } = hook.invocationContext;
  if (functionName === 'rescued') {
    hook.result = `rescued from: ${hook.error.message}`;
    hook.error = null;
  }
  if (functionName === 'spoiled') hook.error = new Error(`spoiled: ${hook.result}`);
});
timer('rescued', () => {
  throw new Error('trouble');
});
timer('spoiled', () => 'fine');

const assign = (object, key) => {
  'use strict';
  try {
    object[key] = {};
    return 'assigned';
  } catch (error) {
    return error.name;
  }
};
let found;
core.registerHook('preInvocation', ({ hookData, appHookData }) => {
  found = { hookData: hookData.count, appHookData: appHookData.count };
  hookData.count = (hookData.count ?? 0) + 1;
  appHookData.count = (appHookData.count ?? 0) + 1;
});
core.registerHook('postInvocation', (hook) => {
  if (hook.invocationContext.functionName !== 'hookData') return;
  hook.result = {
    found,
    inPostHook: hook.hookData.count,
    assigned: [assign(hook, 'hookData'), assign(hook, 'appHookData')],
  };
});
timer('hookData', () => undefined);

app.hook.log((record) => {
  if (!record.message.includes('whisper')) return;
  record.level = 'warning';
  record.message = record.message.replace('whisper', 'SHOUT');
});
app.hook.log(({ message }) => {
  if (message.includes('explosive')) throw new Error('the log hook failed');
});
timer('logs', (_input, context) => {
  context.log('a whisper');
  context.error('something explosive');
  core.log('information', 'system', 'a whisper of the system');
});
timer('late', (_input, context) => void setTimeout(() => context.log('too late'), 20));

timer('trace', (_input, context) => context.traceContext);
app.http('tracedHttp', { methods: ['GET'], handler: (_request, context) => ({ jsonBody: context.traceContext }) });

let lateRegistration = 'none';
timer('register', () => {
  try {
    timer('afterwards', () => undefined);
  } catch (error) {
    lateRegistration = error.message;
  }
  return lateRegistration;
});

let release = () => undefined;
timer('hangs', () => new Promise((resolve) => (release = resolve)));
timer('release', () => release());

let attempts = 0;
app.timer('stubborn', {
  schedule: '0 0 0 1 1 *',
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { seconds: 5 } },
  handler: (_input, context) => {
    attempts += 1;
    context.log(JSON.stringify(context.retryContext));
    if (attempts < 3) throw new Error(`attempt ${attempts}`);
    return attempts;
  },
});

app.hook.appTerminate(async () => {
  await sleep(20);
  core.log('information', 'user', 'terminated');
});

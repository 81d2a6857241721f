// An app that cannot be loaded, in the way that a setting says.
const { app } = require('@azure/functions');
const process = require('node:process');

const timer = (name) => app.timer(name, { schedule: '0 0 0 1 1 *', handler: () => undefined });

const ways = {
  throws: () => {
    throw new Error('the disk is missing');
  },
  'registers nothing': () => undefined,
  'one name twice': () => {
    timer('twin');
    timer('twin');
  },
  'a trigger of another extension': () =>
    app.storageQueue('store', { connection: 'x', queueName: 'q', handler: () => undefined }),
  'streams on': () => {
    app.setup({ enableHttpStream: true });
    timer('a');
  },
  'a start hook that throws': () => {
    timer('a');
    app.hook.appStart(() => {
      throw new Error('not today');
    });
  },
};
ways[process.env.WAY]();

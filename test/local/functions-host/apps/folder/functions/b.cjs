const { app } = require('@azure/functions');
const process = require('node:process');
app.http('second', {
  methods: ['GET'],
  handler: () => ({ jsonBody: [globalThis.loadedFirst, process.env.FROM_LOCAL_SETTINGS] }),
});

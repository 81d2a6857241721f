// Timers that follow their schedule, and what time the app thinks it is.
const { app } = require('@azure/functions');

const loadedAt = new Date();
const runs = [];
app.timer('often', {
  schedule: '*/10 * * * * *',
  handler: ({ scheduleStatus }) => void runs.push({ at: new Date(), scheduleStatus }),
});
app.timer('daily', {
  schedule: '0 0 12 * * *',
  handler: (timer) => void runs.push({ at: new Date(), daily: true, ...timer }),
});
app.http('time', { methods: ['GET'], handler: () => ({ jsonBody: { loadedAt, now: Date.now(), runs } }) });

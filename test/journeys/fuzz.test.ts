// A short run of `npm run fuzz`, always the same one.

import { ServiceBusClient } from '@azure/service-bus';
import { runFuzz, targetNames } from '../fuzz/run-fuzz.ts';
import { eventually, startApp, type RunningApp } from './running-app.ts';

const CASES_OF_EACH = 20;

describe('odd requests and messages', () => {
  it('get an answer or a place, and never trouble the app', async () => {
    const cases = CASES_OF_EACH * targetNames.length;

    const reports = await runFuzz({ seed: 20_260_301, cases, targets: targetNames });

    expect(reports.map(({ name }) => name)).toEqual(targetNames);
    for (const { name, failures } of reports) expect([name, ...failures]).toEqual([name]);
    const answered = new Set(reports.flatMap(({ outcomes }) => [...outcomes.keys()]));
    expect([...answered]).toEqual(expect.arrayContaining(['200', '201', '400', '401', '403', '404', '415']));
    expect([...answered]).toEqual(expect.arrayContaining(['applied', 'parked', 'followed']));
  }, 60_000);
});

describe('an empty message', () => {
  let app: RunningApp;
  let client: ServiceBusClient;

  beforeAll(async () => {
    app = await startApp();
    client = new ServiceBusClient(app.cloud.serviceBus.connectionString);
  }, 60_000);

  afterAll(async () => {
    await client.close();
    await app.stop();
  });

  it('is parked, instead of going without a trace', async () => {
    await client.createSender('liveness-results').sendMessages({ body: Buffer.alloc(0) });

    await eventually(() => app.cloud.serviceBus.inspect().entities['parked-messages']?.active === 1);
    const [parked] = await client.createReceiver('parked-messages').peekMessages(1);
    expect(parked?.applicationProperties).toEqual({ from: 'liveness-results', reason: 'not JSON' });
    expect(String(parked?.body)).toBe('');
  });
});

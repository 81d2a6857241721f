import { ServiceBusClient } from '@azure/service-bus';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, startApp, type RunningApp } from './running-app.ts';

let app: RunningApp;

beforeAll(async () => {
  app = await startApp({ subscriptions: ['everything'] });
}, 60_000);

afterAll(() => app.stop());

describe('a person who shows prints', () => {
  it('is flagged at the fourth, gets no fifth token, and subscribers hear of it', async () => {
    let session = await app.tryOnce('mallory', 'print');
    for (let attempt = 2; attempt <= 4; attempt += 1) session = await app.tryOnce('mallory', 'print');
    const fifth = await app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'mallory' } });
    await app.runTimer('detectAbusePatterns');

    const history = await app.history(session.correlationId);
    expect(fifth.status).toBe(403);
    expect(fifth.headers.get('content-type')).toBe('application/problem+json');
    expect(fifth.body).toMatchObject({
      code: 'correlation-flagged',
      nextAction: 'contact-support',
      alternativePath: 'Visit a branch with an identity document.',
    });
    expect(history).toMatchObject({
      ttl: -1,
      verdicts: [{ kind: 'flagged', pattern: 'repeated-failures', statistic: 5.560695, limit: 5.298317 }],
    });
    const events = await eventsOf(session.correlationId);
    expect(events.map(({ type }) => type)).toEqual([
      'session.completed',
      'session.completed',
      'session.completed',
      'session.completed',
      'flag.raised',
    ]);
    expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(events.flatMap(mistakesIn)).toEqual([]);
    const flags = await app.documents(`SELECT * FROM c WHERE c.documentKind = 'flag'`);
    expect(flags).toMatchObject([
      { correlationId: session.correlationId, receipt: { crossing: { statistic: 5.560695 } } },
    ]);
    // Nobody may learn how near the limit is.
    expect(JSON.stringify(fifth.body)).not.toContain('5.5');
  });

  it('loses the tokens that were still open when the flag came', async () => {
    const open = await app.issue('oscar', { deviceId: 'second phone' });
    for (let attempt = 1; attempt <= 3; attempt += 1) await app.tryOnce('oscar', 'print');
    await app.play(open, { media: 'print' });
    const last = await app.issue('oscar');
    await app.play(last, { media: 'print' });
    await app.complete(last);
    await eventually(async () => (await app.history(open.correlationId)).verdicts.length > 0);
    await app.runTimer('detectAbusePatterns');

    await eventually(() => {
      const { list } = app.cloud.face.inspect();
      const atFace = list.filter(({ deviceCorrelationId }) => deviceCorrelationId === open.correlationId);
      return atFace.length === 5 && atFace.every(({ deleted }) => deleted);
    });
    await eventually(async () => (await app.attempts(open.correlationId)).length === 5);
    await eventually(async () => (await app.history(open.correlationId)).outstanding.length === 0);
  });
});

const ajv = addFormats.default(new Ajv2020());

/** Held against the schema that subscribers have, not against the code that made the event. */
const mistakesIn = (event: { type: string }): unknown[] => {
  const file = join(import.meta.dirname, `../../docs/events/${event.type}.schema.json`);
  ajv.validate(JSON.parse(readFileSync(file, 'utf8')) as object, event);
  ajv.removeSchema();
  return ajv.errors ?? [];
};

/** As a subscriber sees them, in the order of their numbers. */
const eventsOf = async (correlationId: string): Promise<{ type: string; sequence: number }[]> => {
  const client = new ServiceBusClient(app.cloud.serviceBus.connectionString);
  const messages = await client.createReceiver('abuse-events', 'everything').peekMessages(100);
  await client.close();
  return messages
    .map(({ body }) => body as { subject: string; type: string; sequence: number })
    .filter(({ subject }) => subject === correlationId)
    .sort((a, b) => a.sequence - b.sequence);
};

// A day of people whose references, devices and addresses are marked, with trouble in between. Afterwards the marks are
// nowhere: not in a store, not in a message, not in the log, not in an answer, and Face was never told. Nor is anything
// that is secret.

import { ServiceBusClient, type ServiceBusReceiver } from '@azure/service-bus';
import topology from '../../infra/topology.json' with { type: 'json' };
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import { addressPrefixOf, marksOf } from '../../local/traffic/mark.ts';
import { playDay } from '../../local/traffic/play-day.ts';
import type { Summary } from '../../local/traffic/summary.ts';
import { eventually, startApp, type RunningApp } from './running-app.ts';
import { tapWire, type Wiretap } from './wiretap.ts';

const MARK = 'canary7f3a9c';
const PEEKED_AT_ONCE = 500;

let app: RunningApp;
let toFace: Wiretap;
let toApi: Wiretap;
let day: Summary;

beforeAll(async () => {
  app = await startApp({
    subscriptions: ['everything'],
    timers: 'run',
    settings: async ({ face }) => {
      toFace = await tapWire(face.endpoint);
      return { FACE_ENDPOINT: toFace.endpoint };
    },
  });
  toApi = await tapWire(app.host.url);
  day = await playDay({
    cloud: app.cloud,
    apiUrl: toApi.endpoint,
    idle: () => app.host.idle(),
    advance: (ms) => app.advance(ms / 1000),
    mark: MARK,
    seed: 1,
    honestUsers: 6,
    scenarios: ['honest', 'brute-forcer', 'slow-dripper', 'token-hoarder', 'impostor', 'token-grabber'],
  });
  await haveTrouble();
}, 120_000);

afterAll(async () => {
  await app.stop();
  await Promise.all([toApi.stop(), toFace.stop()]);
});

const marks = marksOf(MARK);
const marked = {
  endUserRef: marks.endUserRef('trouble'),
  deviceId: marks.deviceId('trouble'),
  clientIp: marks.clientIp('trouble'),
};

const post = async (path: string, body: string | FormData, headers: Record<string, string> = {}): Promise<number> => {
  const token = await app.cloud.identity.appToken(defaultConfiguration.tenants[0]?.clients[0]?.clientId ?? '');
  const answer = await fetch(`${toApi.endpoint}/api/v1/${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...headers,
    },
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
};

/** What makes an app talkative: mistakes, outages, and errors of its own, each with marks at hand. */
const haveTrouble = async (): Promise<void> => {
  const { cosmos, face } = app.cloud;
  const good = JSON.stringify(marked);
  const bad = [
    good.slice(0, -2),
    JSON.stringify({ ...marked, endUserRef: MARK.padEnd(300, MARK) }),
    JSON.stringify({ ...marked, clientIp: `${MARK}.example` }),
    JSON.stringify({ ...marked, platform: MARK, operationMode: MARK, colour: MARK }),
    JSON.stringify({ ...marked, deviceId: { is: MARK } }),
    good.padEnd(70_000),
  ];
  for (const body of bad) expect(await post('liveness-sessions', body)).toBeGreaterThanOrEqual(400);
  expect(await post('liveness-sessions', good, { 'idempotency-key': `${MARK} with a space` })).toBe(400);
  expect(await post(`liveness-sessions/${MARK}/completion`, '{}')).toBe(404);
  const form = new FormData();
  form.append('endUserRef', marked.endUserRef);
  form.append('verifyImage', new Blob([new Uint8Array(makeVerifyImage('nobody'))]), `${MARK}.jpg`);
  expect(await post('liveness-with-verify-sessions', form)).toBe(400);

  expect(await post('liveness-sessions', good, { 'idempotency-key': `key-of-${MARK}` })).toBe(201);
  for (const trouble of [
    { status: 503 },
    { status: 429 },
    { status: 400 },
    { status: 403 },
    { drop: 'before' as const },
  ]) {
    cosmos.faults.add(trouble);
    expect(await post('liveness-sessions', good)).toBeGreaterThanOrEqual(500);
    cosmos.faults.clear();
  }
  cosmos.faults.add({ operation: 'Batch', status: 400 });
  expect(await post('liveness-sessions', good)).toBe(500);
  cosmos.faults.clear();
  for (const trouble of [{ status: 500 }, { status: 429 }, { status: 400 }, { drop: 'after' as const }]) {
    face.faults.add({ ...trouble, times: 1 });
    expect(await post('liveness-sessions', good)).toBeGreaterThanOrEqual(500);
    face.faults.clear();
  }
  // A result that cannot be counted now, and one that never can: both stay where they can be looked at.
  cosmos.faults.add({ operation: 'Batch', kind: 'attempt', status: 503 });
  const session = await app.issue(marks.endUserRef('later'), { deviceId: marks.deviceId('later') });
  await app.play(session, { media: 'print' });
  await app.complete(session);
  await eventually(() => (app.cloud.serviceBus.inspect().entities['liveness-results']?.scheduled ?? 0) > 0);
  cosmos.faults.clear();
  const client = new ServiceBusClient(app.cloud.serviceBus.connectionString);
  await client.createSender('liveness-results').sendMessages({ body: { schemaVersion: 1, type: 'attempt' } });
  await client.close();
  await eventually(() => (app.cloud.serviceBus.inspect().entities['parked-messages']?.active ?? 0) > 0);
};

/** Everything that was stored, sent, logged or answered, by where it is. */
const everythingThereIs = async (): Promise<Record<string, string[]>> => ({
  ...(await documentsByContainer()),
  ...(await messagesByEntity()),
  log: app.logs.map((record) => JSON.stringify(record)),
  problems: toApi.answered.filter(({ status }) => status >= 400).map(({ body }) => body),
  'sent to Face': toFace.asked,
});

const documentsByContainer = async (): Promise<Record<string, string[]>> => {
  const found: Record<string, string[]> = {};
  for (const container of Object.keys(topology.cosmos.containers)) {
    const documents = await app.documents('SELECT * FROM c', container);
    found[`container ${container}`] = documents.map((document) => JSON.stringify(document));
  }
  return found;
};

const messagesByEntity = async (): Promise<Record<string, string[]>> => {
  const client = new ServiceBusClient(app.cloud.serviceBus.connectionString);
  const { queues, topics } = topology.serviceBus;
  const found: Record<string, string[]> = {};
  for (const subQueueType of [undefined, 'deadLetter'] as const) {
    const options = subQueueType === undefined ? {} : { subQueueType };
    const suffix = subQueueType === undefined ? '' : ' (dead letters)';
    for (const queue of Object.keys(queues)) {
      found[`queue ${queue}${suffix}`] = await peekAll(client.createReceiver(queue, options));
    }
    for (const [topic, { subscriptions }] of Object.entries(topics)) {
      for (const subscription of [...Object.keys(subscriptions), 'everything']) {
        found[`subscription ${subscription}${suffix}`] = await peekAll(
          client.createReceiver(topic, subscription, options),
        );
      }
    }
  }
  await client.close();
  return found;
};

const peekAll = async (receiver: ServiceBusReceiver): Promise<string[]> => {
  const texts: string[] = [];
  for (;;) {
    const page = await receiver.peekMessages(PEEKED_AT_ONCE);
    if (page.length === 0) return texts;
    texts.push(...page.map((message) => JSON.stringify({ ...message, _rawAmqpMessage: undefined })));
  }
};

/** Also as it looks in base64 and hexadecimal. */
const disguises = (text: string): string[] => {
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + text)
      .toString('base64url')
      .slice(shift === 0 ? 0 : shift + 1, -2),
  );
  return [text, Buffer.from(text).toString('hex'), ...inBase64];
};

/** The places where one of the texts is, in any disguise and any case. */
const placesOf = async (...texts: string[]): Promise<string[]> => {
  const needles = texts.flatMap(disguises).map((needle) => needle.toLowerCase());
  return Object.entries(await everythingThereIs())
    .filter(([, kept]) => kept.some((one) => needles.some((needle) => one.toLowerCase().includes(needle))))
    .map(([place]) => place);
};

describe('after a day with trouble', () => {
  it('there is something to look at in each place', async () => {
    const all = await everythingThereIs();
    const used = Object.entries(all).filter(([, kept]) => kept.length > 0);

    expect(day.attempts).toBeGreaterThan(20);
    expect(used.map(([place]) => place)).toEqual(
      expect.arrayContaining([
        'container correlations',
        'container end-users',
        'container devices',
        'container client-applications',
        'container customers',
        'queue liveness-results',
        'queue parked-messages',
        'subscription everything',
        'log',
        'problems',
        'sent to Face',
      ]),
    );
    expect(all.log?.join()).toContain('request-failed');
    expect(toApi.asked.filter((request) => request.includes(MARK)).length).toBeGreaterThan(50);
  });

  it('no reference, device or address of anybody is found', async () => {
    const address = addressPrefixOf(MARK);

    expect(await placesOf(MARK, address)).toEqual([]);
  });

  it('no session token and no access token is found', async () => {
    const sessionTokens = toApi.answered.flatMap(({ body }) => /"authToken":"([^"]+)"/.exec(body)?.[1] ?? []);
    const accessTokens = toApi.asked.flatMap((request) => /Bearer (\S+)/.exec(request)?.[1] ?? []);
    const signatures = [...new Set([...sessionTokens, ...accessTokens])].map((token) => token.split('.')[2] ?? '');

    expect(sessionTokens.length).toBeGreaterThan(20);
    expect(accessTokens.length).toBeGreaterThan(20);
    expect(await placesOf(...signatures)).toEqual([]);
  });

  it('the key of the pseudonyms is not found', async () => {
    const key = app.cloud.settings.PSEUDONYM_KEY ?? '';

    expect(key.length).toBeGreaterThan(40);
    expect(await placesOf(key, Buffer.from(key, 'base64').toString('hex'))).toEqual([]);
  });
});

describe('the search itself', () => {
  const planted = 'planted-5d41402abc';

  it('finds what is planted in each place, plain or disguised', async () => {
    const client = new ServiceBusClient(app.cloud.serviceBus.connectionString);
    for (const [container, { partitionKey }] of Object.entries(topology.cosmos.containers)) {
      const document = {
        id: 'planted',
        [partitionKey.slice(1)]: 'planted',
        note: Buffer.from(`a ${planted}`).toString('base64'),
      };
      await app.cloud.database.container(container).items.create(document);
    }
    const letter = { body: { reason: planted.toUpperCase() } };
    await client.createSender('parked-messages').sendMessages([letter, letter]);
    await deadLetterOne(client.createReceiver('parked-messages'));
    await client.createSender('abuse-events').sendMessages({ body: {}, applicationProperties: { note: planted } });
    app.logs.push({ level: 'information', category: 'user', message: Buffer.from(planted).toString('hex') });
    await post('liveness-sessions', JSON.stringify({ endUserRef: 'x', [planted]: 1 }));
    await fetch(`${toFace.endpoint}/face/v1.2/detectLiveness-sessions/x`, { headers: { 'x-planted': planted } });
    await client.close();

    const places = await placesOf(planted);

    expect(places).toEqual([
      ...Object.keys(topology.cosmos.containers).map((container) => `container ${container}`),
      'queue parked-messages',
      'subscription everything',
      'queue parked-messages (dead letters)',
      'log',
      'problems',
      'sent to Face',
    ]);
  });

  const deadLetterOne = async (receiver: ServiceBusReceiver): Promise<void> => {
    const messages = await receiver.receiveMessages(10, { maxWaitTimeInMs: 500 });
    const [dead, ...others] = messages.filter(({ body }) => JSON.stringify(body).includes(planted.toUpperCase()));
    if (dead === undefined || others.length === 0) throw new Error('the planted messages did not come');
    await receiver.deadLetterMessage(dead);
    for (const other of messages) if (other !== dead) await receiver.abandonMessage(other);
  };
});

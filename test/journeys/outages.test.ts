// A day on which something is down: nothing is lost, nothing is counted twice, and everything comes to a proper end.

import { ServiceBusClient } from '@azure/service-bus';
import { eventually, startApp, type IssuedSession, type RunningApp } from './running-app.ts';

let app: RunningApp;

beforeAll(async () => {
  app = await startApp({ subscriptions: ['everything'] });
  // As after a deployment: every sweep has run once.
  for (const timer of ['detectAbusePatterns', 'collectUnreportedResults', 'publishEvents', 'completeDecisions']) {
    await app.runTimer(timer);
  }
}, 60_000);

afterEach(() => {
  app.cloud.cosmos.faults.clear();
  app.cloud.serviceBus.faults.clear();
  app.cloud.face.faults.clear();
});

afterAll(() => app.stop());

const queue = (name: string) => {
  const state = app.cloud.serviceBus.inspect().entities[name];
  if (state === undefined) throw new Error(`no queue ${name}`);
  return state;
};

const isQuiet = ({ active, locked, scheduled }: { active: number; locked: number; scheduled: number }): boolean =>
  active === 0 && locked === 0 && scheduled === 0;

const sessionState = async ({ sessionId }: IssuedSession): Promise<unknown> => {
  const [session] = await app.documents(
    `SELECT c.state FROM c WHERE c.documentKind = 'session' AND c.sessionId = '${sessionId}'`,
  );
  return session?.state;
};

describe('I1 and I8: Cosmos DB is down for ten minutes, under load', () => {
  it('everything is counted once afterwards, and nothing is dead-lettered', async () => {
    const sessions = await Promise.all(Array.from({ length: 12 }, (_, index) => app.issue(`in the outage ${index}`)));
    for (const session of sessions) await app.play(session, { media: 'live', error: 'NoFaceDetected' });
    // The results get as far as the queue; then the store goes.
    await sendFor(sessions);
    app.cloud.cosmos.faults.add({ status: 503 });

    for (let minute = 0; minute < 10; minute += 1) {
      const refused = await app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: `new ${minute}` } });
      expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      await app.advance(60);
      await eventually(() => queue('liveness-results').active === 0 && queue('liveness-results').locked === 0);
    }
    app.cloud.cosmos.faults.clear();
    await app.advance(600);
    await eventually(() => isQuiet(queue('liveness-results')));

    for (const session of sessions) {
      expect(await app.attempts(session.correlationId)).toHaveLength(1);
      expect((await app.history(session.correlationId)).history.technical).toHaveLength(4);
    }
    expect(queue('liveness-results').deadLettered).toBe(0);
    expect(queue('parked-messages').active).toBe(0);
  }, 120_000);
});

describe('M11 and I8: nobody reports, and the timers have stopped for a day', () => {
  it('a token request wakes the sweeps, and every result is collected before Face forgets it', async () => {
    const tried = await app.issue('never reports');
    await app.play(tried, { media: 'print' });
    const untouched = await app.issue('never tries');

    await app.advance(86_400);
    await app.issue('somebody else');
    await eventually(
      async () => (await sessionState(tried)) === 'closed' && (await sessionState(untouched)) === 'closed',
    );

    expect(await app.attempts(tried.correlationId)).toMatchObject([{ outcome: 'spoof' }]);
    expect((await app.history(tried.correlationId)).outstanding).toEqual([]);
    const ledger = await app.documents(
      `SELECT c.type FROM c WHERE c.documentKind = 'attempt' AND c.correlationId = '${untouched.correlationId}'`,
    );
    expect(ledger).toEqual([{ type: 'session.abandoned' }]);
    const repeated = await app.complete(tried);
    expect([repeated.status, repeated.body.decision, repeated.body.reason]).toEqual([200, 'not-passed', 'not-live']);
  }, 60_000);
});

describe('I8: the process ends while sessions are half done', () => {
  it('reservations are released, results collected and counted once, events published', async () => {
    const tried = await app.issue('crash after the try');
    await app.play(tried, { media: 'print' });
    app.cloud.face.faults.add({ operation: 'create', hang: true, times: 1 });
    const underWay = app
      .call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'crash after the try' } })
      .catch(() => undefined);
    await eventually(async () => (await app.history(tried.correlationId)).outstanding.length === 2);

    await app.crash();
    await underWay;
    expect((await app.history(tried.correlationId)).outstanding).toHaveLength(2);
    await app.advance(700);
    await app.runTimer('collectUnreportedResults');
    await eventually(async () => (await app.history(tried.correlationId)).outstanding.length === 0);
    await app.advance(60);
    await app.runTimer('publishEvents');

    expect(await app.attempts(tried.correlationId)).toMatchObject([{ outcome: 'spoof' }]);
    const unpublished = `SELECT * FROM c WHERE c.documentKind = 'event' AND IS_DEFINED(c.dueAt)`;
    await eventually(async () => (await app.documents(unpublished)).length === 0);
  }, 60_000);
});

describe('I9: a Face session ends only after its attempts are in the ledger or on their way', () => {
  it('so a broker that refuses them keeps the session at Face', async () => {
    const session = await app.issue('broker down');
    await app.play(session, { media: 'print' });
    const refusing = app.cloud.serviceBus.faults.add({
      on: 'send',
      entity: 'liveness-results',
      do: 'server-busy',
      times: 50,
    });

    const answer = await app.complete(session);
    const atFace = () =>
      app.cloud.face.inspect().list.find(({ deviceCorrelationId }) => deviceCorrelationId === session.correlationId);
    expect([answer.status, atFace()?.deleted]).toEqual([503, false]);
    refusing.remove();
    const again = await app.complete(session);

    expect([again.status, again.body.reason, atFace()?.deleted]).toEqual([200, 'not-live', true]);
    await eventually(async () => (await app.attempts(session.correlationId)).length === 1);
  }, 60_000);
});

describe('I4: every committed event is published, once more rather than never', () => {
  it('also when the broker refuses it at first', async () => {
    const session = await app.issue('event later');
    app.cloud.serviceBus.faults.add({ on: 'send', entity: 'abuse-events', do: 'server-busy', times: 50 });
    await app.complete(session, { clientError: 'CameraPermissionDenied' });
    await eventually(async () => (await app.history(session.correlationId)).sequence === 1);
    await eventually(() => app.logs.some(({ message }) => message.includes('events-left-to-the-sweep')));
    app.cloud.serviceBus.faults.clear();

    await app.advance(60);
    await app.runTimer('publishEvents');
    await app.runTimer('publishEvents');

    const client = new ServiceBusClient(app.cloud.serviceBus.connectionString);
    const messages = await client.createReceiver('abuse-events', 'everything').peekMessages(500);
    await client.close();
    const mine = messages.filter(({ subject }) => subject === session.correlationId);
    expect(mine.map(({ body }) => (body as { sequence: number }).sequence)).toEqual([1]);
  }, 60_000);
});

/** Completes without waiting for the answer's sake: what matters is that the results lie in the queue. */
const sendFor = async (sessions: readonly IssuedSession[]): Promise<void> => {
  const client = new ServiceBusClient(app.cloud.serviceBus.connectionString);
  const sender = client.createSender('liveness-results');
  await sender.sendMessages(
    sessions.flatMap(({ sessionId, correlationId }) => {
      const base = { schemaVersion: 1, at: new Date().toISOString(), customerId: 'contoso', correlationId, sessionId };
      const attempt = { ...base, type: 'attempt', attemptId: 1, outcome: 'technical', errorCode: 'NoFaceDetected' };
      // Twice: a redelivery during the outage must not count either.
      return [{ body: attempt }, { body: attempt }];
    }),
  );
  await client.close();
};

// The promises under what a cloud does to an app: duplicates, reordering, lost replies, races, outages, crashes.

import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { eventually, startApp, type IssuedSession, type RunningApp } from './running-app.ts';

let app: RunningApp;
let serviceBus: ServiceBusClient;

/** Of one history element in a stored document: [at, session, attemptId, tag]. */
const NUMBERS_PER_ATTEMPT = 4;
const BUDGET = 22;

beforeAll(async () => {
  app = await startApp({ subscriptions: ['everything'] });
  serviceBus = new ServiceBusClient(app.cloud.serviceBus.connectionString);
}, 60_000);

afterEach(() => {
  app.cloud.cosmos.faults.clear();
  app.cloud.serviceBus.faults.clear();
  app.cloud.face.faults.clear();
});

afterAll(async () => {
  await serviceBus.close();
  await app.stop();
});

const queueIsEmpty = (): boolean => {
  const { active, locked, scheduled } = app.cloud.serviceBus.inspect().entities['liveness-results'] ?? {};
  return active === 0 && locked === 0 && scheduled === 0;
};

const resultOf = (session: IssuedSession, attemptId: number, outcome: string): ServiceBusMessage => ({
  contentType: 'application/json',
  body: {
    schemaVersion: 1,
    type: 'attempt',
    at: new Date().toISOString(),
    customerId: 'contoso',
    correlationId: session.correlationId,
    sessionId: session.sessionId,
    attemptId,
    outcome,
  },
});

const sendResults = async (messages: ServiceBusMessage[]): Promise<void> => {
  const sender = serviceBus.createSender('liveness-results');
  await sender.sendMessages(messages);
  await sender.close();
};

const parkedReasons = async (): Promise<string[]> => {
  const receiver = serviceBus.createReceiver('parked-messages', { receiveMode: 'receiveAndDelete' });
  const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 100 });
  await receiver.close();
  return messages.map(({ applicationProperties }) => String(applicationProperties?.reason));
};

const countsOf = async (correlationId: string) => {
  const { history } = await app.history(correlationId);
  return {
    spoof: (history.spoof?.length ?? 0) / NUMBERS_PER_ATTEMPT,
    uncertain: (history.uncertain?.length ?? 0) / NUMBERS_PER_ATTEMPT,
    technical: (history.technical?.length ?? 0) / NUMBERS_PER_ATTEMPT,
  };
};

describe('I1: each attempt is counted exactly once', () => {
  it('when its message comes five times, in any order', async () => {
    const session = await app.issue('duplicates');
    const three = [1, 2, 3].map((attemptId) => resultOf(session, attemptId, 'technical'));

    await sendResults([3, 1, 2, 2, 3, 1, 1, 2, 3, 3, 2, 1, 2, 1, 3].map((attemptId) => three[attemptId - 1]!));
    await eventually(async () => queueIsEmpty() && (await app.attempts(session.correlationId)).length === 3);

    expect(await countsOf(session.correlationId)).toEqual({ spoof: 0, uncertain: 0, technical: 3 });
    expect(await app.history(session.correlationId)).toMatchObject({ outstanding: [], sequence: 1 });
  });

  it('when the store keeps the change and the reply is lost', async () => {
    const session = await app.issue('lost replies');
    app.cloud.cosmos.faults.add({ operation: 'Batch', kind: 'attempt', drop: 'after', times: 2 });

    await sendResults([1, 2].map((attemptId) => resultOf(session, attemptId, 'technical')));
    await eventually(async () => queueIsEmpty() && (await app.attempts(session.correlationId)).length === 2);

    expect(await countsOf(session.correlationId)).toEqual({ spoof: 0, uncertain: 0, technical: 2 });
  });

  it('when the device history fails after the count, and then follows', async () => {
    const session = await app.issue('device', { deviceId: 'a phone' });
    app.cloud.cosmos.faults.add({ operation: 'Create', container: 'devices', status: 503, times: 1 });
    await app.play(session, { media: 'live', error: 'NoFaceDetected' });

    await app.complete(session);
    await eventually(async () => {
      const devices = await app.documents('SELECT * FROM c', 'devices');
      return devices.some((device) => JSON.stringify(device).includes(session.correlationId));
    });

    expect(await countsOf(session.correlationId)).toEqual({ spoof: 0, uncertain: 0, technical: 1 });
  });

  it('and what cannot be counted is parked with its reason', async () => {
    const [mine, other] = [await app.issue('honest'), await app.issue('someone else')];
    await sendResults([resultOf(mine, 1, 'technical')]);
    await eventually(async () => queueIsEmpty() && (await app.attempts(mine.correlationId)).length === 1);

    await sendResults([
      { body: 'no JSON', contentType: 'text/plain' },
      { body: { schemaVersion: 1, type: 'attempt' } },
      { ...resultOf(mine, 1, 'real') },
      { body: { ...(resultOf(mine, 2, 'spoof').body as object), correlationId: other.correlationId } },
      { body: { ...(resultOf(mine, 2, 'spoof').body as object), customerId: 'fabrikam' } },
      { body: { ...(resultOf(mine, 2, 'spoof').body as object), sessionId: `${mine.correlationId}.AAAAAAAAAAA` } },
    ]);
    const reasons: string[] = [];
    await eventually(async () => {
      reasons.push(...(await parkedReasons()));
      return reasons.length === 6;
    });

    expect(reasons.sort()).toEqual([
      'contradicts-ledger',
      'message.at: Invalid input: expected string, received undefined',
      'message.correlationId: is not the one that the session belongs to',
      'not JSON',
      'other-customer',
      'unknown-session',
    ]);
    expect(await countsOf(mine.correlationId)).toEqual({ spoof: 0, uncertain: 0, technical: 1 });
    expect(await countsOf(other.correlationId)).toEqual({ spoof: 0, uncertain: 0, technical: 0 });
  });
});

describe('I2: after a verdict no token gets out', () => {
  it.each(['create at Face', 'store the issued session'])('also not one that is under way: %s', async (step) => {
    const user = `under way at ${step}`;
    const earlier = await app.issue(user);
    if (step === 'create at Face') app.cloud.face.faults.add({ operation: 'create', latencyMs: 1500, times: 1 });
    else app.cloud.cosmos.faults.add({ operation: 'Batch', kind: 'session', latencyMs: 1500, skip: 1, times: 1 });

    const underWay = app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: user } });
    await eventually(async () => (await app.history(earlier.correlationId)).outstanding.length === 2);
    await sendResults(['spoof', 'spoof', 'spoof'].map((outcome, index) => resultOf(earlier, index + 1, outcome)));
    const reserved = (await app.history(earlier.correlationId)).outstanding.find(
      ({ sessionId }) => sessionId !== earlier.sessionId,
    );
    await sendResults([resultOf({ ...earlier, sessionId: reserved?.sessionId ?? '' }, 1, 'spoof')]);
    await eventually(async () => (await app.history(earlier.correlationId)).verdicts.length > 0);

    const answer = await underWay;
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status: 403, code: 'correlation-flagged' });
    expect(answer.body).not.toHaveProperty('authToken');
  });

  it('also when the customer is suspended while the token is made', async () => {
    app.cloud.face.faults.add({ operation: 'create', latencyMs: 700, times: 1 });
    const customer = app.cloud.database.container('customers').item('customer', 'contoso');
    const suspend = (eligibility: string) => customer.patch([{ op: 'set', path: '/eligibility', value: eligibility }]);

    const underWay = app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'suspended meanwhile' } });
    await eventually(() => app.cloud.face.inspect().calls.create > 0);
    await suspend('suspended');
    const answer = await underWay;
    const next = await app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'suspended before' } });
    await suspend('eligible');

    expect([answer, next].map(({ status, body }) => [status, body.code])).toEqual([
      [403, 'customer-not-eligible'],
      [403, 'customer-not-eligible'],
    ]);
  });
});

describe('I3: the budget holds', () => {
  it('when 200 requests for one end user arrive at once: two tokens, the others wait', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'two hundred' } }),
      ),
    );

    const issued = answers.filter(({ status }) => status === 201);
    const waiting = answers.filter(({ status, body }) => status === 429 && body.code === 'wait');
    expect([issued.length, waiting.length]).toEqual([2, 198]);
    expect(waiting.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
    const history = await app.history(issued[0]!.body.correlationId as string);
    expect(history.outstanding).toHaveLength(2);
  }, 60_000);

  it('for whoever tries once a day and is never certain: at most 22 are judged in any 30 days', async () => {
    const judgedOnDay: number[] = [];
    const refusals = new Set<unknown>();
    for (let day = 0; day < 40; day += 1) {
      const answer = await app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'persistent' } });
      if (answer.status === 201) {
        const session = answer.body as unknown as IssuedSession;
        await app.play(session, { media: 'live', outcome: 'uncertain' });
        await app.complete(session);
        await eventually(async () => (await app.history(session.correlationId)).outstanding.length === 0);
        judgedOnDay.push(day);
      } else refusals.add(answer.body.code);
      await app.advance(86_400);
    }

    const inThirtyDaysFrom = (start: number) => judgedOnDay.filter((day) => day >= start && day < start + 30).length;
    expect(Math.max(...judgedOnDay.map(inThirtyDaysFrom))).toBeLessThanOrEqual(BUDGET);
    expect(judgedOnDay.length).toBeGreaterThan(10);
    expect(refusals).toContain('exposure-budget');
  }, 60_000);
});

describe('I5: a token reaches the caller only after everything about it is stored', () => {
  it('so a store that fails at the last step makes 503, no token, and the reservation comes back', async () => {
    const first = await app.issue('not stored');
    await app.complete(first, { clientError: 'CameraPermissionDenied' });
    await eventually(async () => (await app.history(first.correlationId)).outstanding.length === 0);
    app.cloud.cosmos.faults.add({ operation: 'Batch', kind: 'session', status: 503, skip: 1, times: 1 });

    const answer = await app.call('POST', '/api/v1/liveness-sessions', { body: { endUserRef: 'not stored' } });

    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await app.history(first.correlationId)).outstanding).toEqual([]);
    const { list } = app.cloud.face.inspect();
    const atFace = list.filter(({ deviceCorrelationId }) => deviceCorrelationId === first.correlationId);
    expect(atFace.map(({ deleted }) => deleted)).toEqual([true, true]);
  });
});

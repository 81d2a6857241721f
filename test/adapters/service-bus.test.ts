import { ServiceBusEventPublisher } from '../../shared/adapters/service-bus/service-bus-event-publisher.ts';
import { ServiceBusParkedMessages } from '../../shared/adapters/service-bus/service-bus-parked-messages.ts';
import { ServiceBusResults } from '../../shared/adapters/service-bus/service-bus-results.ts';
import { ServiceBusSweepNudges } from '../../shared/adapters/service-bus/service-bus-sweep-nudges.ts';
import type { SweepName } from '../../shared/application/ports.ts';
import type { EventType } from '../../shared/application/records.ts';
import { cloudEventOf } from '../../shared/contracts/cloud-event.ts';
import { decodeResult, encodeResult } from '../../shared/contracts/result-message.ts';
import { eventPublisherContract } from '../contract/event-publisher.contract.ts';
import { livenessResultsContract } from '../contract/liveness-results.contract.ts';
import { sweepNudgesContract } from '../contract/sweep-nudges.contract.ts';
import { aCorrelationId, aLivenessResult, anEvent, aVerdict } from '../support/builders.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';
import { EVERYTHING, openServiceBusWorld, type ServiceBusWorld } from '../support/local-service-bus.ts';

let world: ServiceBusWorld;
beforeAll(async () => {
  world = await openServiceBusWorld();
});
afterEach(() => world.bus.faults.clear());
afterAll(() => world.stop());

const correlationId = aCorrelationId();
const unavailable = expect.objectContaining({ name: 'Unavailable' }) as Error;

describe('ServiceBusResults', () => {
  const make = () => {
    const results = new ServiceBusResults(world.connection);
    const take = async (count: number) => {
      const messages = await world.take('liveness-results', count);
      return messages.map(({ body }) => {
        const decoded = decodeResult(JSON.stringify(body));
        if (decoded.kind === 'invalid') throw new Error(decoded.reason);
        return decoded.event;
      });
    };
    return { results, take };
  };
  livenessResultsContract(make);

  it('brings none of them when the broker refuses', async () => {
    const { results, take } = make();
    world.bus.faults.add({ on: 'send', entity: 'liveness-results', do: 'quota', times: 10 });

    await expect(results.send([aLivenessResult({ correlationId })])).rejects.toEqual(unavailable);

    expect(await take(0)).toEqual([]);
  });

  it('brings a postponed message at its moment and not before, with the number of its postponements', async () => {
    const { results } = make();
    const message = { ...encodeResult(aLivenessResult({ correlationId })), postponed: 3 };
    const until = secondsAfter(new Date(), 3600);

    await results.postpone(message, until);

    expect(await world.take('liveness-results', 0)).toEqual([]);
    expect(world.bus.inspect().entities['liveness-results']).toMatchObject({ scheduled: 1 });
  });
});

describe('ServiceBusEventPublisher', () => {
  const make = () => ({
    publisher: new ServiceBusEventPublisher(world.connection),
    take: async (count: number) => (await world.take(EVERYTHING, count)).map(({ body }) => (body as { id: string }).id),
  });
  eventPublisherContract(make);

  const flagRaised = (what: { type?: EventType; data?: Record<string, unknown> } = {}) => {
    const { pattern, scope, statistic, limit } = aVerdict();
    const data = {
      flagId: aCorrelationId(),
      caseKey: aCorrelationId(),
      pattern,
      scope,
      statistic,
      limit,
      reasons: ['because'],
    };
    return anEvent({ correlationId, type: 'flag.raised', sequence: 4, data, ...what });
  };

  it('starts the closing of open sessions with verdicts, and with nothing else', async () => {
    const closing = { topic: 'abuse-events', subscription: 'close-open-sessions' };
    const flag = flagRaised();
    const pause = flagRaised({ type: 'pause.started', data: { ...flag.data, until: startOfTests.toISOString() } });
    const reset = flagRaised({ type: 'correlation.reset', data: { newCorrelationId: aCorrelationId() } });

    await make().publisher.publish([flag, anEvent({ correlationId }), pause, reset]);

    const messages = await world.take(closing, 2);
    expect(messages.map(({ messageId }) => messageId).toSorted()).toEqual([flag.eventId, pause.eventId].toSorted());
    await world.take(EVERYTHING, 4);
  });

  it('sends a structured CloudEvent, and properties that subscriptions filter by', async () => {
    const event = flagRaised();
    await make().publisher.publish([event]);

    const [message] = await world.take(EVERYTHING, 1);

    expect(message).toMatchObject({
      body: cloudEventOf(event),
      contentType: 'application/cloudevents+json',
      messageId: event.eventId,
      subject: correlationId,
      applicationProperties: { type: 'flag.raised', customerId: event.customerId, sequence: 4 },
    });
  });

  it('lets the broker drop an event that is published again soon', async () => {
    const { publisher, take } = make();
    const event = flagRaised();

    await publisher.publish([event]);
    await publisher.publish([event]);

    expect(await take(1)).toEqual([event.eventId]);
  });

  it('is unavailable while the broker is', async () => {
    world.bus.faults.add({ on: 'send', entity: 'abuse-events', do: 'quota', times: 10 });

    await expect(make().publisher.publish([anEvent({ correlationId })])).rejects.toEqual(unavailable);
  });
});

describe('ServiceBusSweepNudges', () => {
  let minutes = 0;
  const make = () => {
    const nudges = new ServiceBusSweepNudges(world.connection);
    // The broker remembers ids, so each test has minutes of its own.
    minutes += 10;
    const offset = minutes * 60;
    return Promise.resolve({
      nudges: { nudge: (sweep: SweepName, now: Date) => nudges.nudge(sweep, secondsAfter(now, offset)) },
      take: async (count: number) =>
        (await world.take('sweeps', count)).map(({ body }) => (body as { sweep: SweepName }).sweep),
    });
  };
  sweepNudgesContract(make);

  it('is unavailable while the broker is', async () => {
    const { nudges } = await make();
    world.bus.faults.add({ on: 'send', entity: 'sweeps', do: 'quota', times: 10 });

    await expect(nudges.nudge('publish-events', startOfTests)).rejects.toEqual(unavailable);
  });
});

describe('ServiceBusParkedMessages', () => {
  const park = (text: string): Promise<void> =>
    new ServiceBusParkedMessages(world.connection).park({ from: 'sweeps', text, reason: 'not JSON' });

  it('keeps what came, with where from and why it is of no use', async () => {
    await park('{"no": "message"');

    const [message] = await world.take('parked-messages', 1);

    expect(String(message?.body)).toBe('{"no": "message"');
    expect(message?.applicationProperties).toEqual({ from: 'sweeps', reason: 'not JSON' });
  });

  it('keeps what is nearly as large as a message can be', async () => {
    const body = '"'.repeat(250_000);

    await park(body);

    const [message] = await world.take('parked-messages', 1);
    expect(String(message?.body)).toBe(body);
  });

  it('keeps the beginning of bytes that were no text, and have grown beyond what a message can hold', async () => {
    const body = Buffer.alloc(140_000, 0xff).toString();

    await park(body);

    const [message] = await world.take('parked-messages', 1);
    expect(body.startsWith(String(message?.body).slice(0, -1))).toBe(true);
  });
});

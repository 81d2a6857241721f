import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import * as z from 'zod';
import type { CustomerEventRecord } from '../../../shared/application/customer-events.ts';
import { cloudEventOf, cloudEvents } from '../../../shared/contracts/cloud-event.ts';
import type { EventType } from '../../../shared/application/records.ts';
import { aCorrelationId, anEvent, aSessionId, customerId } from '../../support/builders.ts';
import { startOfTests } from '../../support/held-clock.ts';

const correlationId = aCorrelationId();
const verdictData = {
  flagId: aCorrelationId(),
  caseKey: aCorrelationId(),
  pattern: 'impostor',
  scope: 'correlation',
  reasons: ['3 times a live face that does not match the reference image'],
  statistic: 10,
  limit: 10,
};

const dataOf: Record<EventType, Record<string, unknown>> = {
  'session.completed': { sessionId: aSessionId(correlationId), result: 'no-attempt', attempts: 0 },
  'flag.raised': verdictData,
  'pause.started': { ...verdictData, until: '2026-03-03T12:00:00.000Z' },
  'pause.ended': { flagId: aCorrelationId() },
  'correlation.reset': { newCorrelationId: aCorrelationId() },
};
const types = Object.keys(dataOf) as EventType[];

const event = (type: EventType, data = dataOf[type]) => anEvent({ correlationId, type, data, sequence: 7 });

const customerEvent: CustomerEventRecord = {
  eventId: aCorrelationId(),
  type: 'customer.enforcement-changed',
  customerId,
  sequence: 3,
  at: startOfTests,
  data: { enforced: false, appVersion: '4.2', until: '2026-03-02T14:00:00.000Z', because: 'decided' },
};

describe('a CloudEvent', () => {
  it.each(types)('%s has the attributes of the specification, and fits its published schema', (type) => {
    const stored = event(type);
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const fits = ajv.compile(z.toJSONSchema(cloudEvents[type]));

    const published = cloudEventOf(stored);

    expect(published).toEqual({
      specversion: '1.0',
      id: stored.eventId,
      source: '/liveness-abuse-monitor',
      type,
      subject: correlationId,
      time: '2026-03-02T12:00:00.000Z',
      datacontenttype: 'application/json',
      sequence: 7,
      customerid: customerId,
      data: dataOf[type],
    });
    expect(fits(JSON.parse(JSON.stringify(published)))).toBe(true);
    expect(fits({ ...published, specversion: '2.0' })).toBe(false);
  });

  it('about a customer has the customer as its subject', () => {
    expect(cloudEventOf(customerEvent)).toEqual({
      specversion: '1.0',
      id: customerEvent.eventId,
      source: '/liveness-abuse-monitor',
      type: 'customer.enforcement-changed',
      subject: customerId,
      time: '2026-03-02T12:00:00.000Z',
      datacontenttype: 'application/json',
      sequence: 3,
      customerid: customerId,
      data: customerEvent.data,
    });
  });

  it('is the same however often it is published', () => {
    const stored = event('flag.raised');

    expect(cloudEventOf({ ...stored, dueAt: new Date(0) })).toEqual(cloudEventOf(stored));
  });

  it('has attribute names that the specification permits: lower-case letters and digits', () => {
    for (const type of types) {
      expect(Object.keys(cloudEventOf(event(type))).filter((name) => !/^[a-z0-9]{1,20}$/.test(name))).toEqual([]);
    }
  });

  it('is not made of data that does not fit its schema: that would be our mistake', () => {
    expect(() => cloudEventOf(event('pause.started', verdictData))).toThrow('until');
    expect(() => cloudEventOf({ ...event('pause.ended'), sequence: 0 })).toThrow('sequence');
  });

  it('carries nothing that its schema does not name', () => {
    const published = cloudEventOf(event('pause.ended', { ...dataOf['pause.ended'], endUserKey: '1.alice' }));

    expect(JSON.stringify(published)).not.toContain('alice');
  });
});

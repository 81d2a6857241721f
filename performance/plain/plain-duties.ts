// What the product does beside writing a result down, done in the plain way: one read, change and write after the other.
// An event is sent and not kept, so a crash loses it; nobody is judged.

import { PatchOperationType } from '@azure/cosmos';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { CosmosDatabase } from '../../shared/adapters/cosmos/cosmos-database.ts';
import type { ServiceBusConnection } from '../../shared/adapters/service-bus/service-bus-connection.ts';
import type { ResultEvent } from '../../shared/application/ports.ts';
import { dayOf } from '../../shared/domain/time.ts';
import type { Workload } from '../pipelines/workload.ts';
import type { PlainSummary } from './plain-summary.ts';
import { HTTP, unless } from './unless.ts';

export interface PlainDuties {
  prepare(workload: Workload): Promise<void>;
  afterResult(event: ResultEvent, before: PlainSummary): Promise<void>;
}

const plainDevice = z.object({
  id: z.string(),
  deviceKey: z.string(),
  failures: z.number(),
  passes: z.number(),
  correlationIds: z.array(z.string()),
  lastDay: z.number(),
});
type PlainDevice = z.infer<typeof plainDevice>;

const DEVICE_ID = 'plain-device';
const TRIES = 20;

export const makePlainDuties = (database: CosmosDatabase, serviceBus: ServiceBusConnection): PlainDuties => {
  const correlations = database.container('correlations');
  const devices = database.container('devices');
  const observations = database.container('observations');
  const sender = serviceBus.sender('abuse-events');

  return {
    prepare: async ({ people, customerId }) => {
      for (const { sessionId, correlationId, deviceKey } of people.flat()) {
        const id = sessionDocumentId(sessionId);
        await correlations.items.create({ id, sessionId, correlationId, customerId, deviceKey, state: 'closing' });
      }
    },
    afterResult: async (event, before) => {
      if (event.type === 'attempt') await countForDevice(event, before);
      else await endSession(event);
    },
  };

  async function endSession({ sessionId, correlationId, customerId }: ResultEvent): Promise<void> {
    const session = correlations.item(sessionDocumentId(sessionId), correlationId);
    await session.patch([{ op: PatchOperationType.set, path: '/state', value: 'closed' }]);
    const type = 'session.completed';
    const body = { id: randomUUID(), type, subject: correlationId, customerid: customerId, data: { sessionId } };
    await sender.sendMessages({ body, messageId: body.id, applicationProperties: { type, customerId } });
  }

  async function countForDevice(event: ResultEvent & { type: 'attempt' }, before: PlainSummary): Promise<void> {
    const { deviceKey = '', correlationId } = event;
    const today = dayOf(event.atMs);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const { resource, etag } = await devices.item(DEVICE_ID, deviceKey).read<object>();
      const known = resource === undefined ? newDevice(deviceKey) : plainDevice.parse(resource);
      if (!(await writeDevice(withAttempt(known, event), resource === undefined ? undefined : etag))) continue;
      if (before.results.length === 0) await observe(`first-check:${correlationId}:${today}`, today, event);
      if (known.lastDay !== today) await observe(`device-day:${deviceKey}:${today}`, today, event);
      return;
    }
    throw new Error('too many writers for one device');
  }

  /** False when somebody else wrote first. */
  function writeDevice(device: PlainDevice, etag: string | undefined): Promise<boolean> {
    if (etag === undefined) return unless(HTTP.conflict, () => devices.items.create(device));
    const accessCondition = { type: 'IfMatch', condition: etag };
    return unless(HTTP.preconditionFailed, () =>
      devices.item(DEVICE_ID, device.deviceKey).replace(device, { accessCondition }),
    );
  }

  async function observe(id: string, day: number, { atMs, customerId }: ResultEvent): Promise<void> {
    const key = `plain|${day}`;
    await unless(HTTP.conflict, () =>
      observations.items.create({ id, key, atMs, customerId, createdAtMs: Date.now() }),
    );
  }
};

const sessionDocumentId = (sessionId: string): string => `plain-session:${sessionId}`;

const newDevice = (deviceKey: string): PlainDevice => ({
  id: DEVICE_ID,
  deviceKey,
  failures: 0,
  passes: 0,
  correlationIds: [],
  lastDay: 0,
});

const withAttempt = (device: PlainDevice, event: ResultEvent & { type: 'attempt' }): PlainDevice => ({
  ...device,
  failures: device.failures + (event.outcome === 'real' ? 0 : 1),
  passes: device.passes + (event.outcome === 'real' ? 1 : 0),
  correlationIds: [...new Set([...device.correlationIds, event.correlationId])],
  lastDay: dayOf(event.atMs),
});

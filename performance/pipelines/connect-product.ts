// The product in this process, on the cloud of another.

import { AzureKeyCredential } from '@azure/core-auth';
import { wire } from '../../functions/wire.ts';
import { connectCosmos } from '../../shared/adapters/cosmos/cosmos-database.ts';
import { FaceService } from '../../shared/adapters/face/face-service.ts';
import { connectServiceBus } from '../../shared/adapters/service-bus/service-bus-connection.ts';
import type { Log } from '../../shared/application/ports.ts';
import {
  systemClock as clock,
  systemRandomness as randomness,
  systemWait as wait,
} from '../../shared/platform/clock.ts';
import { makePseudonyms } from '../../shared/platform/hashes.ts';
import type { CloudProcess } from '../cloud/cloud-process.ts';

/** So that a busy machine ends no call. */
const DEADLINE = { deadlineMs: 60_000 };

export type ConnectedProduct = ReturnType<typeof connectProduct>;

export const connectProduct = ({ settings }: Pick<CloudProcess, 'settings'>, log: Log) => {
  const setting = (name: string): string => settings[name] ?? '';
  const database = connectCosmos(
    { endpoint: setting('COSMOS_ENDPOINT'), credential: { kind: 'key', key: setting('COSMOS_KEY') } },
    DEADLINE,
  );
  const serviceBus = connectServiceBus({
    kind: 'connection-string',
    connectionString: setting('ServiceBusConnection'),
  });
  const face = new FaceService({
    endpoint: setting('FACE_ENDPOINT'),
    credential: { kind: 'key', key: new AzureKeyCredential(setting('FACE_KEY')) },
    ...DEADLINE,
  });
  const product = wire({
    database,
    serviceBus,
    face,
    clock,
    randomness,
    wait,
    log,
    pseudonyms: makePseudonyms({ version: 1, secret: Buffer.from(setting('PSEUDONYM_KEY'), 'base64') }),
    faceCallsPerSecond: Number(setting('FACE_CALLS_PER_SECOND')),
  });
  return { database, serviceBus, product, close: () => serviceBus.close() };
};

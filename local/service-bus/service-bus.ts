import { randomUUID } from 'node:crypto';
import { sharedClock, type Clock } from '../clock.ts';
import { defaultAccessKeys, type AccessKeys } from './broker/access.ts';
import type { Totals } from './broker/broker-context.ts';
import { Broker } from './broker/broker.ts';
import { Entities, type EntityState } from './broker/entities.ts';
import { readConfig } from './config.ts';
import { noJournal } from './entity/journal.ts';
import { restoreEntities } from './store/restore.ts';
import { SqliteJournal } from './store/sqlite-journal.ts';
import { Faults, type Fault } from './faults.ts';

export interface ServiceBusOptions {
  /** The official emulator's configuration, or the path of its file. */
  config: unknown;
  /** Absent or 0: a free one. */
  port?: number;
  clock?: Clock;
  faults?: readonly Fault[];
  /** A directory; absent: nothing outlives the broker. */
  storage?: string;
  /** Name to key. */
  accessKeys?: AccessKeys;
  log?: (sentence: string) => void;
}

export interface Inspection {
  entities: Record<string, EntityState>;
  connections: number;
  totals: Totals;
}

export interface LocalServiceBus {
  readonly connectionString: string;
  readonly port: number;
  readonly faults: Faults;
  inspect(): Inspection;
  stop(): Promise<void>;
}

/** Starts a broker on loopback that the Service Bus SDK takes for Azure's. */
export const startServiceBus = async (options: ServiceBusOptions): Promise<LocalServiceBus> => {
  const { clock = sharedClock, accessKeys = defaultAccessKeys, log = () => undefined } = options;
  const faults = new Faults(options.faults);
  const config = readConfig(options.config);
  const journal = options.storage === undefined ? undefined : new SqliteJournal(options.storage);
  let messageKey = 0;
  const entities = new Entities(config, {
    clock,
    journal: journal ?? noJournal,
    newLockToken: randomUUID,
    newMessageKey: () => (messageKey += 1),
  });
  if (journal !== undefined) messageKey = restoreEntities(journal, entities, log);
  const broker = new Broker({ entities, clock, faults, accessKeys, flush: () => journal?.flush(), log });
  const release = (): void => {
    entities.stop();
    journal?.close();
  };
  const port = await broker.listen(options.port ?? 0).catch((error: unknown) => {
    release();
    throw error;
  });
  let stopping: Promise<void> | undefined;
  return {
    port,
    connectionString: connectionString(port, accessKeys),
    faults,
    inspect: () => ({
      entities: entities.inspect(),
      connections: broker.connections,
      totals: { ...broker.context.totals },
    }),
    stop: () =>
      (stopping ??= (async () => {
        await broker.stop();
        release();
      })()),
  };
};

const connectionString = (port: number, keys: AccessKeys): string => {
  const [name, key] = Object.entries(keys)[0] ?? ['none', ''];
  return `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=${name};SharedAccessKey=${key};UseDevelopmentEmulator=true;`;
};

import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { sharedClock, type Clock } from '../clock.ts';
import { defaultAccessKeys, type AccessKeys } from './broker/access.ts';
import type { Totals } from './broker/broker-context.ts';
import { Broker } from './broker/broker.ts';
import { Entities, type EntityState } from './broker/entities.ts';
import { readConfig } from './config.ts';
import { noJournal } from './entity/journal.ts';
import { notFound } from './entity/refusal.ts';
import { LocalReceiver } from './in-process/local-receiver.ts';
import { Wire, type Place } from './in-process/wire.ts';
import { restoreEntities } from './store/restore.ts';
import { SqliteJournal } from './store/sqlite-journal.ts';
import { Faults, type Fault } from './faults.ts';

export interface ServiceBusOptions {
  /** The official emulator's configuration, or the path of its file. */
  config: unknown;
  /** Absent or 0: a free one; `false` opens none. */
  port?: number | false;
  clock?: Clock;
  faults?: readonly Fault[];
  /** A directory; absent: nothing outlives the broker. */
  storage?: string;
  /** Name to key. */
  accessKeys?: AccessKeys;
  /** Gives UUIDs, for lock tokens and for messages that come without an id; random ones by default. */
  newId?: () => string;
  log?: (sentence: string) => void;
}

export interface Inspection {
  entities: Record<string, EntityState>;
  connections: number;
  totals: Totals;
}

export interface LocalServiceBus {
  readonly connectionString: string;
  /** 0 when none is open. */
  readonly port: number;
  readonly faults: Faults;
  /** The network of one client process in this thread. */
  wire(): Wire;
  /** Takes messages without a connection from a path such as `queue` or `topic/Subscriptions/name`. */
  receiver(path: string): LocalReceiver;
  inspect(): Inspection;
  stop(): Promise<void>;
}

/** Starts a broker on loopback that the Service Bus SDK takes for Azure's. */
export const startServiceBus = async (options: ServiceBusOptions): Promise<LocalServiceBus> => {
  const { accessKeys = defaultAccessKeys, newId = randomUUID, log = () => undefined } = options;
  const inBroker: Place = AsyncLocalStorage.snapshot();
  const clock = clockOf(inBroker, options.clock ?? sharedClock);
  const faults = new Faults(options.faults);
  const config = readConfig(options.config);
  const journal = options.storage === undefined ? undefined : new SqliteJournal(options.storage);
  let messageKey = 0;
  const entities = new Entities(config, {
    clock,
    journal: journal ?? noJournal,
    newLockToken: newId,
    newMessageKey: () => (messageKey += 1),
  });
  if (journal !== undefined) messageKey = restoreEntities(journal, entities, log);
  const broker = new Broker({ entities, clock, faults, accessKeys, newId, flush: () => journal?.flush(), log });
  const release = (): void => {
    entities.stop();
    journal?.close();
  };
  const port =
    options.port === false
      ? undefined
      : await broker.listen(options.port ?? 0).catch((error: unknown) => {
          release();
          throw error;
        });
  let stopping: Promise<void> | undefined;
  return {
    port: port ?? 0,
    connectionString: connectionString(port, accessKeys),
    faults,
    wire: () => new Wire((stream) => broker.accept(stream), inBroker),
    receiver: (path) => {
      const queue = entities.find(path)?.receive;
      if (queue === undefined) throw notFound('127.0.0.1', path);
      return new LocalReceiver(queue);
    },
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

/** What waits on the clock belongs to the broker, whichever client in this thread has caused it. */
const clockOf = (inBroker: Place, clock: Clock): Clock => ({
  now: () => clock.now(),
  after: (ms, fn) => inBroker(() => clock.after(ms, fn)),
});

const connectionString = (port: number | undefined, keys: AccessKeys): string => {
  const [name, key] = Object.entries(keys)[0] ?? ['none', ''];
  const host = port === undefined ? '127.0.0.1' : `127.0.0.1:${port}`;
  return `Endpoint=sb://${host};SharedAccessKeyName=${name};SharedAccessKey=${key};UseDevelopmentEmulator=true;`;
};

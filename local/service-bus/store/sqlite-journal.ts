import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { BrokerMessage } from '../entity/broker-message.ts';
import type { Journal } from '../entity/journal.ts';

/** What was kept, in the words of the journal. */
export interface Kept {
  messages: readonly { place: string; message: BrokerMessage }[];
  numbers: readonly { entity: string; last: number }[];
  seen: readonly { entity: string; messageId: string; at: number }[];
}

/** The file belongs to another version, or to another broker. */
export class StorageError extends Error {}

const SCHEMA_VERSION = 1;
const schema = `
  CREATE TABLE messages (
    key INTEGER PRIMARY KEY, place TEXT NOT NULL, sequence_number INTEGER NOT NULL, topic_sequence_number INTEGER,
    enqueued_at INTEGER NOT NULL, ttl_ms INTEGER, scheduled_for INTEGER, delivery_count INTEGER NOT NULL,
    facts TEXT NOT NULL, foreign_annotations BLOB NOT NULL, rest BLOB NOT NULL);
  CREATE TABLE numbers (entity TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE seen (
    entity TEXT NOT NULL, message_id TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (entity, message_id)) WITHOUT ROWID;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Keeps the broker's messages in `<directory>/service-bus.db`. Changes gather in a transaction, which `flush` ends before
 * anything is answered. The file need not reach the disk for that (`synchronous=OFF`): what the system has taken
 * survives the end of the process, however it comes.
 */
export class SqliteJournal implements Journal {
  readonly #database: DatabaseSync;
  readonly #numbers = new Map<string, number>();
  readonly #statements: Record<'put' | 'counted' | 'removed' | 'numbered' | 'seen' | 'forgotten', StatementSync>;
  #changing = false;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#database = openExclusively(join(directory, 'service-bus.db'));
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#statements = {
      put: prepare('INSERT OR REPLACE INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      counted: prepare('UPDATE messages SET delivery_count = ? WHERE key = ?'),
      removed: prepare('DELETE FROM messages WHERE key = ?'),
      numbered: prepare('INSERT OR REPLACE INTO numbers VALUES (?, ?)'),
      seen: prepare('INSERT OR REPLACE INTO seen VALUES (?, ?, ?)'),
      forgotten: prepare('DELETE FROM seen WHERE entity = ? AND message_id = ?'),
    };
  }

  put(place: string, message: BrokerMessage): void {
    this.#change();
    const { foreignAnnotations, rest, ...facts } = message.content;
    this.#statements.put.run(
      message.key,
      place,
      message.sequenceNumber,
      message.topicSequenceNumber,
      message.enqueuedAt,
      message.ttlMs,
      message.scheduledFor,
      message.deliveryCount,
      JSON.stringify(facts),
      foreignAnnotations,
      rest,
    );
  }

  counted({ key, deliveryCount }: BrokerMessage): void {
    this.#change();
    this.#statements.counted.run(deliveryCount, key);
  }

  removed({ key }: BrokerMessage): void {
    this.#change();
    this.#statements.removed.run(key);
  }

  numbered(entity: string, sequenceNumber: number): void {
    this.#change();
    this.#numbers.set(entity, sequenceNumber);
  }

  seen(entity: string, messageId: string, at: number): void {
    this.#change();
    this.#statements.seen.run(entity, messageId, at);
  }

  forgotten(entity: string, messageId: string): void {
    this.#change();
    this.#statements.forgotten.run(entity, messageId);
  }

  /** Makes all changes so far safe. */
  flush(): void {
    if (!this.#changing) return;
    for (const [entity, last] of this.#numbers) this.#statements.numbered.run(entity, last);
    this.#numbers.clear();
    this.#database.exec('COMMIT');
    this.#changing = false;
  }

  read(): Kept {
    const all = (sql: string): Row[] => this.#database.prepare(sql).all();
    return {
      messages: all('SELECT * FROM messages ORDER BY sequence_number').map((row) => ({
        place: row.place as string,
        message: messageOf(row),
      })),
      numbers: all('SELECT * FROM numbers').map((row) => ({ entity: row.entity as string, last: row.last as number })),
      seen: all('SELECT * FROM seen ORDER BY at').map((row) => ({
        entity: row.entity as string,
        messageId: row.message_id as string,
        at: row.at as number,
      })),
    };
  }

  /** Drops what belongs to a place or entity that is not there any more. */
  drop(place: string): void {
    this.#change();
    this.#database.prepare('DELETE FROM messages WHERE place = ?').run(place);
    this.#database.prepare('DELETE FROM numbers WHERE entity = ?').run(place);
    this.#database.prepare('DELETE FROM seen WHERE entity = ?').run(place);
  }

  close(): void {
    this.flush();
    this.#database.close();
  }

  #change(): void {
    if (this.#changing) return;
    this.#changing = true;
    this.#database.exec('BEGIN');
    // What changes without an answer to anybody, such as an expiry, is safe soon too.
    setImmediate(() => {
      if (this.#database.isOpen) this.flush();
    });
  }
}

type Row = Record<string, unknown>;

const openExclusively = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    const version = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
    if (version === 0) database.exec(schema);
    else if (version !== SCHEMA_VERSION) throw new StorageError(`${path} was written by another version`);
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) {
      throw new StorageError(`${path} is in use by another broker`, { cause: error });
    }
    throw error;
  }
};

const SQLITE_BUSY = 5;
const isBusy = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === SQLITE_BUSY;

interface Facts {
  durable: boolean | null;
  priority: number | null;
  ttlMs: number | null;
  firstAcquirer: boolean | null;
  foreignAnnotationCount: number;
  propertiesEnd: number;
  applicationPropertiesEnd: number;
}

const messageOf = (row: Row): BrokerMessage => ({
  key: row.key as number,
  content: {
    ...(JSON.parse(row.facts as string) as Facts),
    foreignAnnotations: Buffer.from(row.foreign_annotations as Uint8Array),
    rest: Buffer.from(row.rest as Uint8Array),
  },
  sequenceNumber: row.sequence_number as number,
  topicSequenceNumber: row.topic_sequence_number as number | null,
  enqueuedAt: row.enqueued_at as number,
  ttlMs: row.ttl_ms as number | null,
  scheduledFor: row.scheduled_for as number | null,
  deliveryCount: row.delivery_count as number,
  state: 'active',
  lock: null,
});

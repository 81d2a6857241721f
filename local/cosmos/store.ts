// SQLite keeps everything: in memory, or in one file that survives a kill of the process (what was acknowledged is with
// the operating system). One request is one transaction, so what is undone leaves nothing behind.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const schema = `
  CREATE TABLE IF NOT EXISTS databases (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, definition TEXT NOT NULL
  );
  CREATE TABLE IF NOT EXISTS containers (
    key INTEGER PRIMARY KEY AUTOINCREMENT, databaseKey INTEGER NOT NULL, id TEXT NOT NULL, definition TEXT NOT NULL,
    lsn INTEGER NOT NULL, UNIQUE (databaseKey, id)
  );
  CREATE TABLE IF NOT EXISTS items (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, container INTEGER NOT NULL, partition TEXT NOT NULL, id TEXT NOT NULL,
    epk TEXT NOT NULL, etag TEXT NOT NULL, ts INTEGER NOT NULL, ttl INTEGER, expires INTEGER, lsn INTEGER NOT NULL,
    bytes INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (container, partition, id)
  );
  CREATE INDEX IF NOT EXISTS items_by_range ON items (container, epk);
  CREATE INDEX IF NOT EXISTS items_by_expiry ON items (expires) WHERE expires IS NOT NULL;
`;

export class Store {
  readonly database: DatabaseSync;
  #inTransaction = false;

  constructor(directory: string | undefined) {
    if (directory !== undefined) mkdirSync(directory, { recursive: true });
    this.database = new DatabaseSync(directory === undefined ? ':memory:' : join(directory, 'cosmos.db'));
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA case_sensitive_like = ON;');
    this.database.exec(schema);
  }

  /** Runs the work as one; when it throws, nothing of it stays. */
  transaction<Result>(work: () => Result): Result {
    if (this.#inTransaction) return work();
    this.#inTransaction = true;
    this.database.exec('BEGIN');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  close(): void {
    this.database.close();
  }
}

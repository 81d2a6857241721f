// The rows behind the items. Nothing here knows HTTP or what a request means.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Narrowing } from './path-indexes.ts';
import type { Store } from './store.ts';

export interface ItemRow {
  sequence: number;
  id: string;
  partition: string;
  etag: string;
  bytes: number;
  /** The whole item as JSON, system properties included. */
  body: string;
}

export interface NewItemRow extends Omit<ItemRow, 'sequence'> {
  container: number;
  epk: string;
  ts: number;
  ttl: number | null;
  expires: number | null;
  lsn: number;
}

/** What a query may see: one partition, or the effective partition keys from `min` up to `max`. */
export type Scope = { partition: string } | { min: string; max: string };

const columns = 'sequence, id, partition, etag, bytes, body';

const mostStatements = 200;

export class ItemTable {
  readonly #find: StatementSync;
  readonly #nextSequence: StatementSync;
  readonly #insert: StatementSync;
  readonly #update: StatementSync;
  readonly #delete: StatementSync;
  readonly #partition: StatementSync;
  readonly #range: StatementSync;
  readonly #expired: StatementSync;
  readonly #reschedule: StatementSync;
  readonly #grow: StatementSync;
  readonly #lsn: StatementSync;
  readonly #count: StatementSync;
  readonly #narrowing = new Map<string, StatementSync>();
  readonly #database: DatabaseSync;
  #sweptAt = -Infinity;

  constructor({ database }: Store) {
    this.#database = database;
    this.#find = database.prepare(`SELECT ${columns} FROM items WHERE container = ? AND partition = ? AND id = ?`);
    this.#nextSequence = database.prepare(`SELECT seq + 1 AS next FROM sqlite_sequence WHERE name = 'items'`);
    this.#insert = database.prepare(
      `INSERT INTO items (sequence, container, partition, id, epk, etag, ts, ttl, expires, lsn, bytes, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#update = database.prepare(
      'UPDATE items SET etag = ?, ts = ?, ttl = ?, expires = ?, lsn = ?, bytes = ?, body = ? WHERE sequence = ?',
    );
    this.#delete = database.prepare('DELETE FROM items WHERE sequence = ?');
    this.#partition = database.prepare(
      `SELECT ${columns} FROM items WHERE container = ? AND partition = ? AND sequence > ? ORDER BY sequence`,
    );
    this.#range = database.prepare(
      `SELECT ${columns} FROM items WHERE container = ? AND epk >= ? AND epk < ? AND sequence > ? ORDER BY sequence`,
    );
    this.#expired = database.prepare('DELETE FROM items WHERE expires IS NOT NULL AND expires <= ?');
    this.#reschedule = database.prepare(
      `UPDATE items SET expires = CASE WHEN ?1 IS NULL OR coalesce(ttl, ?1) = -1 THEN NULL ELSE ts + coalesce(ttl, ?1) END
       WHERE container = ?2`,
    );
    this.#grow = database.prepare('UPDATE containers SET lsn = lsn + 1 WHERE key = ? RETURNING lsn');
    this.#lsn = database.prepare('SELECT lsn FROM containers WHERE key = ?');
    this.#count = database.prepare('SELECT count(*) AS items FROM items WHERE container = ?');
  }

  find(container: number, partition: string, id: string): ItemRow | undefined {
    return this.#find.get(container, partition, id) as ItemRow | undefined;
  }

  /** The sequence that the next insert should take; numbers of deleted items do not come back. */
  nextSequence(): number {
    return (this.#nextSequence.get() as { next: number } | undefined)?.next ?? 1;
  }

  insert(sequence: number, row: NewItemRow): void {
    const { container, partition, id, epk, etag, ts, ttl, expires, lsn, bytes, body } = row;
    this.#insert.run(sequence, container, partition, id, epk, etag, ts, ttl, expires, lsn, bytes, body);
  }

  update(sequence: number, row: NewItemRow): void {
    const { etag, ts, ttl, expires, lsn, bytes, body } = row;
    this.#update.run(etag, ts, ttl, expires, lsn, bytes, body, sequence);
  }

  delete(sequence: number): void {
    this.#delete.run(sequence);
  }

  /** In the order of `sequence`, after the given one. Rows that the narrowings exclude may be left out. */
  scan(container: number, scope: Scope, after: number, narrowings: readonly Narrowing[] = []): Iterable<ItemRow> {
    if (narrowings.length > 0) return this.#narrowed(container, scope, after, narrowings);
    const rows =
      'partition' in scope
        ? this.#partition.iterate(container, scope.partition, after)
        : this.#range.iterate(container, scope.min, scope.max, after);
    return rows as Iterable<unknown> as Iterable<ItemRow>;
  }

  #narrowed(container: number, scope: Scope, after: number, narrowings: readonly Narrowing[]): Iterable<ItemRow> {
    const conditions = narrowings.map(({ sql }) => sql).join(' AND ');
    const values = narrowings.map(({ value }) => value);
    const rows =
      'partition' in scope
        ? this.#prepared(
            `SELECT ${columns} FROM items WHERE container = ? AND partition = ? AND sequence > ? AND ${conditions} ` +
              'ORDER BY sequence',
          ).iterate(container, scope.partition, after, ...values)
        : this.#prepared(
            // The pluses keep SQLite from other indexes than those of the paths.
            `SELECT ${columns} FROM items WHERE container = ${container} AND ${conditions} ` +
              'AND +epk >= ? AND +epk < ? AND +sequence > ? ORDER BY +sequence',
          ).iterate(...values, scope.min, scope.max, after);
    return rows as Iterable<unknown> as Iterable<ItemRow>;
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#narrowing.get(sql) ?? this.#database.prepare(sql);
    if (this.#narrowing.size < mostStatements) this.#narrowing.set(sql, statement);
    return statement;
  }

  /** Removes what has expired. Every request starts with it, so nothing later has to look at expiry. */
  removeExpired(nowSeconds: number): void {
    if (nowSeconds === this.#sweptAt) return;
    this.#expired.run(nowSeconds);
    this.#sweptAt = nowSeconds;
  }

  /** After a change of the container's default: when each item expires now. */
  reschedule(container: number, defaultTtl: number | undefined): void {
    this.#reschedule.run(defaultTtl ?? null, container);
    this.#sweptAt = -Infinity;
  }

  nextLsn(container: number): number {
    return (this.#grow.get(container) as { lsn: number }).lsn;
  }

  lsn(container: number): number {
    return (this.#lsn.get(container) as { lsn: number } | undefined)?.lsn ?? 0;
  }

  count(container: number): number {
    return (this.#count.get(container) as { items: number }).items;
  }
}

// Sessions and attempts in SQLite. A deleted or forgotten session keeps its row, marked, because tests compare what the
// product believes with it; tokens and images are never stored.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';

import type { Medium } from './presentation.ts';

export type SessionKind = 'liveness' | 'liveness-with-verify';

export interface StoredSession {
  number: number;
  sessionId: string;
  kind: SessionKind;
  deviceCorrelationId: string;
  createdAt: Date;
  tokenExpiresAt: Date;
  attemptsAllowed: number;
  enableSessionImage: boolean;
  verify: StoredVerify | undefined;
  startedAt: Date | undefined;
  deletedAt: Date | undefined;
  attempts: StoredAttempt[];
}

export interface StoredVerify {
  person: string;
  /** Present when the creator asked for it. */
  imageHash?: string;
  confidenceThreshold: number;
}

/** An attempt as Face shows it (`shown`), with who was before the camera. */
export interface StoredAttempt {
  person: string;
  media: Medium;
  shown: ShownAttempt;
}

export interface ShownAttempt {
  attemptId: number;
  attemptStatus: 'Succeeded' | 'Failed';
  result?: AttemptResult;
  error?: { code: string; message: string; targets: Targets };
}

export interface AttemptResult {
  livenessDecision: 'realface' | 'spoofface' | 'uncertain';
  targets: Targets;
  digest: string;
  sessionImageId?: string;
  verifyImageHash?: string;
  verifyResult?: { matchConfidence: number; isIdentical: boolean };
}

export interface Targets {
  color: { faceRectangle: FaceRectangle };
}

export interface FaceRectangle {
  top: number;
  left: number;
  width: number;
  height: number;
}

export class SessionStore {
  readonly #db: DatabaseSync;

  /** In memory, or in `face.db` of a directory. */
  constructor(dataDir?: string) {
    if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
    this.#db = new DatabaseSync(dataDir === undefined ? ':memory:' : join(dataDir, 'face.db'));
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS sessions (
        number INTEGER PRIMARY KEY, sessionId TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, deviceCorrelationId TEXT NOT NULL,
        createdAt INTEGER NOT NULL, tokenExpiresAt INTEGER NOT NULL, attemptsAllowed INTEGER NOT NULL,
        enableSessionImage INTEGER NOT NULL, verify TEXT, startedAt INTEGER, deletedAt INTEGER) STRICT;
      CREATE TABLE IF NOT EXISTS attempts (
        sessionNumber INTEGER NOT NULL, attemptId INTEGER NOT NULL, person TEXT NOT NULL, media TEXT NOT NULL,
        shown TEXT NOT NULL, PRIMARY KEY (sessionNumber, attemptId)) STRICT;`);
  }

  /** A value that is made at the first start and kept from then on. */
  setting(name: string, make: () => string): string {
    const row = this.#db.prepare('SELECT value FROM settings WHERE name = ?').get(name);
    if (row !== undefined) return String(row.value);
    const value = make();
    this.#db.prepare('INSERT INTO settings VALUES (?, ?)').run(name, value);
    return value;
  }

  nextNumber(): number {
    return Number(this.#db.prepare('SELECT coalesce(max(number), 0) + 1 AS next FROM sessions').get()?.next);
  }

  insert(session: StoredSession): void {
    this.#db
      .prepare('INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)')
      .run(
        session.number,
        session.sessionId,
        session.kind,
        session.deviceCorrelationId,
        session.createdAt.getTime(),
        session.tokenExpiresAt.getTime(),
        session.attemptsAllowed,
        Number(session.enableSessionImage),
        session.verify === undefined ? null : JSON.stringify(session.verify),
      );
  }

  find(sessionId: string): StoredSession | undefined {
    const row = this.#db.prepare('SELECT * FROM sessions WHERE sessionId = ?').get(sessionId);
    return row === undefined ? undefined : this.#read(row);
  }

  all(): StoredSession[] {
    return this.#db
      .prepare('SELECT * FROM sessions ORDER BY number')
      .all()
      .map((row) => this.#read(row));
  }

  markStarted(number: number, at: Date): void {
    this.#db.prepare('UPDATE sessions SET startedAt = ? WHERE number = ?').run(at.getTime(), number);
  }

  markDeleted(number: number, at: Date): void {
    this.#db.prepare('UPDATE sessions SET deletedAt = ? WHERE number = ?').run(at.getTime(), number);
  }

  addAttempt(number: number, { person, media, shown }: StoredAttempt): void {
    this.#db
      .prepare('INSERT INTO attempts VALUES (?, ?, ?, ?, ?)')
      .run(number, shown.attemptId, person, media, JSON.stringify(shown));
  }

  close(): void {
    this.#db.close();
  }

  #read(row: Row): StoredSession {
    const attempts = this.#db
      .prepare('SELECT person, media, shown FROM attempts WHERE sessionNumber = ? ORDER BY attemptId')
      .all(row.number!);
    return {
      number: Number(row.number),
      sessionId: String(row.sessionId),
      kind: row.kind as SessionKind,
      deviceCorrelationId: String(row.deviceCorrelationId),
      createdAt: new Date(Number(row.createdAt)),
      tokenExpiresAt: new Date(Number(row.tokenExpiresAt)),
      attemptsAllowed: Number(row.attemptsAllowed),
      enableSessionImage: row.enableSessionImage === 1,
      verify: row.verify === null ? undefined : (JSON.parse(String(row.verify)) as StoredVerify),
      startedAt: instant(row.startedAt),
      deletedAt: instant(row.deletedAt),
      attempts: attempts.map(({ person, media, shown }) => ({
        person: String(person),
        media: media as Medium,
        shown: JSON.parse(String(shown)) as ShownAttempt,
      })),
    };
  }
}

type Row = Record<string, SQLOutputValue>;

const instant = (value: SQLOutputValue | undefined): Date | undefined =>
  typeof value === 'number' ? new Date(value) : undefined;

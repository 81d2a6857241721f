// What must be true, kept from what the services were seen to do: every write that was committed, every call that was
// carried out, every token that reached a caller. The promises are checked against this, never against the product's word.

import type { CustomerEventRecord } from '../../shared/application/customer-events.ts';
import type { CustomerRecord, EventRecord, SessionRecord } from '../../shared/application/records.ts';
import { newStory, type Story } from './story.ts';

export type Promised = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9' | 'I10' | 'versions' | 'answers';

export interface Broken {
  promise: Promised;
  what: string;
}

/** A token request of the simulation, from the moment when it began. */
export interface TokenRequest {
  name: string;
  customerId: string;
  endUserKey: string;
  deviceKey: string | undefined;
  beganAt: number;
  /** Of its `Idempotency-Key`, if it has one. */
  key?: string;
  /** When its session was made `issued`, and when anything of it was last carried out. */
  issuedAt?: number;
  lastStepAt?: number;
}

export interface FaceSessionSeen {
  correlationId: string;
  /** How many attempts the product's latest read showed; none before the first. */
  attemptsRead?: number;
  /** All numbers that any read showed. */
  attemptCountsRead?: Set<number>;
  /** How many its first read showed. */
  attemptsReadFirst?: number;
  deleted: boolean;
}

/** As the device knows it. */
export interface Attempted {
  attemptId: number;
  digest?: string;
  isPass: boolean;
}

export class Model {
  readonly stories = new Map<string, Story>();
  /** The correlation id that an end user has now. */
  readonly endUsers = new Map<string, string>();
  readonly faceSessions = new Map<string, FaceSessionSeen>();
  readonly customers = new Map<string, { moment: number; record: CustomerRecord }[]>();
  /** By the keys of the ledger. */
  readonly attempted = new Map<string, Attempted>();
  /** What clients have claimed, by session. */
  readonly reportedDigests = new Map<string, Set<string>>();
  /** Keys of events that the queue has accepted. */
  readonly queuedResults = new Set<string>();
  /** Ids of events that the topic has accepted. */
  readonly published = new Set<string>();
  readonly customerEvents = new Map<string, CustomerEventRecord>();
  /** What was decided, and whether it is carried out. */
  readonly decisions = new Map<string, boolean>();
  /** When enforcement of a customer comes back by itself, and that is to be told; undefined when nothing is left to tell. */
  readonly enforcementEnds = new Map<string, Date | undefined>();
  /** The sessions that an `Idempotency-Key` has led to, one after the other. */
  readonly sessionsOfKeys = new Map<string, string[]>();
  /** Sessions whose token reached its caller, and when. */
  readonly answered = new Map<string, number>();
  /** Documents that the next version of the product has written, and whether it alone has sent a message. */
  readonly newerDocuments = new Set<string>();
  readonly newerMessages = new Map<string, boolean>();
  readonly broken: Broken[] = [];
  readonly #nowMs: () => number;
  #moment = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get nowMs(): number {
    return this.#nowMs();
  }

  /** Moments count what was seen, so that before and after are never in doubt. */
  get moment(): number {
    return this.#moment;
  }

  next(): number {
    this.#moment += 1;
    return this.#moment;
  }

  story(correlationId: string): Story {
    const known = this.stories.get(correlationId) ?? newStory(correlationId);
    this.stories.set(correlationId, known);
    return known;
  }

  session(sessionId: string): SessionRecord | undefined {
    return this.story(sessionId.slice(0, sessionId.indexOf('.'))).sessions.get(sessionId);
  }

  /** As it was committed. */
  event(eventId: string): EventRecord | CustomerEventRecord | undefined {
    const stories = [...this.stories.values()];
    return this.customerEvents.get(eventId) ?? stories.find(({ events }) => events.has(eventId))?.events.get(eventId);
  }

  breaks(promise: Promised, what: string): void {
    this.broken.push({ promise, what });
  }
}

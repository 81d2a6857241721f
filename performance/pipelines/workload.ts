// The results of a number of sessions, as they lie in the queue when nobody has taken any for a while.

import { randomBytes, randomUUID } from 'node:crypto';
import { Random } from '../../evaluation/random.ts';
import type { ResultEvent } from '../../shared/application/ports.ts';
import type { Outcome } from '../../shared/domain/events.ts';
import { makeSessionId } from '../../shared/domain/session-id.ts';

export interface WorkloadShape {
  name: string;
  people: number;
  sessionsEach: number;
  /** So many people try at the same time, each with one session after the other. */
  atOnce: number;
  /** How an attempt ends that is no pass. */
  failure: Exclude<Outcome, 'real'>;
  passes: number;
}

export interface SessionToRecord {
  correlationId: string;
  sessionId: string;
  deviceKey: string;
  /** Its attempts, and its end. */
  events: ResultEvent[];
}

export interface Workload {
  customerId: string;
  /** One a person, in the order in which they were issued. */
  people: SessionToRecord[][];
  /** In the order of the queue. */
  events: ResultEvent[];
}

const CUSTOMER = 'contoso';
const MOST_ATTEMPTS = 3;
const SECOND_MS = 1000;

/** The same shape, outcomes and order for one seed; ids are fresh. */
export const makeWorkload = (shape: WorkloadShape, seed: number, now: Date): Workload => {
  const random = new Random(seed, 'workload', shape.name);
  const people = Array.from({ length: shape.people }, () => sessionsOfOne(shape, random, now));
  const waves = Array.from({ length: Math.ceil(shape.people / shape.atOnce) }, (_, wave) =>
    interleaved(people.slice(wave * shape.atOnce, (wave + 1) * shape.atOnce)),
  );
  return { customerId: CUSTOMER, people, events: waves.flat() };
};

const sessionsOfOne = (shape: WorkloadShape, random: Random, now: Date): SessionToRecord[] => {
  const correlationId = randomUUID();
  const deviceKey = `1.${randomBytes(16).toString('base64url')}`;
  return Array.from({ length: shape.sessionsEach }, (_, index) => {
    const sessionId = makeSessionId(correlationId, randomBytes(8));
    const atMs = now.getTime() - (shape.sessionsEach - index) * 30 * SECOND_MS;
    const base = { atMs, customerId: CUSTOMER, correlationId, sessionId, deviceKey, appVersion: '4.2.0' };
    const attempts: ResultEvent[] = attemptsOf(shape, random).map((outcome, attempt) => ({
      ...base,
      type: 'attempt',
      attemptId: attempt + 1,
      outcome,
    }));
    const closed: ResultEvent = { ...base, type: 'session.closed', atMs: atMs + 50, attempts: attempts.length };
    return { correlationId, sessionId, deviceKey, events: [...attempts, closed] };
  });
};

/** Up to the pass, or as many as a token permits. */
const attemptsOf = ({ passes, failure }: WorkloadShape, random: Random): Outcome[] => {
  const outcomes: Outcome[] = [];
  while (outcomes.length < MOST_ATTEMPTS) {
    const outcome = random.happens(passes) ? 'real' : failure;
    outcomes.push(outcome);
    if (outcome === 'real') break;
  }
  return outcomes;
};

/** Session after session of each; what the others send lies between the attempts of a session and its end. */
const interleaved = (people: readonly (readonly SessionToRecord[])[]): ResultEvent[] => {
  const rounds = Math.max(...people.map((sessions) => sessions.length));
  return Array.from({ length: rounds }, (_, round) => {
    const sessions = people.flatMap((each) => each[round] ?? []);
    return [
      ...sessions.flatMap(({ events }) => events.filter(({ type }) => type === 'attempt')),
      ...sessions.flatMap(({ events }) => events.filter(({ type }) => type !== 'attempt')),
    ];
  }).flat();
};

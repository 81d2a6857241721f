// One attacker: what he has, and what he does to a session. A file beside this one says in which order.

import { MS_PER_DAY, MS_PER_SECOND } from '../../shared/domain/time.ts';
import { PERIOD_END_MS, PERIOD_START_MS } from '../period.ts';
import { appVersions } from '../population/app-versions.ts';
import { drawOutcome, type OutcomeRates } from '../population/outcome-rates.ts';
import type { Random } from '../random.ts';
import type { Subject, TraceEvent } from '../trace.ts';
import {
  ATTEMPTS_ALLOWED,
  TOKEN_TTL_SECONDS,
  type Client,
  type OpenSession,
  type TraceWriter,
} from '../trace-writer.ts';

export interface AttackerTraits {
  /** Unique among all attackers. */
  name: string;
  passChance: number;
  /** Of one try. */
  rates: OutcomeRates;
  impostor: boolean;
}

interface Effort {
  /** Tries wanted in one session. */
  tries: number;
  /** If he does not begin as soon as he has the token. */
  fromMs?: number;
  /** Sessions of other ids under which the face of a try was seen. */
  faceMatches?: () => { sessionId: string; attemptId: number }[];
}

const TOKEN_TTL_MS = TOKEN_TTL_SECONDS * MS_PER_SECOND;
const COLLECTED_WITHIN_MS = 60 * MS_PER_SECOND;
const GAP_INSIDE = { medianMs: 12 * MS_PER_SECOND, sigma: 0.5 };
/** So many each, unless the period is over: enough to see when a rule would have stopped him. */
const TRIES = { fewest: 40, most: 60 };
/** His own face in his own light. */
const OWN_PASS_CHANCE = 0.95;

export class Attacker {
  readonly name: string;
  readonly passChance: number;
  readonly random: Random;
  readonly writer: TraceWriter;
  readonly tries: TraceEvent[] = [];
  readonly correlationIds = new Set<string>();
  /** People whose id he attacks. */
  readonly victims: Subject[] = [];
  readonly #rates: OutcomeRates;
  readonly #impostor: boolean;
  readonly #wantedTries: number;
  #periodIsOver = false;

  constructor({ name, passChance, rates, impostor }: AttackerTraits, random: Random, writer: TraceWriter) {
    this.name = name;
    this.passChance = passChance;
    this.random = random;
    this.writer = writer;
    this.#rates = rates;
    this.#impostor = impostor;
    this.#wantedTries = random.whole(TRIES.fewest, TRIES.most);
  }

  /** Also after a pass: what he would have tried next is told, so that rules can be compared. */
  get goesOn(): boolean {
    return this.tries.length < this.#wantedTries && !this.#periodIsOver;
  }

  /** At any hour, so early that an attack of so many days fits into the period. */
  startOf(days: number): number {
    return this.random.between(PERIOD_START_MS, PERIOD_END_MS - days * MS_PER_DAY);
  }

  client(id = 1, device = 1): Client {
    return {
      correlationId: `${this.name}-id-${id}`,
      deviceKey: `${this.name}-device-${device}`,
      appVersion: appVersions[0].appVersion,
    };
  }

  ask(client: Client, atMs: number): OpenSession {
    if (atMs >= PERIOD_END_MS) this.#periodIsOver = true;
    else this.correlationIds.add(client.correlationId);
    return this.writer.issue(client, atMs);
  }

  /** Asks for a token and tries with it. Gives the time of the last try. */
  attack(client: Client, atMs: number, effort: Effort): number {
    return this.tryIn(this.ask(client, atMs), effort);
  }

  /** Tries until one passes, the token is of no more use, or he has had enough. Gives the time of the last try. */
  tryIn(session: OpenSession, { tries, fromMs = session.issuedAtMs, faceMatches }: Effort): number {
    let atMs = fromMs;
    for (let attemptId = 1; attemptId <= Math.min(tries, ATTEMPTS_ALLOWED) && this.goesOn; attemptId += 1) {
      const nextMs = atMs + this.random.logNormal(GAP_INSIDE.medianMs, GAP_INSIDE.sigma);
      if (nextMs >= session.issuedAtMs + TOKEN_TTL_MS) break;
      atMs = nextMs;
      const outcome = drawOutcome(this.random, this.#rates);
      const reason = this.#impostor && outcome === 'uncertain' ? 'mismatch' : undefined;
      const event = this.writer.attempt(session, attemptId, atMs, outcome, reason);
      if (event === undefined) {
        this.#periodIsOver = true;
        break;
      }
      const matches = outcome === 'technical' ? [] : (faceMatches?.() ?? []);
      if (matches.length > 0) event.otherFlaggedSessions = matches;
      this.tries.push(event);
      if (outcome === 'real') break;
    }
    return atMs;
  }

  /** An honest check of his own, which is no try. Gives the time of its end. */
  showOwnFace(client: Client, atMs: number): number {
    const session = this.ask(client, atMs);
    let endMs = session.issuedAtMs;
    for (let attemptId = 1; attemptId <= ATTEMPTS_ALLOWED; attemptId += 1) {
      endMs += this.random.logNormal(GAP_INSIDE.medianMs, GAP_INSIDE.sigma);
      const passes = this.random.happens(OWN_PASS_CHANCE);
      this.writer.attempt(session, attemptId, endMs, passes ? 'real' : 'technical');
      if (passes) break;
    }
    return endMs;
  }

  /** The token expires unused, and the sweep finds it. */
  letExpire(session: OpenSession): void {
    this.writer.abandon(session, session.issuedAtMs + TOKEN_TTL_MS + this.random.between(0, COLLECTED_WITHIN_MS));
  }
}

// Something for which a person needs a check: sessions until one passes or the person has had enough.
//
//   token ── 18 s ── attempt ── 18 s ── attempt        token ── 18 s ── attempt: real
//                                          └── 75 s ──┘

import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Random } from '../random.ts';
import {
  ATTEMPTS_ALLOWED,
  TOKEN_TTL_SECONDS,
  type Client,
  type OpenSession,
  type TraceWriter,
} from '../trace-writer.ts';
import { drawOutcome, type OutcomeRates } from './outcome-rates.ts';
import type { Person } from './person.ts';

const GAP_INSIDE = { medianMs: 18 * MS_PER_SECOND, sigma: 0.6 };
const GAP_BETWEEN = { medianMs: 75 * MS_PER_SECOND, sigma: 0.9 };
/** An error says what to do better, and the token is still good; a judgement mostly ends the session. */
const TRIES_AGAIN_INSIDE = { technical: 0.75, judged: 0.1 };
const MISMATCH_SHARE = 0.25;
const TOKEN_TTL_MS = TOKEN_TTL_SECONDS * MS_PER_SECOND;
/** The collecting sweep finds an expired token within a minute. */
const COLLECTED_WITHIN_MS = 60 * MS_PER_SECOND;

export interface Need {
  startMs: number;
  /** The person's usual rates, or worse ones in poor light. */
  rates: OutcomeRates;
  /** Tokens asked for in a row before the camera works. */
  unusedRun: number;
  /** With a working camera; then even the most patient person gives up. */
  mostSessions: number;
  /** Asked for each session: an integration can change the id each time. */
  clientOf: () => Client;
}

/** Gives the time at which the person stops. */
export const playNeed = (writer: TraceWriter, random: Random, person: Person, need: Need): number => {
  let atMs = need.startMs;
  for (let sessions = 1; sessions <= need.mostSessions; sessions += 1) {
    const session = writer.issue(need.clientOf(), atMs);
    const cameraRefused = sessions <= need.unusedRun;
    if (cameraRefused || random.happens(person.unusedChance)) {
      writer.abandon(session, session.issuedAtMs + TOKEN_TTL_MS + random.between(0, COLLECTED_WITHIN_MS));
    } else {
      const { passed, endMs } = playSession(writer, random, person, need.rates, session);
      atMs = endMs;
      if (passed) return atMs;
    }
    const hasEnough = sessions >= need.unusedRun + need.mostSessions || !random.happens(person.goesOnChance);
    if (hasEnough && !cameraRefused) return atMs;
    atMs += random.logNormal(GAP_BETWEEN.medianMs, GAP_BETWEEN.sigma);
  }
  return atMs;
};

const playSession = (
  writer: TraceWriter,
  random: Random,
  person: Person,
  rates: OutcomeRates,
  session: OpenSession,
): { passed: boolean; endMs: number } => {
  let endMs = session.issuedAtMs;
  for (let attemptId = 1; attemptId <= ATTEMPTS_ALLOWED; attemptId += 1) {
    const atMs = endMs + random.logNormal(GAP_INSIDE.medianMs, GAP_INSIDE.sigma);
    if (atMs >= session.issuedAtMs + TOKEN_TTL_MS) break;
    endMs = atMs;
    const outcome = drawOutcome(random, rates);
    const mismatch = outcome === 'uncertain' && person.verifies && random.happens(MISMATCH_SHARE);
    writer.attempt(session, attemptId, atMs, outcome, mismatch ? 'mismatch' : undefined);
    if (outcome === 'real') return { passed: true, endMs };
    const again = outcome === 'technical' ? TRIES_AGAIN_INSIDE.technical : TRIES_AGAIN_INSIDE.judged;
    if (!random.happens(again)) break;
  }
  return { passed: false, endMs };
};

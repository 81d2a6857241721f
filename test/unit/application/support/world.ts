// A running app with the people around it: which tokens reached them, what truly happened at their devices, and what was
// wrong at some moment, however everything looks in the end.

import type { PlayedAttempt } from '../../../../shared/adapters/memory/memory-face.ts';
import { laidOver } from '../../../../shared/application/active-policy.ts';
import { Unavailable } from '../../../../shared/application/errors.ts';
import type { IssueDecision, SessionRequest } from '../../../../shared/application/issue-liveness-session.ts';
import type { CorrelationRecord } from '../../../../shared/application/records.ts';
import { defaultPolicy, type Policy } from '../../../../shared/domain/policy.ts';
import { customerId } from '../../../support/builders.ts';
import { type MemoryApp, memoryApp, type Process } from '../../../support/memory-app.ts';
import { makeTrouble, ProcessEnded } from '../../../support/trouble.ts';
import { type BrokenMoment, lookAtToken, watchMoments } from './moments.ts';

export type Token = IssueDecision & { kind: 'issued' };

export interface World {
  app: MemoryApp;
  /** One that is well. */
  process: Process;
  /** Every correlation id that was ever written. */
  correlationIds: Set<string>;
  /** Tokens that reached somebody, in order. */
  tokens: Token[];
  /** Each `Idempotency-Key` with the session of the token that it brought last, if it brought one. */
  keys: Map<string, { bodyHash: string; sessionId?: string }>;
  /** Keys of the attempts that people truly made. */
  attempts: Set<string>;
  brokenMoments: BrokenMoment[];
}

export const makeWorld = (): World => {
  const app = memoryApp();
  const world: World = {
    app,
    process: app.process(),
    correlationIds: new Set(),
    tokens: [],
    keys: new Map(),
    attempts: new Set(),
    brokenMoments: [],
  };
  watchMoments(world);
  return world;
};

export const recordOf = async ({ app }: World, correlationId: string): Promise<CorrelationRecord> => {
  const found = await app.correlations.find(correlationId);
  if (found === undefined) throw new Error('nobody has this correlation id');
  return found.record;
};

/** By which the end users of the customer are judged. */
export const policyOf = async ({ app: { policyStore } }: World): Promise<Policy> => {
  const pointer = await policyStore.findActive();
  const active = pointer && (await policyStore.findPolicy(pointer.record.policyHash));
  const own = await policyStore.findCustomer(customerId);
  return laidOver(active ?? defaultPolicy, own?.record.override?.layers ?? []);
};

/** Does what it can. A service that is unwell and the end of the process are trouble; any other error is a mistake of ours. */
export const inTrouble = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Unavailable) && !(error instanceof ProcessEnded)) throw error;
  }
};

/** What a process does that ends right after its first call of this name. */
export const untilItEnds = async (
  { app }: World,
  afterCall: string,
  work: (process: Process) => Promise<unknown>,
): Promise<void> => {
  const trouble = makeTrouble({ atCall: afterCall, when: 'after', kind: 'crash' });
  await inTrouble(() => work(app.process(trouble)));
  if (!trouble.calls.includes(afterCall)) throw new Error(`nobody ended, for nobody called ${afterCall}`);
};

/** Somebody asks for a token. One that gets out is looked at on the spot. */
export const ask = async (
  world: World,
  process: Process,
  request: Partial<SessionRequest> = {},
): Promise<IssueDecision> => {
  const { tokens, keys } = world;
  const { idempotency } = request;
  if (idempotency !== undefined && !keys.has(idempotency.key)) keys.set(idempotency.key, idempotency);
  const decision = await process.issue(request);
  if (decision.kind === 'issued') {
    tokens.push(decision);
    if (idempotency !== undefined) keys.set(idempotency.key, { ...idempotency, sessionId: decision.sessionId });
    await lookAtToken(world, decision);
  }
  return decision;
};

/** Somebody gets a token, or the story is told wrong. */
export const getToken = async (world: World, request: Partial<SessionRequest> = {}): Promise<Token> => {
  const decision = await ask(world, world.process, request);
  if (decision.kind !== 'issued') throw new Error(`no token: ${JSON.stringify(decision)}`);
  return decision;
};

/** The newest token that somebody got. */
export const newestToken = ({ tokens }: World): Token => {
  const newest = tokens.at(-1);
  if (newest === undefined) throw new Error('nobody got a token');
  return newest;
};

/** What happens on the device that got the token. */
export const play = async (
  { app, attempts }: World,
  { correlationId, sessionId }: Token,
  ...played: readonly PlayedAttempt[]
): Promise<void> => {
  const session = (await app.correlations.findSession(correlationId, sessionId))?.record;
  if (session?.faceSessionId === undefined) throw new Error('a token without a session at Face');
  const before = await app.face.read(session.kind, session.faceSessionId);
  app.face.play(session.faceSessionId, ...played);
  const first = (before?.attempts.length ?? 0) + 1;
  for (const index of played.keys()) attempts.add(`${sessionId}/${first + index}`);
};

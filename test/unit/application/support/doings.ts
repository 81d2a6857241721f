// What people and the customer's servers do again and again in the stories, all well.

import type { PlayedAttempt } from '../../../../shared/adapters/memory/memory-face.ts';
import type { SessionRequest } from '../../../../shared/application/issue-liveness-session.ts';
import { customerId } from '../../../support/builders.ts';
import { getToken, play, type Token, type World } from './world.ts';

export const HOUR_SECONDS = 3600;
/** A reader may know what it read for so long. */
export const READERS_KNOW_AFTER_SECONDS = 30;

/** A token, and what its device did with it; nobody has reported it. */
export const tryWith = async (
  world: World,
  request: Partial<SessionRequest>,
  ...attempts: readonly PlayedAttempt[]
): Promise<Token> => {
  const token = await getToken(world, request);
  await play(world, token, ...attempts);
  return token;
};

/** The same, reported by the client; the queue has it, and nobody has counted it. */
export const report = async (
  world: World,
  request: Partial<SessionRequest>,
  ...attempts: readonly PlayedAttempt[]
): Promise<Token> => {
  const token = await tryWith(world, request, ...attempts);
  await world.process.completeLivenessSession({ customerId, sessionId: token.sessionId, report: {} });
  return token;
};

/** The same, counted. */
export const complete = async (
  world: World,
  request: Partial<SessionRequest>,
  ...attempts: readonly PlayedAttempt[]
): Promise<Token> => {
  const token = await report(world, request, ...attempts);
  await world.process.deliverResults();
  return token;
};

/** The customer is judged by other numbers from now on, and everybody knows. */
export const judgeBy = async ({ app, process }: World, document: Record<string, unknown>): Promise<void> => {
  const changed = await process.setCustomerPolicy({
    customerId,
    document,
    decidedBy: 'tenant-1:operator',
    reason: 'An attack.',
  });
  if (changed.kind !== 'changed') throw new Error(`the policy is not in force: ${JSON.stringify(changed)}`);
  app.clock.advanceSeconds(READERS_KNOW_AFTER_SECONDS);
};

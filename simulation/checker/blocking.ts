// I2 and I6: after a flag, a suspension or a reset was committed no token goes out, not even one under way.

import type { CustomerRecord } from '../../shared/application/records.ts';
import type { Verdict } from '../../shared/domain/verdict.ts';
import type { Model, TokenRequest } from './model.ts';
import { attemptsIn, hasPassedADayAgo, lineOf } from './story.ts';

/** Those that block somebody now. Not by the product's own reading, which may be what is wrong. */
export const inForce = <V extends Verdict>(verdicts: readonly V[], nowMs: number): V[] =>
  verdicts.filter(
    ({ kind, untilMs, audit }) => audit !== true && (kind === 'flagged' || nowMs < (untilMs ?? Infinity)),
  );

export interface IssuedToken {
  sessionId: string;
  correlationId: string;
}

export const checkToken = (
  model: Model,
  request: TokenRequest,
  { sessionId, correlationId }: IssuedToken,
  isAudited: boolean,
): void => {
  const { lastStepAt = Infinity, issuedAt } = request;
  if (issuedAt === undefined) {
    model.breaks('I5', `the token of ${sessionId} went out, and its session was never made issued`);
    return;
  }
  const eligibilities = eligibilitiesBetween(model.customers.get(request.customerId) ?? [], issuedAt, lastStepAt);
  if (eligibilities.length > 0 && !eligibilities.includes('eligible')) {
    model.breaks('I2', `${request.name} got a token of a customer who is ${eligibilities.join(', then ')}`);
  }
  // What was committed before the product's last look counts.
  const story = model.story(correlationId);
  const known = story.changes.findLast(({ moment }) => moment < lastStepAt)?.record;
  if (known === undefined) return;
  if (known.status === 'retired') model.breaks('I6', `${request.name} got a token for a retired correlation id`);
  const verdicts = isAudited ? [] : inForce(known.verdicts, model.nowMs);
  const [verdict] = verdicts;
  if (verdict === undefined) return;
  const { deviceKey } = request;
  const isOwner =
    deviceKey !== undefined && hasPassedADayAgo(lineOf(story).flatMap(attemptsIn), deviceKey, model.nowMs);
  if (verdicts.some(({ scope }) => scope === 'correlation') || !isOwner) {
    model.breaks('I2', `${request.name} got a token although its correlation id is ${verdict.kind}`);
  }
};

/** What a customer was at the first of two moments, and became until the second. */
const eligibilitiesBetween = (
  changes: readonly { moment: number; record: CustomerRecord }[],
  first: number,
  second: number,
): string[] => {
  const known = changes.filter(({ moment }) => moment < second);
  const start = known.findLastIndex(({ moment }) => moment < first);
  return known.slice(Math.max(0, start)).map(({ record }) => record.eligibility);
};

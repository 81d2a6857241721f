// I8: what comes to its end by itself is looked at then, whoever is there to look.

import type { CorrelationRecord } from '../../shared/application/records.ts';
import type { Model } from './model.ts';

/** A retired id hands on what blocks it, and is looked at no more. */
export const checkDue = (model: Model, { correlationId, status, verdicts, dueAt }: CorrelationRecord): void => {
  if (status === 'retired') return;
  for (const { kind, pattern, pending, untilMs, pauseEnded } of verdicts) {
    const isOver = pending === undefined && (untilMs === undefined || pauseEnded === true);
    if (isOver || (dueAt !== undefined && dueAt.getTime() <= (untilMs ?? Infinity))) continue;
    const ends = pending === undefined ? 'ends' : 'is to be told of';
    model.breaks('I8', `that ${correlationId} is ${kind} for ${pattern} ${ends}, and nobody will look`);
  }
};

import { nextAllowedAt, remainingAttempts } from '../domain/gate.ts';
import type { Policy } from '../domain/policy.ts';
import { inForce } from '../domain/verdict.ts';
import { gateStateOf } from './correlation.ts';
import type { Clock, Correlations } from './ports.ts';

export type CorrelationView =
  | {
      kind: 'found';
      correlationId: string;
      status: 'active' | 'paused' | 'flagged' | 'retired';
      remainingAttempts: number;
      /** Absent when a token can be had now, or when no moment is known at which one can. */
      nextAllowedAt?: Date;
    }
  | { kind: 'not-found' };

export type ReadCorrelation = (request: { customerId: string; correlationId: string }) => Promise<CorrelationView>;

/** What a customer may know about one correlation id: never its score, nor the rule that it met. */
export const makeReadCorrelation =
  ({ correlations, clock, policy }: { correlations: Correlations; clock: Clock; policy: Policy }): ReadCorrelation =>
  async ({ customerId, correlationId }) => {
    const found = await correlations.find(correlationId);
    if (found?.record.customerId !== customerId) return { kind: 'not-found' };

    const { record } = found;
    const now = clock.now();
    const verdict = inForce(record.verdict, now);
    const status = record.status === 'retired' ? 'retired' : (verdict?.kind ?? 'active');
    const blocked = status === 'retired' || status === 'flagged';
    const state = gateStateOf(record);
    const next = blocked ? undefined : nextAllowedAt(state, policy, { attemptsWanted: 1, attemptsFixed: false }, now);
    return {
      kind: 'found',
      correlationId,
      status,
      remainingAttempts: blocked || status === 'paused' ? 0 : remainingAttempts(state, policy, now),
      ...(next !== undefined && next > now && { nextAllowedAt: next }),
    };
  };

import type { Scope } from '../domain/channel.ts';
import { nextAllowedAt, remainingAttempts } from '../domain/gate.ts';
import { blockOf } from '../domain/verdict.ts';
import { gateStateOf } from './correlation.ts';
import type { Clock, Correlations } from './ports.ts';
import type { RulesFor } from './rules.ts';

export type CorrelationView =
  | {
      kind: 'found';
      correlationId: string;
      status: 'active' | 'paused' | 'flagged' | 'retired';
      /** Whom a pause or a flag concerns: everybody, or the devices on which the person has not passed before. */
      scope?: Scope;
      remainingAttempts: number;
      /** Absent when a token can be had now, or when no moment is known at which one can. */
      nextAllowedAt?: Date;
    }
  | { kind: 'not-found' };

export type ReadCorrelation = (request: { customerId: string; correlationId: string }) => Promise<CorrelationView>;

/** What a customer may know about one correlation id: never its score, nor the rule that it met. */
export const makeReadCorrelation =
  ({
    correlations,
    clock,
    rulesFor,
  }: {
    correlations: Correlations;
    clock: Clock;
    rulesFor: RulesFor;
  }): ReadCorrelation =>
  async ({ customerId, correlationId }) => {
    const found = await correlations.find(correlationId);
    if (found?.record.customerId !== customerId) return { kind: 'not-found' };

    const { record } = found;
    const { policy, circumstances } = await rulesFor(customerId, record.app?.version);
    const now = clock.now();
    const block =
      record.status === 'retired' || circumstances.audit ? undefined : blockOf(record.verdicts, now.getTime());
    const status = record.status === 'retired' ? 'retired' : (block?.kind ?? 'active');
    const state = gateStateOf(record);
    // Nobody says on which device the next token will be asked for: one that is not familiar has the least.
    const anyDevice = { attemptsWanted: 1, attemptsFixed: false, audit: circumstances.audit };
    const isOpen = record.status === 'active' && block === undefined;
    const canOpen = record.status === 'active' && block?.kind !== 'flagged';
    const next = canOpen ? nextAllowedAt(state, policy, anyDevice, now) : undefined;
    return {
      kind: 'found',
      correlationId,
      status,
      ...(block && { scope: block.scope }),
      remainingAttempts: isOpen ? remainingAttempts(state, policy, anyDevice, now) : 0,
      ...(next !== undefined && next > now && { nextAllowedAt: next }),
    };
  };

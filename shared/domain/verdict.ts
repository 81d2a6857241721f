// The latched result of a crossing. With a spoof label an id is flagged until a human decides; without one it is at
// most paused, and the pause lapses by itself: a bad camera alone never makes anyone a suspect.

import type { Scope } from './channel.ts';
import type { Pattern } from './patterns/pattern-names.ts';

export interface Verdict {
  kind: 'flagged' | 'paused';
  scope: Scope;
  pattern: Pattern;
  sinceMs: number;
  /** Only of a pause. */
  untilMs?: number;
  statistic: number;
  limit: number;
  /** What looked: the recorder of results, the gate, the timer, or the Face service by a block of its own. */
  source: 'result' | 'gate' | 'timer' | 'face';
  /** Found while nobody was to be blocked. */
  audit?: true;
}

/** What is in force at a moment, all verdicts together. */
export interface Block {
  kind: Verdict['kind'];
  scope: Scope;
  /** Of a pause. */
  untilMs?: number;
}

export const blockOf = (verdicts: readonly Verdict[], nowMs: number): Block | undefined => {
  const inForce = verdicts.filter((verdict) => verdict.audit !== true && isInForce(verdict, nowMs));
  const flagged = inForce.filter(({ kind }) => kind === 'flagged');
  const pause = inForce.find(({ kind }) => kind === 'paused');
  if (flagged.some(({ scope }) => scope === 'correlation')) return { kind: 'flagged', scope: 'correlation' };
  // A pause for all devices reaches further than a flag for some of them.
  if (pause?.scope === 'correlation' || (pause !== undefined && flagged.length === 0)) {
    return { kind: 'paused', scope: pause.scope, ...(pause.untilMs !== undefined && { untilMs: pause.untilMs }) };
  }
  return flagged.length === 0 ? undefined : { kind: 'flagged', scope: 'device' };
};

export const isInForce = ({ untilMs }: Verdict, nowMs: number): boolean => untilMs === undefined || nowMs < untilMs;

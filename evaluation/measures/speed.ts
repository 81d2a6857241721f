import { foldEvent, type JudgedState, newState } from '../../shared/domain/judged-state.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { scoreOf } from '../../shared/domain/score.ts';
import { judge } from '../../shared/domain/judge.ts';
import { honestTraces } from '../population/honest-traces.ts';
import type { TraceEvent } from '../trace.ts';
import { median } from '../statistics/quantiles.ts';
import { inReplayOrder, replayEvents } from './replay-traces.ts';

export interface SpeedOptions {
  seed: number;
  people: number;
  /** Milliseconds from any fixed moment on. */
  elapsedMs: () => number;
  policy?: Policy;
}

export interface Speed {
  /** Ids with a failure, and the median over batches of what judging one of them takes. */
  judgedIds: number;
  microsecondsPerJudgement: number;
  events: number;
  replayedEventsPerSecond: number;
}

const BATCHES = 20;

/**
 * How fast the code judges and replays in this process, on this machine: the only numbers of the evaluation that are not
 * the same each time. Events are made and sorted before the clock runs. About 3 s for 10,000 people.
 */
export const speed = ({ seed, people, elapsedMs, policy = defaultPolicy }: SpeedOptions): Speed => {
  const events = inReplayOrder([...honestTraces({ seed }, people)].flatMap((trace) => trace.events));
  const states = judgedStates(events, policy);
  const judgements = Array.from({ length: BATCHES }, () => {
    const startMs = elapsedMs();
    for (const state of states) judge(state, policy, 'failure', state.history.lastAttemptAtMs ?? 0);
    return ((elapsedMs() - startMs) * 1000) / states.length;
  });
  // The first half warms up.
  const microsecondsPerJudgement = median(judgements.slice(BATCHES / 2));

  replayEvents(events.slice(0, events.length / 10), policy);
  const startMs = elapsedMs();
  replayEvents(events, policy);
  const replayedEventsPerSecond = (events.length * 1000) / (elapsedMs() - startMs);
  return { judgedIds: states.length, microsecondsPerJudgement, events: events.length, replayedEventsPerSecond };
};

const judgedStates = (events: readonly TraceEvent[], policy: Policy): JudgedState[] => {
  const states = new Map<string, JudgedState>();
  for (const event of events) {
    const state = states.get(event.correlationId) ?? newState(event.correlationId);
    states.set(event.correlationId, { ...state, history: foldEvent(state.history, event, policy) });
  }
  return [...states.values()].filter((state) => scoreOf(state, policy) !== undefined);
};

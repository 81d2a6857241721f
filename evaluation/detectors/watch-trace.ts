import type { Subject, Trace } from '../trace.ts';
import type { Detector } from './detector.ts';

export interface Watched {
  /** The largest statistic of each correlation id. */
  maxima: ReadonlyMap<string, number>;
  /** One for each attacker of the trace, in its order. */
  attacks: readonly WatchedAttack[];
}

export interface WatchedAttack {
  subject: Subject;
  /**
   * At `k`: the largest statistic that any id of the attacker has had just before try k + 1, so after k tries. The
   * attacker is found when the first of the ids is flagged. Ascending; one longer than the tries.
   */
  maximumAfterTries: Float64Array;
  triedAtMs: Float64Array;
}

/** Lets a detector read a whole trace. */
export const watchTrace = (detector: Detector, { events, subjects }: Trace): Watched => {
  const run = detector.start();
  const statistics = Float64Array.from(events, (event) => run.see(event));
  const maxima = new Map<string, number>();
  const eventsOfId = new Map<string, number[]>();
  const attackers = subjects.filter(({ role }) => role === 'attacker');
  for (const { correlationIds } of attackers) for (const id of correlationIds) eventsOfId.set(id, []);
  events.forEach(({ correlationId }, index) => {
    maxima.set(correlationId, Math.max(maxima.get(correlationId) ?? 0, statistics[index] ?? 0));
    eventsOfId.get(correlationId)?.push(index);
  });
  return {
    maxima,
    attacks: attackers.map((subject) => ({
      subject,
      maximumAfterTries: maximumAfterTries(
        subject.tries,
        subject.correlationIds.flatMap((id) => eventsOfId.get(id) ?? []).sort((a, b) => a - b),
        statistics,
      ),
      triedAtMs: Float64Array.from(subject.tries, (index) => events[index]?.atMs ?? NaN),
    })),
  };
};

const maximumAfterTries = (
  tries: readonly number[],
  ownEvents: readonly number[],
  statistics: Float64Array,
): Float64Array => {
  const maxima = new Float64Array(tries.length + 1);
  let next = 0;
  let maximum = 0;
  for (let made = 0; made <= tries.length; made += 1) {
    const endsBefore = tries[made] ?? Infinity;
    for (let index = ownEvents[next]; index !== undefined && index < endsBefore; index = ownEvents[++next]) {
      maximum = Math.max(maximum, statistics[index] ?? 0);
    }
    maxima[made] = maximum;
  }
  return maxima;
};

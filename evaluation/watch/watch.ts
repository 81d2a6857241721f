// Lets contestants watch a whole population and all attackers. Blocks come one by one, so memory holds one of them.

import { attacks } from '../adversaries/attacks.ts';
import { attackTraces } from '../adversaries/attack-traces.ts';
import { contestantNamed } from '../contestants.ts';
import { watchTrace } from '../detectors/watch-trace.ts';
import { honestTraces } from '../population/honest-traces.ts';

export interface WatchTask {
  contestants: readonly string[];
  seed: number;
  honestIds: number;
  /** All honest failure rates, multiplied. */
  rateFactor: number;
  /** How many tokens an honest person asks for at most until a need is met or given up; as in the data card if absent. */
  mostSessionsForOneNeed?: number;
  attackersOfEachKind: number;
}

/** What one contestant has seen. */
export interface Watched {
  contestant: string;
  /** The largest statistic of each honest id, and whose it is. */
  honestMaxima: Float64Array;
  /** By kind of attack. */
  attacks: Record<string, WatchedAttacker[]>;
}

export interface WatchedAttacker {
  passChance: number;
  /** At k: the largest statistic of any of his ids after k tries. */
  maximumAfterTries: Float64Array;
  triedAtMs: Float64Array;
}

export const watchAll = (task: WatchTask): Watched[] => {
  const detectors = task.contestants.map(contestantNamed);
  const { seed, rateFactor, mostSessionsForOneNeed } = task;
  const population = { seed, rateFactor, ...(mostSessionsForOneNeed !== undefined && { mostSessionsForOneNeed }) };
  const honest: number[][] = detectors.map(() => []);
  for (const trace of honestTraces(population, task.honestIds)) {
    detectors.forEach((detector, index) => honest[index]?.push(...watchTrace(detector, trace).maxima.values()));
  }
  const attacked: Record<string, WatchedAttacker[]>[] = detectors.map(() => ({}));
  for (const attack of attacks) {
    for (const trace of attackTraces({ seed, attack }, task.attackersOfEachKind)) {
      detectors.forEach((detector, index) => {
        const seen = watchTrace(detector, trace).attacks.map(({ subject, maximumAfterTries, triedAtMs }) => ({
          passChance: subject.passChance ?? 0,
          maximumAfterTries,
          triedAtMs,
        }));
        ((attacked[index] ??= {})[attack.kind] ??= []).push(...seen);
      });
    }
  }
  return detectors.map(({ name }, index) => ({
    contestant: name,
    honestMaxima: Float64Array.from(honest[index] ?? []),
    attacks: attacked[index] ?? {},
  }));
};

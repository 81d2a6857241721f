// What a seed draws: how long the run is, who comes, what goes wrong. Parts of it may be left out.

import type { Random } from '../evaluation/random.ts';
import { drawFaults } from './faults/draw-faults.ts';
import type { Fault } from './faults/fault.ts';
import { type Cast, drawCast } from './workload/play.ts';

/** Which of the faults, members and decisions are left, by their numbers. */
export interface Only {
  faults: readonly number[];
  members: readonly number[];
  decisions: readonly number[];
}

export interface ScriptOptions {
  /** Virtual minutes in which people come and things go wrong. */
  minutes: number;
  /** All that goes wrong; what the seed draws when left out. */
  faults?: readonly Fault[];
  /** What of all that is left in; everything when left out. */
  only?: Only;
}

export interface Script {
  /** How much longer than usual people take between two things, and timers wait. */
  tempo: number;
  /** Virtual seconds in which people come and things go wrong. */
  seconds: number;
  faults: readonly Fault[];
  cast: Cast;
  only: Only;
}

/** Some runs are long and slow, so that tokens expire and are collected while people go on. */
const TEMPOS = [1, 1, 1, 5] as const;
/** A run takes more, but most of what follows is sweeps that find nothing. */
const STEPS_PER_MINUTE = 300;
const DELIVERIES_PER_MINUTE = 6;

/** Each part draws for itself, so that the others stay the same without it. */
export const drawScript = (
  draw: (...purpose: string[]) => Random,
  { minutes, faults: given, only }: ScriptOptions,
): Script => {
  const tempo = draw('tempo').oneOf(TEMPOS);
  const seconds = minutes * 60 * tempo;
  const faults =
    given ??
    drawFaults(draw('faults'), {
      seconds,
      steps: minutes * STEPS_PER_MINUTE,
      deliveries: minutes * DELIVERIES_PER_MINUTE,
    });
  const cast = drawCast(draw, seconds);
  const kept = only ?? {
    faults: numbersOf(faults),
    members: numbersOf(cast.members),
    decisions: numbersOf(cast.decisions),
  };
  return {
    tempo,
    seconds,
    faults: pick(faults, kept.faults),
    cast: {
      ...cast,
      members: pick(cast.members, kept.members),
      decisions: pick(cast.decisions, kept.decisions),
    },
    only: kept,
  };
};

const numbersOf = (list: readonly unknown[]): number[] => list.map((_, index) => index);

const pick = <T>(list: readonly T[], numbers: readonly number[]): T[] =>
  list.filter((_, index) => numbers.includes(index));

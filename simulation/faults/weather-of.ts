import type { Random } from '../../evaluation/random.ts';
import type { Service, Step, Trouble, Weather } from '../engine/network.ts';
import { type Fault, type FaultKind, isIn } from './fault.ts';

/** What becomes of a batch of messages on its way to being completed. */
export interface DeliveryTrouble {
  lateSeconds: number;
  losesLocks?: 'before' | 'after';
}

export interface FaultyWeather extends Weather {
  /** How often each kind of fault has hit. */
  readonly hits: Map<FaultKind, number>;
  hit(kind: FaultKind): void;
  /** Whether this fault may hit now: none does before the run has begun, nor once the weather is cleared. */
  canStrike(fault: Fault): boolean;
  /** What goes wrong with this delivery, of all from 1. */
  delivery(number: number): DeliveryTrouble;
  /** How far reads may lag behind now. */
  longestLagMs(): number;
  areTimersStopped(): boolean;
  /** How far ahead of everybody else's clock that of the process is now. */
  skewMsOf(process: number): number;
  /**
   * From now on nothing goes wrong any more. What has stopped for good stays so, and what is no trouble but a given of the
   * run is not of the weather: the version of a process, and how many calls Face takes.
   */
  clear(): void;
}

const WRITE = /^(Batch|Create|Delete|Patch|Replace|Upsert) /;

/** The faults of a run as they strike. `second`: seconds since its start, below 0 before it, when nothing goes wrong. */
export const weatherOf = (faults: readonly Fault[], random: Random, second: () => number): FaultyWeather => {
  const hits = new Map<FaultKind, number>();
  const hit = (kind: FaultKind): void => {
    hits.set(kind, (hits.get(kind) ?? 0) + 1);
  };
  let current = faults;
  const canStrike = (fault: Fault): boolean => second() >= 0 && current.includes(fault);
  const hitBefore = new Set<Fault>();
  const hitOnce = (fault: Fault): void => {
    if (!hitBefore.has(fault)) hit(fault.kind);
    hitBefore.add(fault);
  };

  const troubleBy = (fault: Fault, { number, service, what }: Step): Trouble | undefined => {
    switch (fault.kind) {
      case 'crash':
        return fault.step === number ? { kind: 'crash', when: fault.when, downSeconds: fault.downSeconds } : undefined;
      case 'lost-reply':
        return fault.step === number ? { kind: 'lost-reply' } : undefined;
      case 'refused-connection':
        return fault.step === number ? { kind: 'refused' } : undefined;
      case 'outage':
        if (fault.service !== service && fault.service !== 'everything') return undefined;
        if (!isIn(fault, second())) return undefined;
        if (fault.refusedWrites === undefined) return { kind: 'refused' };
        return WRITE.test(what) && random.happens(fault.refusedWrites) ? { kind: 'refused' } : undefined;
      case 'throttling': {
        if (fault.service !== service || !isIn(fault, second()) || !random.happens(fault.share)) return undefined;
        const { retryAfterMs } = fault;
        return { kind: 'throttled', ...(retryAfterMs !== undefined && { retryAfterMs }) };
      }
      case 'slowness':
      case 'stale-reads':
      case 'stopped-timers':
      case 'clock-skew':
      case 'clock-jump':
      case 'lost-lock':
      case 'late-delivery':
      case 'broker-trouble':
      case 'cut-connections':
      case 'next-version':
      case 'face-limit':
      case 'forgotten-session':
        return undefined;
    }
  };

  return {
    hits,
    hit,
    canStrike,
    delivery: (number) => {
      const trouble: DeliveryTrouble = { lateSeconds: 0 };
      for (const fault of current) {
        if (!('delivery' in fault) || fault.delivery !== number || !canStrike(fault)) continue;
        hit(fault.kind);
        if (fault.kind === 'late-delivery') trouble.lateSeconds += fault.seconds;
        else trouble.losesLocks = fault.when;
      }
      return trouble;
    },
    trouble: (step) => {
      for (const fault of current) {
        const trouble = canStrike(fault) ? troubleBy(fault, step) : undefined;
        if (trouble === undefined) continue;
        hit(fault.kind);
        return trouble;
      }
      return undefined;
    },
    slowness: (service: Service) => {
      const slow = current.find(
        (fault) => fault.kind === 'slowness' && fault.service === service && isIn(fault, second()),
      );
      if (slow?.kind !== 'slowness') return 1;
      hit('slowness');
      return slow.factor;
    },
    longestLagMs: () =>
      current.reduce(
        (lagMs, fault) =>
          fault.kind === 'stale-reads' && isIn(fault, second()) ? Math.max(lagMs, fault.longestLagMs) : lagMs,
        0,
      ),
    areTimersStopped: () =>
      current.some(
        (fault) =>
          fault.kind === 'stopped-timers' && (isIn(fault, second()) || (fault.forGood && second() >= fault.fromSecond)),
      ),
    skewMsOf: (process) => {
      let skewMs = 0;
      for (const fault of current) {
        if (fault.kind !== 'clock-skew' || fault.process !== process || !isIn(fault, second())) continue;
        hitOnce(fault);
        skewMs += 1000 * fault.skewSeconds;
      }
      return skewMs;
    },
    clear: () => {
      current = faults.filter((fault) => fault.kind === 'stopped-timers' && fault.forGood);
    },
  };
};

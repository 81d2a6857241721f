import { Random } from '../../../../evaluation/random.ts';
import { drawFaults, type Extent } from '../../../../simulation/faults/draw-faults.ts';
import type { Fault, FaultKind } from '../../../../simulation/faults/fault.ts';

const extent: Extent = { seconds: 240, steps: 600, deliveries: 24 };

const drawnBy = (seed: number): Fault[] => drawFaults(new Random(seed, 'faults'), extent);

const manyRuns = Array.from({ length: 2000 }, (_, seed) => drawnBy(seed));

describe('the faults of a run', () => {
  it('follow from its seed', () => {
    expect(drawnBy(5)).toEqual(drawnBy(5));
    expect(drawnBy(5)).not.toEqual(drawnBy(6));
  });

  it('are none in some runs, and many in others', () => {
    const numbers = new Set(manyRuns.map(({ length }) => length));

    expect([...numbers].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('are of every kind, sooner or later', () => {
    // The compiler keeps the list complete.
    const every: Record<FaultKind, true> = {
      crash: true,
      'lost-reply': true,
      'refused-connection': true,
      throttling: true,
      outage: true,
      slowness: true,
      'stopped-timers': true,
      'clock-skew': true,
      'clock-jump': true,
      'lost-lock': true,
      'late-delivery': true,
      'broker-trouble': true,
      'stale-reads': true,
      'cut-connections': true,
      'next-version': true,
      'face-limit': true,
      'forgotten-session': true,
    };

    const drawn = new Set(manyRuns.flat().map(({ kind }) => kind));

    expect([...drawn].sort()).toEqual(Object.keys(every).sort());
  });

  it('hit both before and after a step, with and without a hint, for a while and for good', () => {
    const drawn = manyRuns.flat();
    const some = (fits: (fault: Fault) => boolean): boolean => drawn.some(fits);

    expect(some((fault) => fault.kind === 'crash' && fault.when === 'before')).toBe(true);
    expect(some((fault) => fault.kind === 'crash' && fault.when === 'after')).toBe(true);
    expect(some((fault) => fault.kind === 'lost-lock' && fault.when === 'before')).toBe(true);
    expect(some((fault) => fault.kind === 'lost-lock' && fault.when === 'after')).toBe(true);
    expect(some((fault) => fault.kind === 'throttling' && fault.retryAfterMs === undefined)).toBe(true);
    expect(some((fault) => fault.kind === 'throttling' && fault.retryAfterMs !== undefined)).toBe(true);
    expect(some((fault) => fault.kind === 'stopped-timers' && fault.forGood)).toBe(true);
    expect(some((fault) => fault.kind === 'stopped-timers' && !fault.forGood)).toBe(true);
  });

  it('lie within the run', () => {
    const placeOf = (fault: Fault): [number, number] | undefined => {
      if ('step' in fault) return [fault.step, extent.steps];
      if ('delivery' in fault) return [fault.delivery, extent.deliveries];
      if ('fromSecond' in fault) return [fault.fromSecond, extent.seconds];
      return undefined;
    };

    const outside = manyRuns.flat().filter((fault) => {
      const [place, last] = placeOf(fault) ?? [1, 1];
      return place < 0 || place > last || (place === 0 && !('fromSecond' in fault));
    });

    expect(outside).toEqual([]);
  });
});

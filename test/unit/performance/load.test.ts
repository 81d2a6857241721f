import { LIMITS, type RateStep, whatBroke } from '../../../performance/limits/rising-rate.ts';
import { latencyOf } from '../../../performance/soak/latency.ts';
import { memoryOf } from '../../../performance/soak/memory.ts';
import { isQuiet, watchOtherWork } from '../../../performance/machine/other-work.ts';
import { processUsage } from '../../../performance/machine/process-usage.ts';

const latency = (p95: number) => ({ p50: 1, p95, p99: p95 });
const step = (what: Partial<RateStep>): RateStep => ({
  rate: 10,
  asked: 100,
  notServed: 0,
  backlog: 5,
  tokenMs: latency(20),
  recordedMs: latency(50),
  hostCpuShare: 0.5,
  cloudCpuShare: 0.5,
  ...what,
});

describe('a rate', () => {
  it.each([
    ['is kept up with', {}, undefined],
    ['is kept up with at every limit', { notServed: 1, backlog: 20, tokenMs: latency(LIMITS.tokenP95Ms) }, undefined],
    ['breaks when one in fifty is not served', { notServed: 2 }, 'requests are not served'],
    ['breaks when tokens come late', { tokenMs: latency(1001) }, 'tokens come late'],
    ['breaks when more wait than come in two seconds', { backlog: 21 }, 'the backlog grows'],
    ['breaks when results are recorded late', { recordedMs: latency(5001) }, 'results are recorded late'],
  ])('%s', (_sentence, what, broken) => {
    expect(whatBroke(step(what))).toBe(broken);
  });
});

describe('memory', () => {
  it('has the slope of its second half', () => {
    const bytes = [100, 600, 500, 510, 520, 530];

    const memory = memoryOf(bytes.map((each, index) => ({ minutes: index / 2, bytes: each })));

    expect(memory).toMatchObject({ startBytes: 100, midBytes: 510, endBytes: 530, peakBytes: 600 });
    expect(memory.slopeBytesPerMinute).toBeCloseTo(20);
  });

  it('that stays as it is has no slope', () => {
    const bytes = [5, 5, 5, 5];

    expect(memoryOf(bytes.map((each, minutes) => ({ minutes, bytes: each }))).slopeBytesPerMinute).toBe(0);
  });

  it('of a process that is not there is unknown', () => {
    expect(processUsage(undefined)).toBeUndefined();
  });
});

describe('the time that something took', () => {
  it('is told by quantiles, and is infinite for what never came', () => {
    expect(latencyOf([4, 1, 3, 2])).toEqual({ p50: 2, p95: 4, p99: 4 });
    expect(latencyOf([]).p95).toBe(Infinity);
  });
});

describe('a machine', () => {
  it.each([
    [undefined, true],
    [0, true],
    [0.2, true],
    [0.21, false],
  ])('of which other work takes a share of %s is quiet: %s', (share, quiet) => {
    expect(isQuiet(share)).toBe(quiet);
  });

  it('whose processes cannot be looked at tells no share', () => {
    expect(watchOtherWork([undefined])()).toBeUndefined();
  });
});

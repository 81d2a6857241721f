import { holds } from '../../../evaluation/bench/figure.ts';
import type { Limits } from '../../../performance/limits/find-limits.ts';
import type { RateStep } from '../../../performance/limits/rising-rate.ts';
import { limitsSection } from '../../../performance/report/limits-section.ts';
import type { Section } from '../../../performance/report/section.ts';
import { soakSection } from '../../../performance/report/soak-section.ts';
import type { Soak } from '../../../performance/soak/soak.ts';

const MB = 2 ** 20;
const surroundings = { machine: '2 cores', otherWork: 0.05 };

const someMemory = {
  startBytes: 150 * MB,
  midBytes: 200 * MB,
  endBytes: 201 * MB,
  peakBytes: 210 * MB,
  slopeBytesPerMinute: 0.2 * MB,
};

const aSoak = (what: Partial<Soak> = {}): Soak => ({
  minutes: 10,
  rate: 5,
  asked: 3000,
  issued: 3000,
  refused: 0,
  busy: 0,
  failed: 0,
  attempts: 3300,
  dropped: 0,
  countedTwice: 0,
  unpublished: 0,
  tokenMs: { p50: 20, p95: 40, p99: 80 },
  recordedMs: { p50: 30, p95: 60, p99: 90 },
  memory: someMemory,
  complaints: {},
  ...what,
});

const aStep = (rate: number, broken?: string): RateStep => ({
  rate,
  asked: 120,
  notServed: 0,
  backlog: 1,
  tokenMs: { p50: 20, p95: 40, p99: 80 },
  recordedMs: { p50: 30, p95: 60, p99: 90 },
  hostCpuShare: 0.42,
  cloudCpuShare: NaN,
  ...(broken !== undefined && { broken }),
});

const someLimits = (what: Partial<Limits> = {}): Limits => ({
  secondsEach: 12,
  rates: [aStep(10), aStep(14, 'tokens come late')],
  results: [{ atOnce: 8, gaveUp: 0, requestsPerResult: 9, milliseconds: 80 }],
  tokens: [{ atOnce: 64, issued: 2, notNow: 62, busy: 0, milliseconds: 200 }],
  ...what,
});

const brokenIn = ({ figures }: Section): string[] =>
  figures.filter((figure) => !holds(figure)).map(({ measure }) => measure);

describe('what a soak is told as', () => {
  it('is tables of what came of it', () => {
    const { markdown, figures } = soakSection(aSoak(), surroundings);

    expect(markdown).toContain(
      'Measured on 2 cores, of which other work took 5 % of the processor; 10 minutes at 5 sessions a second.',
    );
    expect(markdown).toMatch(/\| at the end +\| 201\.0 MB \|/);
    expect(figures.every(holds)).toBe(true);
  });

  it.each<[string, Partial<Soak>]>([
    ['attempts dropped', { dropped: 1 }],
    ['counted twice', { countedTwice: 1 }],
    ['sessions without their event', { unpublished: 1 }],
    ['failed', { failed: 1 }],
    ['answered 503', { busy: 1 }],
    ['token, p95', { tokenMs: { p50: 20, p95: 1001, p99: 2000 } }],
    ['memory, peak', { memory: { ...someMemory, peakBytes: 513 * MB } }],
    ['memory, end to middle', { memory: { ...someMemory, endBytes: 301 * MB } }],
    ['attempt to event, p95', { recordedMs: { p50: 20, p95: Infinity, p99: Infinity } }],
  ])('breaks the bound of "%s"', (measure, what) => {
    expect(brokenIn(soakSection(aSoak(what), surroundings))).toEqual([measure]);
  });

  it('does not judge times beside too much other work, and counts all the same', () => {
    const slow = { dropped: 1, tokenMs: { p50: 20, p95: 1001, p99: 2000 } };

    expect(brokenIn(soakSection(aSoak(slow), { ...surroundings, otherWork: 0.5 }))).toEqual(['attempts dropped']);
  });

  it('says what the app complained of', () => {
    const { markdown } = soakSection(aSoak({ complaints: { 'events-left-to-the-sweep': 3 } }), surroundings);

    expect(markdown).toMatch(/\| events-left-to-the-sweep +\| +3 \|/);
  });

  it('leaves memory out where it cannot be read', () => {
    const section = soakSection(aSoak({ memory: undefined }), surroundings);

    expect(section.markdown).toContain('cannot be read');
    expect(brokenIn(section)).toEqual([]);
  });
});

describe('what limits are told as', () => {
  it('is the highest rate that was kept up with, and what broke at the next', () => {
    const { markdown, figures } = limitsSection(someLimits(), surroundings);

    expect(figures.find(({ measure }) => measure === 'highest rate kept up with')?.value).toBe(10);
    expect(markdown).toMatch(/\| +42 % \| +unknown \| tokens come late \|/);
  });

  it.each<[string, Partial<Limits>]>([
    ['highest rate kept up with', { rates: [aStep(10, 'the backlog grows')] }],
    [
      'writers that give up, up to 8 at once',
      { results: [{ atOnce: 8, gaveUp: 1, requestsPerResult: 9, milliseconds: 80 }] },
    ],
    [
      '503 for up to 64 token requests at once',
      { tokens: [{ atOnce: 64, issued: 2, notNow: 61, busy: 1, milliseconds: 200 }] },
    ],
    [
      'tokens alive for one person, at most',
      { tokens: [{ atOnce: 64, issued: 3, notNow: 61, busy: 0, milliseconds: 200 }] },
    ],
  ])('breaks the bound of "%s"', (measure, what) => {
    expect(brokenIn(limitsSection(someLimits(what), surroundings))).toEqual([measure]);
  });

  it('does not judge the rate beside too much other work', () => {
    const slow = someLimits({ rates: [aStep(10, 'the backlog grows')] });

    expect(brokenIn(limitsSection(slow, { ...surroundings, otherWork: 0.5 }))).toEqual([]);
  });
});

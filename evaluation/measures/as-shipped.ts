import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import type { Population } from '../population/groups.ts';
import { honestTraces } from '../population/honest-traces.ts';
import { casesIn } from './cases-in.ts';
import { deviceUseOf, type DeviceUse } from './device-use.ts';
import { type HonestRates, HonestTally } from './honest-tally.ts';
import { type Rate, rateOf } from './rate.ts';
import { replayTraces } from './replay-traces.ts';
import { subjectsOfIds } from './subjects-of-ids.ts';
import { verdictsOfIds } from './verdicts-of-ids.ts';

export interface AsShippedOptions {
  seed: number;
  population: Population;
  people: number;
  /** The default policy if absent. */
  policy?: Policy;
}

export interface AsShipped {
  population: Population;
  all: HonestRates;
  /** The kinds of people, in the order of their number. */
  byGroup: ({ group: string } & HonestRates)[];
  byDeviceUse: ({ use: DeviceUse } & HonestRates)[];
  /** Ids to which each pattern happened at least once; pauses begin with `pause-`. The most frequent first. */
  byPattern: { pattern: string; ids: Rate }[];
  /** What a reviewer gets: cases of flags, and low-priority cases of pauses that became no flag. By ids. */
  flagCases: Rate;
  pauseCases: Rate;
}

/**
 * How many honest ids the policy flags and pauses within 30 days, by the production replay. Ids, not people: 2 % of
 * people get a fresh identifier. Blocks of people are replayed one by one, for they share nothing but incidents, which
 * change no flag of theirs. About 15 s for 100,000 people who check now and then, six times as long where everybody
 * checks daily.
 */
export const asShipped = ({ seed, population, people, policy = defaultPolicy }: AsShippedOptions): AsShipped => {
  const all = new HonestTally();
  const byGroup = new Map<string, HonestTally>();
  const byDeviceUse = new Map<DeviceUse, HonestTally>();
  const idsOfPattern = new Map<string, number>();
  const cases = { flags: 0, pauses: 0 };
  for (const trace of honestTraces({ seed, population }, people)) {
    const lines = replayTraces([trace], policy);
    const verdicts = verdictsOfIds(lines);
    const deviceUse = deviceUseOf(trace);
    for (const [correlationId, subject] of subjectsOfIds(trace)) {
      const ofId = verdicts.get(correlationId);
      const use = deviceUse.get(subject);
      all.add(ofId);
      tallyIn(byGroup, subject.group).add(ofId);
      if (use !== undefined) tallyIn(byDeviceUse, use).add(ofId);
    }
    for (const { patterns } of verdicts.values()) {
      for (const pattern of patterns) idsOfPattern.set(pattern, (idsOfPattern.get(pattern) ?? 0) + 1);
    }
    const { flags, pauses } = casesIn(lines);
    cases.flags += flags;
    cases.pauses += pauses;
  }
  return {
    population,
    all: all.rates(),
    byGroup: largestFirst(byGroup).map(([group, tally]) => ({ group, ...tally.rates() })),
    byDeviceUse: largestFirst(byDeviceUse).map(([use, tally]) => ({ use, ...tally.rates() })),
    byPattern: [...idsOfPattern]
      .map(([pattern, ids]) => ({ pattern, ids: rateOf(ids, all.ids) }))
      .sort((a, b) => b.ids.count - a.ids.count),
    flagCases: rateOf(cases.flags, all.ids),
    pauseCases: rateOf(cases.pauses, all.ids),
  };
};

const tallyIn = <Key>(tallies: Map<Key, HonestTally>, key: Key): HonestTally => {
  const tally = tallies.get(key) ?? new HonestTally();
  tallies.set(key, tally);
  return tally;
};

const largestFirst = <Key>(tallies: ReadonlyMap<Key, HonestTally>): [Key, HonestTally][] =>
  [...tallies].sort(([, a], [, b]) => b.ids - a.ids);

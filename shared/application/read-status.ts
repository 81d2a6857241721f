import type { Clock, SweepName, SweepRuns } from './ports.ts';
import { sweepNames } from './sweeps.ts';

/** One cheap question to a dependency; it throws when there is no proper answer, with a sentence of ours. */
export type Probe = () => Promise<void>;

export type Dependency = { state: 'up' } | { state: 'down'; advice: string };

export interface Status {
  checkedAt: Date;
  dependencies: Record<string, Dependency>;
  sweeps: Partial<Record<SweepName, { lastRanAt?: Date }>>;
}

export type ReadStatus = () => Promise<Status>;

/** A status page must not become a load of its own. */
const CACHE_SECONDS = 15;

export const makeReadStatus = ({
  probes,
  sweepRuns,
  clock,
}: {
  probes: Record<string, { probe: Probe; advice: string }>;
  sweepRuns: SweepRuns;
  clock: Clock;
}): ReadStatus => {
  let cached: { untilMs: number; status: Promise<Status> } | undefined;

  return () => {
    const nowMs = clock.now().getTime();
    if (cached === undefined || cached.untilMs <= nowMs) {
      cached = { untilMs: nowMs + CACHE_SECONDS * 1000, status: check() };
    }
    return cached.status;
  };

  async function check(): Promise<Status> {
    const states = await Promise.all(
      Object.entries(probes).map(async ([name, { probe, advice }]): Promise<[string, Dependency]> => {
        try {
          await probe();
          return [name, { state: 'up' }];
        } catch {
          return [name, { state: 'down', advice }];
        }
      }),
    );
    const runs = await runsOfSweeps();
    return {
      checkedAt: clock.now(),
      dependencies: Object.fromEntries(states),
      sweeps: Object.fromEntries(
        sweepNames.map((sweep) => {
          const lastRanAt = runs[sweep];
          return [sweep, lastRanAt === undefined ? {} : { lastRanAt }];
        }),
      ),
    };
  }
  /** Runs that cannot be read are the store's trouble, which its own probe shows. */
  async function runsOfSweeps(): Promise<Partial<Record<SweepName, Date>>> {
    try {
      return await sweepRuns.lastRuns();
    } catch {
      return {};
    }
  }
};

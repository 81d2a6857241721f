import type { SweepName, SweepNudges } from '../../shared/application/ports.ts';
import { secondsAfter } from '../support/held-clock.ts';

const minute = new Date('2026-03-02T12:00:00.000Z');

/** `take` gives the sweeps that were asked for since it was last called. */
export const sweepNudgesContract = (
  make: () => Promise<{ nudges: SweepNudges; take: (count: number) => Promise<SweepName[]> }>,
): void => {
  it('asks once for a sweep, however many notice within a minute that it is stale', async () => {
    const { nudges, take } = await make();

    await Promise.all([0, 10, 59.999].map((seconds) => nudges.nudge('publish-events', secondsAfter(minute, seconds))));

    expect(await take(1)).toEqual(['publish-events']);
  });

  it('asks for each sweep by itself, and again in the next minute', async () => {
    const { nudges, take } = await make();

    await nudges.nudge('publish-events', minute);
    await nudges.nudge('complete-decisions', minute);
    await nudges.nudge('publish-events', secondsAfter(minute, 60));

    expect((await take(3)).toSorted()).toEqual(['complete-decisions', 'publish-events', 'publish-events']);
  });
};

import type { SweepRuns } from '../../shared/application/ports.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;

/** `make` gives an empty store, and a way to let the time pass for which its answers may be old. */
export const sweepRunsContract = (make: () => Promise<{ sweepRuns: SweepRuns; letAnswersAge: () => void }>): void => {
  it('knows of no run at first', async () => {
    const { sweepRuns } = await make();

    expect(await sweepRuns.lastRuns()).toEqual({});
  });

  it('remembers the last run of each sweep', async () => {
    const { sweepRuns, letAnswersAge } = await make();
    await Promise.all([sweepRuns.ran('publish-events', now), sweepRuns.ran('complete-decisions', now)]);
    await sweepRuns.ran('publish-events', secondsAfter(now, 30));

    letAnswersAge();

    expect(await sweepRuns.lastRuns()).toEqual({
      'publish-events': secondsAfter(now, 30),
      'complete-decisions': now,
    });
  });
};

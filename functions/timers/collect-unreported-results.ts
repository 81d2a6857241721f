import type { TimerHandler } from '@azure/functions';
import type { RunSweep } from '../../shared/application/sweeps.ts';

export const collectUnreportedResultsHandler =
  (runSweep: RunSweep): TimerHandler =>
  async () => {
    await runSweep('collect-unreported-results');
  };

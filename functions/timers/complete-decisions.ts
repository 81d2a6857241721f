import type { TimerHandler } from '@azure/functions';
import type { RunSweep } from '../../shared/application/sweeps.ts';

export const completeDecisionsHandler =
  (runSweep: RunSweep): TimerHandler =>
  async () => {
    await runSweep('complete-decisions');
  };

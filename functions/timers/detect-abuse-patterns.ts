import type { TimerHandler } from '@azure/functions';
import type { RunSweep } from '../../shared/application/sweeps.ts';

export const detectAbusePatternsHandler =
  (runSweep: RunSweep): TimerHandler =>
  async () => {
    await runSweep('detect-abuse-patterns');
  };

import type { TimerHandler } from '@azure/functions';
import type { RunSweep } from '../../shared/application/sweeps.ts';

export const watchCustomersHandler =
  (runSweep: RunSweep): TimerHandler =>
  async () => {
    await runSweep('watch-customers');
  };

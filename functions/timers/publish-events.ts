import type { TimerHandler } from '@azure/functions';
import type { RunSweep } from '../../shared/application/sweeps.ts';

export const publishEventsHandler =
  (runSweep: RunSweep): TimerHandler =>
  async () => {
    await runSweep('publish-events');
  };

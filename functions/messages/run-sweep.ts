import type { ServiceBusQueueHandler } from '@azure/functions';
import * as z from 'zod';
import type { Log } from '../../shared/application/ports.ts';
import { sweepNames, type RunSweep } from '../../shared/application/sweeps.ts';

const nudge = z.object({ sweep: z.enum(sweepNames) });

/** The second clock: a sweep whose timer has stopped is started by message. */
export const runSweepHandler =
  ({ runSweep, log }: { runSweep: RunSweep; log: Log }): ServiceBusQueueHandler =>
  async (message) => {
    const asked = nudge.safeParse(message);
    if (!asked.success) {
      log.warn('nudge-not-understood');
      return;
    }
    await runSweep(asked.data.sweep);
  };

import type { ServiceBusQueueHandler } from '@azure/functions';
import * as z from 'zod';
import { Unavailable } from '../../shared/application/errors.ts';
import type { Log } from '../../shared/application/ports.ts';
import { sweepNames, type RunSweep } from '../../shared/application/sweeps.ts';
import { reasonIn } from '../../shared/contracts/unusable-message.ts';
import { type ParkMessage, textOf } from '../../shared/messaging/park-message.ts';

const nudge = z.object({ sweep: z.enum(sweepNames) });

interface Parts {
  runSweep: RunSweep;
  parkMessage: ParkMessage;
  log: Log;
}

/** The second clock: a sweep whose timer has stopped is started by message. */
export const runSweepHandler =
  ({ runSweep, parkMessage, log }: Parts): ServiceBusQueueHandler =>
  async (message) => {
    const asked = nudge.safeParse(message);
    if (!asked.success) {
      await parkMessage({ from: 'sweeps', text: textOf(message), reason: reasonIn(asked.error) });
      return;
    }
    try {
      await runSweep(asked.data.sweep);
    } catch (error) {
      // Delivered again at once it would meet the same trouble, and alarm after ten times. The next nudge comes anyway.
      if (!(error instanceof Unavailable)) throw error;
      log.warn('nudged-sweep-not-run', { sweep: asked.data.sweep, error: error.message });
    }
  };

import type { ServiceBusTopicHandler } from '@azure/functions';
import * as z from 'zod';
import type { CloseOpenSessions } from '../../shared/application/close-open-sessions.ts';
import { Unavailable } from '../../shared/application/errors.ts';
import type { Log } from '../../shared/application/ports.ts';

const blocking = z.object({ subject: z.uuid() });

/** A verdict ends what its correlation id has open. What cannot be closed now is due for the collecting sweep anyway. */
export const closeOpenSessionsHandler =
  ({ closeOpenSessions, log }: { closeOpenSessions: CloseOpenSessions; log: Log }): ServiceBusTopicHandler =>
  async (message) => {
    const event = blocking.safeParse(message);
    if (!event.success) {
      log.warn('event-not-understood');
      return;
    }
    try {
      await closeOpenSessions(event.data.subject);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      log.warn('sessions-left-to-the-sweep', { error: error.message });
    }
  };

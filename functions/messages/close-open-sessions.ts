import type { ServiceBusTopicHandler } from '@azure/functions';
import * as z from 'zod';
import type { CloseOpenSessions } from '../../shared/application/close-open-sessions.ts';
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
    await closeOpenSessions(event.data.subject);
  };

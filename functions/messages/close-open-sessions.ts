import type { ServiceBusTopicHandler } from '@azure/functions';
import * as z from 'zod';
import type { CloseOpenSessions } from '../../shared/application/close-open-sessions.ts';
import { Unavailable } from '../../shared/application/errors.ts';
import type { Log } from '../../shared/application/ports.ts';
import { reasonIn } from '../../shared/contracts/unusable-message.ts';
import { type ParkMessage, textOf } from '../../shared/messaging/park-message.ts';

const blocking = z.object({ subject: z.uuid() });

interface Parts {
  closeOpenSessions: CloseOpenSessions;
  parkMessage: ParkMessage;
  log: Log;
}

/** A verdict ends what its correlation id has open. What cannot be closed now is due for the collecting sweep anyway. */
export const closeOpenSessionsHandler =
  ({ closeOpenSessions, parkMessage, log }: Parts): ServiceBusTopicHandler =>
  async (message) => {
    const event = blocking.safeParse(message);
    if (!event.success) {
      await parkMessage({
        from: 'abuse-events/close-open-sessions',
        text: textOf(message),
        reason: reasonIn(event.error),
      });
      return;
    }
    try {
      await closeOpenSessions(event.data.subject);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      log.warn('sessions-left-to-the-sweep', { error: error.message });
    }
  };

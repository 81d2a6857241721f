// The product is at rest when no message waits for a function and no function runs. The clock is only moved then: who
// is at work keeps its moment.

import { setTimeout as delay } from 'node:timers/promises';
import type { LocalServiceBus } from '../service-bus/service-bus.ts';

const DEADLINE_MS = 60_000;
const LOOK_AGAIN_MS = 4;

export interface Resting {
  serviceBus: Pick<LocalServiceBus, 'inspect'>;
  /** Resolves when no invocation is under way. */
  idle: () => Promise<void>;
}

export const untilAtRest = async ({ serviceBus, idle }: Resting): Promise<void> => {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    await idle();
    if (waitingMessages(serviceBus) === 0) {
      // Whoever took the last message may have sent another before it ended.
      await idle();
      if (waitingMessages(serviceBus) === 0) return;
    }
    if (performance.now() > deadline) {
      throw new Error(`The app did not come to rest: ${waitingMessages(serviceBus)} messages wait for it.`);
    }
    await delay(LOOK_AGAIN_MS);
  }
};

/** Of entities that nobody reads, such as parked messages, nothing is expected. */
const waitingMessages = (serviceBus: Pick<LocalServiceBus, 'inspect'>): number =>
  Object.values(serviceBus.inspect().entities)
    .filter(({ consumers }) => consumers > 0)
    .reduce((sum, { active, locked }) => sum + active + locked, 0);

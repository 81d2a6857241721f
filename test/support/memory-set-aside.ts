// What the consumer of results sets aside: messages that cannot be right, and messages that are to come again later.

import type { ResultMessage } from '../../shared/contracts/result-message.ts';
import type { UnusableMessage } from '../../shared/contracts/unusable-message.ts';

export class MemoryParkedMessages {
  readonly parked: UnusableMessage[] = [];

  park(message: UnusableMessage): Promise<void> {
    this.parked.push(message);
    return Promise.resolve();
  }
}

export class MemoryPostponedResults {
  readonly postponed: { message: ResultMessage; until: Date }[] = [];

  postpone(message: ResultMessage, until: Date): Promise<void> {
    this.postponed.push({ message, until });
    return Promise.resolve();
  }
}

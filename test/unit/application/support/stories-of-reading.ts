import { customerId } from '../../../support/builders.ts';
import { spoof } from './attempts.ts';
import { complete, judgeBy } from './doings.ts';
import type { Story } from './tell-story.ts';
import { inTrouble, newestToken } from './world.ts';

/** Reading changes nothing, whatever becomes of it. */
export const storiesOfReading: readonly Story[] = [
  {
    name: 'everything that can be read about a flagged id and its customer',
    given: async (world) => {
      await judgeBy(world, { name: 'ours' });
      await complete(world, {}, spoof, spoof, spoof);
      await complete(world, {}, spoof);
      await world.process.runSweep('detect-abuse-patterns');
      await world.process.publishPolicy({ document: {}, publishedBy: 'tenant-1:operator', reason: 'To begin.' });
    },
    when: async (process, world) => {
      const { correlationId, sessionId } = newestToken(world);
      const [flag] = world.app.correlations.storedOf(correlationId).flags;
      await inTrouble(() => process.readCorrelation({ customerId, correlationId }));
      await inTrouble(() => process.readFlag({ correlationId, flagId: flag!.flagId }));
      await inTrouble(() => process.readLivenessSession({ customerId, sessionId }));
      await inTrouble(() => process.readActivePolicy());
      await inTrouble(() => process.readCustomerPolicy({ customerId }));
      await inTrouble(() => process.readEnforcement({ customerId }));
    },
  },
];

import { Unavailable } from '../../../../shared/application/errors.ts';
import { instead } from '../../../support/instead.ts';
import type { Process } from '../../../support/memory-app.ts';
import { spoof, uncertain } from './attempts.ts';
import { complete, HOUR_SECONDS, report } from './doings.ts';
import { told, turnOff } from './enforcement.ts';
import { everybodyKnows, observeAttack, observeSharedId } from './incidents.ts';
import { whenObservationsAreRead } from './meanwhile.ts';
import type { Story } from './tell-story.ts';
import { inTrouble, type World } from './world.ts';

const publish = (process: Process) => inTrouble(() => process.runSweep('publish-events'));
const watch = (process: Process) => inTrouble(() => process.runSweep('watch-customers'));

const whileTheBrokerIsDown = async ({ app }: World, happens: () => Promise<unknown>): Promise<void> => {
  const restore = instead(app.publisher, 'publish', () => Promise.reject(new Unavailable('no answer')));
  await happens();
  restore();
  app.clock.advanceSeconds(60);
};

export const storiesOfPublishing: readonly Story[] = [
  {
    name: 'events that were left to the sweep, of two ids and of the customer',
    given: (world) =>
      whileTheBrokerIsDown(world, async () => {
        await complete(world, {}, uncertain);
        await complete(world, { endUserRef: 'bob' }, uncertain);
        await turnOff(world, 600);
      }),
    when: publish,
    then: ({ app }) => {
      expect(app.publisher.published.length).toBeGreaterThanOrEqual(3);
      return Promise.resolve();
    },
  },
  {
    name: 'an incident that opens',
    given: async (world) => {
      await observeAttack(world);
      world.app.clock.advanceSeconds(61);
    },
    when: watch,
    then: told('incident.opened'),
  },
  {
    name: 'an incident that closes',
    given: async (world) => {
      await observeSharedId(world);
      await everybodyKnows(world);
      world.app.clock.advanceSeconds(48 * HOUR_SECONDS);
    },
    when: watch,
    then: told('incident.opened', 'incident.closed'),
  },
  {
    name: 'a last look at a customer, while something more is observed',
    given: async (world) => {
      const { app, process } = world;
      await complete(world, {}, spoof);
      app.clock.advanceSeconds(61);
      await process.runSweep('watch-customers');
      app.clock.advanceSeconds(61);
      await report(world, { endUserRef: 'bob', deviceId: 'tablet' }, spoof);
    },
    when: async (process, world) => {
      const restore = whenObservationsAreRead(world, () => world.process.deliverResults());
      await watch(process);
      restore();
    },
  },
  {
    name: 'a customer that cannot be watched',
    given: async (world) => {
      await observeAttack(world);
      world.app.clock.advanceSeconds(61);
    },
    when: async (process, { app }) => {
      const restore = instead(app.observations, 'createdBetween', () => Promise.reject(new TypeError('our mistake')));
      await watch(process);
      restore();
    },
    then: told('incident.opened'),
  },
];

// Incidents of the customer, as the stories need them.

import type { Observation } from '../../../../shared/domain/observations.ts';
import { customerId } from '../../../support/builders.ts';
import { letTimePass } from '../../../support/memory-app.ts';
import type { World } from './world.ts';

/** Many fresh ids try once each: enough to open an incident when the watch looks, a minute later. */
export const observeAttack = (world: World): Promise<void> =>
  observe(
    world,
    Array.from({ length: 30 }, (_, id) => ({
      kind: 'first-check',
      key: `first-check:fresh-${id}`,
      customerId,
      atMs: world.app.clock.now().getTime() + id,
      outcome: 'spoof',
    })),
  );

/** One id serves many devices: an incident that closes by itself some hours later. */
export const observeSharedId = (world: World): Promise<void> =>
  observe(world, [
    {
      kind: 'shared-id-hour',
      key: 'shared-id-hour:shared:0',
      customerId,
      atMs: world.app.clock.now().getTime(),
      correlationId: 'shared',
      devices: 15,
    },
  ]);

/** Until everybody knows of what has been observed. */
export const everybodyKnows = ({ app, process }: World): Promise<void> => letTimePass(app, process, 180);

const observe = async ({ app }: World, observations: readonly Observation[]): Promise<void> => {
  const now = app.clock.now();
  for (const observation of observations) await app.observations.create(observation, now);
  await app.watches.markDue(customerId, new Date(now.getTime() + 60_000));
};

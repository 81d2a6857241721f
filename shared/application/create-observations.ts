import type { History } from '../domain/history.ts';
import { type ObservedEvent, observationsOf } from '../domain/observations.ts';
import type { Clock, CustomerWatches, Observations, ResultEvent } from './ports.ts';
import type { RulesFor } from './rules.ts';
import { OBSERVATIONS_SETTLE_SECONDS } from './watch-customers.ts';

interface Ports {
  observations: Observations;
  watches: CustomerWatches;
  rulesFor: RulesFor;
  clock: Clock;
}

/** Events of one correlation id, as they were counted first, and histories that hold them; devices by their key. */
export type CreateObservations = (
  events: readonly ResultEvent[],
  idHistory: History,
  deviceHistories: ReadonlyMap<string, History>,
) => Promise<void>;

/**
 * Events that were counted before are welcome, since a crash may have come between counting and observing: they make the
 * same observations again, and each is created once.
 */
export const makeCreateObservations =
  ({ observations, watches, rulesFor, clock }: Ports): CreateObservations =>
  async (events, idHistory, deviceHistories) => {
    const observed = events.filter((event): event is ObservedEvent => event.type !== 'session.closed');
    const [first] = observed;
    if (first === undefined) return;
    const { customerId } = first;
    const { policy } = await rulesFor(customerId);
    const made = observed.flatMap((event) => {
      const device = event.deviceKey === undefined ? undefined : deviceHistories.get(event.deviceKey);
      return observationsOf(event, idHistory, device, policy);
    });
    if (made.length === 0) return;

    const now = clock.now();
    await Promise.all(made.map((observation) => observations.create(observation, now)));
    // Also for those that were there: whoever created them may have ended before this line.
    await watches.markDue(customerId, new Date(now.getTime() + OBSERVATIONS_SETTLE_SECONDS * 1000));
  };

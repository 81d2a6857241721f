import { nextCloseMs, observe, tick } from '../domain/incidents/customer-watch.ts';
import type { Incident, IncidentChanges } from '../domain/incidents/incident.ts';
import { compareObservations } from '../domain/observations.ts';
import { type CustomerEventRecord, raiseEvents } from './customer-events.ts';
import { Unavailable } from './errors.ts';
import type { Clock, CustomerEvents, CustomerWatches, Log, Observations, Randomness } from './ports.ts';
import type { PublishEvents } from './publish-events.ts';
import type { RulesFor } from './rules.ts';
import { type Swept, sweepPages } from './sweeps.ts';

interface Ports {
  observations: Observations;
  watches: CustomerWatches;
  customerEvents: CustomerEvents;
  rulesFor: RulesFor;
  randomness: Randomness;
  clock: Clock;
  log: Log;
  publishEvents: PublishEvents;
}

/** More than a write takes, its repetitions included, and more than the clocks of two machines differ. */
export const OBSERVATIONS_SETTLE_SECONDS = 60;

const LOOK_AGAIN_SECONDS = 60;
/** Later than anybody marks a customer who observes something now. */
const LAST_LOOK_SECONDS = 2 * OBSERVATIONS_SETTLE_SECONDS;
const POSTPONE_SECONDS = 600;
/** A batch takes 100 operations; what is over waits for the next look. */
const MOST_EVENTS_AT_ONCE = 50;

/**
 * Counts what was observed at each customer since the last look, and tells which incidents opened and closed.
 *
 *   created   ──────┊═══════════════════┊· · · 60 s · · ·┊ now
 *             counted        counted now      may still come
 *
 * A look reads what is new, not what is stored: an observation is stamped when it is created, and the watch remembers up to
 * where it has counted. So also what comes late is counted, at the moment of the newest before it: that much production
 * may differ from a replay.
 */
export const makeWatchCustomers = (ports: Ports): (() => Promise<Swept>) => {
  const { observations, watches, customerEvents, rulesFor, randomness, clock, log, publishEvents } = ports;

  return () =>
    sweepPages({
      clock,
      due: () => watches.due(clock.now()),
      handle: look,
      postpone: async (customerId, error) => {
        if (error instanceof Unavailable) throw error;
        // Our mistake with one customer must not keep the others from being looked at.
        log.error('customer-not-watched', error);
        await watches.postpone(customerId, secondsAfter(clock.now(), POSTPONE_SECONDS));
      },
    });

  async function look(customerId: string): Promise<void> {
    const found = await watches.find(customerId);
    const now = clock.now();
    if (found?.record.dueAt === undefined || found.record.dueAt > now) return;
    const { dueAt: _due, ...kept } = found.record;
    const { countedUntil } = kept;
    const settled = secondsAfter(now, -OBSERVATIONS_SETTLE_SECONDS);

    const { policy } = await rulesFor(customerId);
    const created =
      settled <= countedUntil
        ? { observations: [], until: countedUntil }
        : await observations.createdBetween(customerId, countedUntil, settled);
    const watch = structuredClone(found.record.watch);
    for (const observation of created.observations.toSorted(compareObservations)) observe(watch, observation, policy);
    // Events take a moment until they are observed: a day ends when those of its last minute have come.
    const tickedMs = created.until.getTime() - OBSERVATIONS_SETTLE_SECONDS * 1000;
    const { told, left } = partOf(tick(watch, tickedMs, policy));
    watch.changes = left;

    const closeMs = nextCloseMs(watch, policy);
    const isQuiet = created.observations.length === 0;
    const hasMore = created.until < settled || left.opened.length + left.closed.length > 0;
    const dueAt = hasMore ? now : secondsAfter(now, isQuiet ? LAST_LOOK_SECONDS : LOOK_AGAIN_SECONDS);
    const raised =
      told.length === 0
        ? undefined
        : raiseEvents(customerId, await customerEvents.sequence(customerId), told.map(eventOf), now, randomness);
    const saved = await watches.save({
      record: { ...kept, watch, countedUntil: created.until, dueAt },
      version: found.version,
      ...(raised !== undefined && { raised }),
    });
    // Somebody else wrote: the customer is still due, and comes again with the next page.
    if (!saved) return;
    for (const { pattern, closedAtMs } of told) {
      log.info(closedAtMs === undefined ? 'incident-opened' : 'incident-closed', { pattern });
    }
    await publishEvents(raised?.events ?? []);
    if (!isQuiet || hasMore) return;
    await rest(
      customerId,
      dueAt,
      closeMs === undefined ? undefined : secondsAfter(new Date(closeMs), 2 * OBSERVATIONS_SETTLE_SECONDS),
    );
  }

  /**
   * Whoever created an observation just before the last save saw that the customer was due, and did not mark it: that is
   * looked for here. Whoever creates one from now on marks it earlier than `lastLookAt`, and this save fails. A process
   * that ends before it leaves the customer due.
   */
  async function rest(customerId: string, lastLookAt: Date, nextAt: Date | undefined): Promise<void> {
    const found = await watches.find(customerId);
    if (found?.record.dueAt?.getTime() !== lastLookAt.getTime()) return;
    const { dueAt: _lastLook, ...record } = found.record;
    const soon = secondsAfter(clock.now(), OBSERVATIONS_SETTLE_SECONDS);
    const fresh = await observations.createdBetween(customerId, record.countedUntil, soon);
    if (fresh.observations.length > 0) return watches.markDue(customerId, soon);
    await watches.save({
      record: { ...record, ...(nextAt !== undefined && { dueAt: nextAt }) },
      version: found.version,
    });
  }
};

/** As many as one batch takes, the opened ones first. */
const partOf = ({ opened, closed }: IncidentChanges): { told: Incident[]; left: IncidentChanges } => {
  const told = [...opened, ...closed].slice(0, MOST_EVENTS_AT_ONCE);
  return {
    told,
    left: {
      opened: opened.slice(told.length),
      closed: closed.slice(Math.max(0, told.length - opened.length)),
    },
  };
};

const eventOf = (incident: Incident): Pick<CustomerEventRecord, 'type' | 'data'> => {
  const { customerId: _customer, openedAtMs, closedAtMs, ...rest } = incident;
  return {
    type: closedAtMs === undefined ? 'incident.opened' : 'incident.closed',
    data: {
      ...rest,
      openedAt: new Date(openedAtMs).toISOString(),
      ...(closedAtMs !== undefined && { closedAt: new Date(closedAtMs).toISOString() }),
    },
  };
};

const secondsAfter = (moment: Date, seconds: number): Date => new Date(moment.getTime() + seconds * 1000);

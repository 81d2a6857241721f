import type { CustomerEventRecord } from '../../../shared/application/customer-events.ts';
import { cloudEventOf } from '../../../shared/contracts/cloud-event.ts';
import type { Outcome } from '../../../shared/domain/events.ts';
import { newWatch, observe, tick } from '../../../shared/domain/incidents/customer-watch.ts';
import type { FirstCheck, Observation } from '../../../shared/domain/observations.ts';
import { customerId } from '../../support/builders.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { instead } from '../../support/instead.ts';
import { letTimePass, type MemoryApp, memoryApp, policy, type Process } from '../../support/memory-app.ts';
import { withTroubleAtEachCall } from '../../support/trouble.ts';

const DAY_SECONDS = 86_400;

const firstChecks = (count: number, outcome: Outcome, at: Date = startOfTests, of = customerId): FirstCheck[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'first-check',
    key: `first-check:${outcome}-${index}:${at.getTime()}`,
    customerId: of,
    atMs: at.getTime() + index,
    outcome,
  }));

/** An attack that opens an incident. */
const attack = firstChecks(30, 'spoof');

const create = async (app: MemoryApp, observations: readonly Observation[], createdAt: Date = app.clock.now()) => {
  for (const observation of observations) await app.observations.create(observation, createdAt);
  const customers = new Set(observations.map((observation) => observation.customerId));
  for (const of of customers) await app.watches.markDue(of, secondsAfter(createdAt, 60));
};

const eventsIn = (app: MemoryApp): CustomerEventRecord[] =>
  app.customerEvents.eventsOf(customerId).toSorted((a, b) => a.sequence - b.sequence);
/** As subscribers get them: whatever does not fit the published schema throws. */
const typesIn = (app: MemoryApp) => eventsIn(app).map((event) => cloudEventOf(event).type);
const watchIn = async (app: MemoryApp) => (await app.watches.find(customerId))!.record;

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

describe('watching customers', () => {
  it('tells once that an incident has opened, when the observations have settled', async () => {
    await create(app, attack);
    app.clock.advanceSeconds(59);
    expect(await process.watchCustomers()).toEqual({ done: 0, postponed: 0 });

    app.clock.advanceSeconds(2);
    expect(await process.watchCustomers()).toEqual({ done: 1, postponed: 0 });
    await letTimePass(app, process, 300);

    const [opened, ...others] = eventsIn(app);
    expect(others).toEqual([]);
    expect(opened).toMatchObject({
      type: 'incident.opened',
      sequence: 1,
      data: {
        incidentId: `incident-breadth-first:${customerId}:${startOfTests.getTime() + 21}`,
        pattern: 'incident-breadth-first',
        openedAt: secondsAfter(startOfTests, 0.021).toISOString(),
        limit: 15,
        reason: '100 % of first checks of new identifiers are spoofs, usually 1.6 %',
      },
    });
    expect(app.publisher.published.map(({ eventId }) => eventId)).toEqual([opened?.eventId]);
    expect(app.log.events).toContain('incident-opened');
  });

  it('tells that it has closed, although nothing is observed any more', async () => {
    await create(app, [...attack, ...firstChecks(2000, 'real', secondsAfter(startOfTests, 1))]);

    await letTimePass(app, process, 6 * 3600);
    expect(typesIn(app)).toEqual(['incident.opened']);
    await letTimePass(app, process, 300);

    expect(typesIn(app)).toEqual(['incident.opened', 'incident.closed']);
    const [opened, closed] = eventsIn(app).map(({ data }) => data);
    expect(closed).toMatchObject({ incidentId: opened?.incidentId, openedAt: opened?.openedAt });
    expect(Date.parse(closed?.closedAt as string)).toBeLessThan(app.clock.now().getTime());
  });

  it('keeps what a later version of the app has added to a watch', async () => {
    await create(app, attack);
    const { record, version } = (await app.watches.find(customerId))!;
    const later = { ...record, ofTheNextVersion: { a: 1 } };
    await app.watches.save({ record: later, version });

    await letTimePass(app, process, 300);

    expect(typesIn(app)).toEqual(['incident.opened']);
    expect(await watchIn(app)).toMatchObject({ ofTheNextVersion: { a: 1 } });
  });

  it('comes to rest when nothing new comes, and reads nothing then', async () => {
    await create(app, firstChecks(3, 'real'));

    await letTimePass(app, process, 600);

    expect((await watchIn(app)).dueAt).toBeUndefined();
    instead(app.observations, 'createdBetween', () => Promise.reject(new Error('asked')));
    app.clock.advanceSeconds(DAY_SECONDS);
    expect(await process.watchCustomers()).toEqual({ done: 0, postponed: 0 });
  });

  it('counts an observation that was created while it was coming to rest', async () => {
    await create(app, firstChecks(3, 'real'));
    await letTimePass(app, process, 60);
    app.clock.advanceSeconds(61);
    const save = app.watches.save.bind(app.watches);
    const restore = instead(app.watches, 'save', async (change) => {
      restore();
      // Its creator sees that the customer is due already, and marks nothing.
      for (const observation of attack) await app.observations.create(observation, app.clock.now());
      return save(change);
    });

    await letTimePass(app, process, 300);

    expect(typesIn(app)).toEqual(['incident.opened']);
  });

  it('counts what comes late, too', async () => {
    await create(app, firstChecks(3, 'real'));
    await letTimePass(app, process, 600);

    await create(app, attack);
    await letTimePass(app, process, 120);

    expect(typesIn(app)).toEqual(['incident.opened']);
  });

  it('gives the same as counting all at once, in however many looks', async () => {
    const all = [...firstChecks(500, 'real'), ...firstChecks(40, 'spoof', secondsAfter(startOfTests, 2))];
    for (const [index, observation] of all.entries()) {
      await create(app, [observation]);
      if (index % 50 === 0) await letTimePass(app, process, 120);
    }
    await letTimePass(app, process, 300);

    const watch = newWatch(customerId);
    for (const observation of all) observe(watch, observation, policy);
    tick(watch, app.clock.now().getTime() - 120_000, policy);
    const stored = (await watchIn(app)).watch;
    expect(stored.breadthFirst).toEqual(watch.breadthFirst);
    expect(typesIn(app)).toEqual(['incident.opened']);
  });

  it('tells of more than a batch takes in several, and loses none', async () => {
    const shared = Array.from({ length: 90 }, (_, index): Observation => ({
      kind: 'shared-id-hour',
      key: `shared-id-hour:${index}:0`,
      customerId,
      atMs: startOfTests.getTime(),
      correlationId: `shared-${index}`,
      devices: 15,
    }));
    await create(app, shared);

    await letTimePass(app, process, 120);
    expect(typesIn(app)).toEqual(shared.map(() => 'incident.opened'));

    await letTimePass(app, process, 8 * 3600);
    expect(typesIn(app).slice(90)).toEqual(shared.map(() => 'incident.closed'));
    expect(new Set(eventsIn(app).map(({ type, data }) => `${type} ${String(data.correlationId)}`)).size).toBe(180);
  });

  it('does not let trouble with one customer keep the others from being looked at', async () => {
    await create(app, [...firstChecks(1, 'real', startOfTests, 'broken'), ...attack]);
    const createdBetween = app.observations.createdBetween.bind(app.observations);
    instead(app.observations, 'createdBetween', (of, ...when) =>
      of === 'broken' ? Promise.reject(new Error('broken')) : createdBetween(of, ...when),
    );
    app.clock.advanceSeconds(61);

    expect(await process.watchCustomers()).toEqual({ done: 1, postponed: 1 });

    expect(typesIn(app)).toEqual(['incident.opened']);
    expect(app.log.events).toContain('customer-not-watched');
    expect(await app.watches.due(app.clock.now())).toEqual([]);
  });

  it.each(['outage', 'crash'] as const)('tells of each change exactly once after an %s at any call', async (kind) => {
    const { calls, failures } = await withTroubleAtEachCall(kind, async (trouble) => {
      const troubled = memoryApp();
      await create(troubled, attack);
      troubled.clock.advanceSeconds(61);
      await troubled
        .process(trouble)
        .watchCustomers()
        .catch(() => undefined);

      await letTimePass(troubled, troubled.process(), 300);

      expect(typesIn(troubled)).toEqual(['incident.opened']);
      expect(new Set(troubled.publisher.published.map(({ eventId }) => eventId)).size).toBe(1);
      expect((await watchIn(troubled)).dueAt).toBeDefined();
    });

    expect(calls).toEqual(expect.arrayContaining(['watches.find', 'observations.createdBetween', 'watches.save']));
    expect(failures).toEqual([]);
  });
});

describe('open incidents', () => {
  it('are none at a customer that was never observed', async () => {
    expect(await process.openIncidents.of(customerId)).toEqual({ drift: [] });
  });

  it('are told by their ids', async () => {
    const shared: Observation = {
      kind: 'shared-id-hour',
      key: 'shared-id-hour:a:0',
      customerId,
      atMs: startOfTests.getTime(),
      correlationId: 'a',
      devices: 15,
    };
    const cleanChecks = (count: number, outcome: Outcome, minute: number, appVersion?: string) =>
      Array.from({ length: count }, (_, index): Observation => ({
        kind: 'clean-check',
        key: `clean-check:${minute}-${index}:0`,
        customerId,
        atMs: startOfTests.getTime() + minute * 60_000 + index,
        outcome,
        ...(appVersion !== undefined && { appVersion }),
      }));
    await create(app, [...attack, shared, ...cleanChecks(300, 'real', 0), ...cleanChecks(60, 'technical', 70, '2.1')]);
    await letTimePass(app, process, 120);

    const ofAll = await app.process().openIncidents.of(customerId);

    const ids = eventsIn(app).map(({ data }) => data.incidentId as string);
    expect(ofAll).toEqual({
      breadthFirst: ids.find((id) => id.startsWith('incident-breadth-first')),
      identifier: ids.find((id) => id.startsWith('incident-correlation-id-shared')),
      drift: [{ appVersion: '2.1', incidentId: ids.find((id) => id.startsWith('incident-failure-drift')) }],
    });
  });

  it('are read once in thirty seconds, and again after a failure', async () => {
    const find = app.watches.find.bind(app.watches);
    let asked = 0;
    instead(app.watches, 'find', (of) => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('no answer')) : find(of);
    });
    await expect(process.openIncidents.of(customerId)).rejects.toThrow('no answer');

    await Promise.all([process.openIncidents.of(customerId), process.openIncidents.of(customerId)]);
    app.clock.advanceSeconds(29.999);
    await process.openIncidents.of(customerId);
    expect(asked).toBe(2);

    app.clock.advanceSeconds(0.001);
    await process.openIncidents.of(customerId);
    expect(asked).toBe(3);
  });
});

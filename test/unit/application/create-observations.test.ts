import type { CreateObservations } from '../../../shared/application/create-observations.ts';
import type { ResultEvent } from '../../../shared/application/ports.ts';
import { emptyHistory, type History } from '../../../shared/domain/history.ts';
import { foldEvent, foldIntoDevice } from '../../../shared/domain/judged-state.ts';
import type { Observation } from '../../../shared/domain/observations.ts';
import { aCorrelationId, aLivenessResult, customerId } from '../../support/builders.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { type MemoryApp, memoryApp, policy } from '../../support/memory-app.ts';
import { withTroubleAtEachCall } from '../../support/trouble.ts';

const correlationId = aCorrelationId();
const event = aLivenessResult({ correlationId, outcome: 'spoof', deviceKey: '1.phone', appVersion: '2.1' });
const idHistory = foldEvent(emptyHistory, event, policy);
const devices = new Map([['1.phone', foldIntoDevice(emptyHistory, event, policy)]]);

const observedIn = async (app: MemoryApp): Promise<readonly Observation[]> => {
  const found = await app.observations.createdBetween(customerId, startOfTests, secondsAfter(startOfTests, 3600));
  return found.observations.toSorted((a, b) => (a.key < b.key ? -1 : 1));
};

const observe = (
  createObservations: CreateObservations,
  events: ResultEvent[] = [event],
  history: History = idHistory,
) => createObservations(events, history, devices);

describe('creating observations', () => {
  it('creates what the events make, and has the customer looked at when they have settled', async () => {
    const app = memoryApp();

    await observe(app.process().createObservations);

    expect((await observedIn(app)).map(({ kind }) => kind)).toEqual(['device-day', 'first-check']);
    expect(await app.watches.due(secondsAfter(startOfTests, 59))).toEqual([]);
    expect(await app.watches.due(secondsAfter(startOfTests, 60))).toEqual([customerId]);
  });

  it('creates them once when the events come again, together with later ones', async () => {
    const app = memoryApp();
    const { createObservations } = app.process();
    const later = { ...event, attemptId: 2, atMs: event.atMs + 1000 };
    await observe(createObservations);
    const once = await observedIn(app);

    app.clock.advanceSeconds(300);
    await observe(createObservations, [event, later], foldEvent(idHistory, later, policy));

    expect(await observedIn(app)).toEqual(once);
  });

  it('does nothing at all for events that make none', async () => {
    const app = memoryApp();
    const { type: _type, attemptId: _attemptId, outcome: _outcome, ...rest } = event;
    const closed: ResultEvent = { ...rest, type: 'session.closed', attempts: 1 };
    const retry = { ...event, attemptId: 2 };

    await observe(app.process().createObservations, [closed, retry]);

    expect(await observedIn(app)).toEqual([]);
    expect(await app.watches.find(customerId)).toBeUndefined();
  });

  it.each(['outage', 'crash'] as const)(
    'loses nothing by an %s at any call, since the message comes again',
    async (kind) => {
      const { calls, failures } = await withTroubleAtEachCall(kind, async (trouble) => {
        const app = memoryApp();
        await observe(app.process(trouble).createObservations).catch(() => undefined);

        await observe(app.process().createObservations);

        expect(await observedIn(app)).toHaveLength(2);
        expect(await app.watches.due(secondsAfter(startOfTests, 60))).toEqual([customerId]);
      });

      expect(calls).toEqual(expect.arrayContaining(['observations.create', 'watches.markDue']));
      expect(failures).toEqual([]);
    },
  );
});

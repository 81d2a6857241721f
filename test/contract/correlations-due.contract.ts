import type { Correlations } from '../../shared/application/ports.ts';
import { aCorrelation, aCorrelationId, anEvent, aSession } from '../support/builders.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;
const notYet = secondsAfter(now, 1);

/** `make` gives an empty store. */
export const dueCorrelationsContract = (make: () => Promise<Correlations>): void => {
  describe('what is due', () => {
    it('is nothing in an empty store', async () => {
      const correlations = await make();

      expect(await correlations.dueCorrelations(now)).toEqual([]);
      expect(await correlations.dueSessions(now)).toEqual([]);
      expect(await correlations.dueEvents(now)).toEqual([]);
    });

    it('is what was due before and what is due at this very moment, across correlation ids, each of its own kind', async () => {
      const correlations = await make();
      const [early, exact] = [secondsAfter(now, -1), now].map((dueAt) => {
        const record = aCorrelation({ dueAt });
        const { correlationId } = record;
        return { record, session: aSession({ correlationId, dueAt }), event: anEvent({ correlationId, dueAt }) };
      });
      const other = aCorrelation({ dueAt: notYet });
      const { correlationId } = other;
      const later = { session: aSession({ correlationId, dueAt: notYet }), event: anEvent({ correlationId }) };
      const never = aCorrelation();
      for (const { record, session, event } of [early!, exact!, { record: other, ...later }]) {
        await correlations.commit(record.correlationId, {
          correlation: { record },
          newSession: session,
          events: [event],
        });
      }
      await correlations.commit(never.correlationId, { correlation: { record: never } });

      const byId = (a: { correlationId: string }, b: { correlationId: string }) =>
        a.correlationId < b.correlationId ? -1 : 1;
      expect((await correlations.dueCorrelations(now)).sort()).toEqual(
        [early!.record.correlationId, exact!.record.correlationId].sort(),
      );
      expect((await correlations.dueSessions(now)).sort(byId)).toEqual([early!.session, exact!.session].sort(byId));
      expect((await correlations.dueEvents(now)).sort(byId)).toEqual([early!.event, exact!.event].sort(byId));
    });

    it('comes in small pages, and those who handle it and ask again see all of it', async () => {
      const correlations = await make();
      const ids = Array.from({ length: 45 }, aCorrelationId);
      for (const correlationId of ids) {
        const record = aCorrelation({ correlationId, dueAt: now });
        await correlations.commit(correlationId, { correlation: { record } });
      }

      const seen: string[] = [];
      let page = await correlations.dueCorrelations(now);
      while (page.length > 0) {
        expect(page.length).toBeLessThanOrEqual(20);
        for (const correlationId of page) {
          seen.push(correlationId);
          const found = await correlations.find(correlationId);
          if (found === undefined) throw new Error('what is due is not there');
          const { dueAt: _done, ...record } = found.record;
          await correlations.commit(correlationId, { correlation: { record, version: found.version } });
        }
        page = await correlations.dueCorrelations(now);
      }

      expect(seen.sort()).toEqual(ids.sort());
    });

    it('is no longer an event once published; publishing it again changes nothing', async () => {
      const correlations = await make();
      const correlationId = aCorrelationId();
      const [first, second] = [1, 2].map((sequence) => anEvent({ correlationId, sequence, dueAt: now }));
      await correlations.commit(correlationId, { events: [first!, second!] });

      await correlations.markPublished(correlationId, [first!.eventId]);
      await correlations.markPublished(correlationId, [first!.eventId, 'an-event-that-is-gone']);

      expect(await correlations.dueEvents(now)).toEqual([second]);
    });
  });
};

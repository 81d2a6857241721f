import { InvocationContext, type ServiceBusQueueHandler, type Timer, type TimerHandler } from '@azure/functions';
import { closeOpenSessionsHandler } from '../../functions/messages/close-open-sessions.ts';
import { recordLivenessResultHandler } from '../../functions/messages/record-liveness-result.ts';
import { runSweepHandler } from '../../functions/messages/run-sweep.ts';
import { collectUnreportedResultsHandler } from '../../functions/timers/collect-unreported-results.ts';
import { completeDecisionsHandler } from '../../functions/timers/complete-decisions.ts';
import { detectAbusePatternsHandler } from '../../functions/timers/detect-abuse-patterns.ts';
import { publishEventsHandler } from '../../functions/timers/publish-events.ts';
import { Unavailable } from '../../shared/application/errors.ts';
import type { SweepName } from '../../shared/application/ports.ts';
import type { RunSweep } from '../../shared/application/sweeps.ts';
import { keptLog } from './support.ts';

const sweeping = () => {
  const swept: SweepName[] = [];
  const runSweep: RunSweep = (sweep) => {
    swept.push(sweep);
    return Promise.resolve({ done: 1, postponed: 0 });
  };
  return { swept, runSweep };
};

const deliver = (handler: ServiceBusQueueHandler, message: unknown): unknown =>
  handler(message, new InvocationContext());

describe('timers', () => {
  it.each<[SweepName, (runSweep: RunSweep) => TimerHandler]>([
    ['detect-abuse-patterns', detectAbusePatternsHandler],
    ['collect-unreported-results', collectUnreportedResultsHandler],
    ['publish-events', publishEventsHandler],
    ['complete-decisions', completeDecisionsHandler],
  ])('run the sweep %s', async (sweep, handlerOf) => {
    const { swept, runSweep } = sweeping();

    await handlerOf(runSweep)({} as Timer, new InvocationContext());

    expect(swept).toEqual([sweep]);
  });

  it('fail when their sweep fails, so that the platform shows it', async () => {
    const broken: RunSweep = () => Promise.reject(new Error('the store is down'));

    await expect(detectAbusePatternsHandler(broken)({} as Timer, new InvocationContext())).rejects.toThrow('the store');
  });
});

describe('the queue of nudges', () => {
  it('runs the sweep that a message names', async () => {
    const { swept, runSweep } = sweeping();

    await deliver(runSweepHandler({ runSweep, log: keptLog() }), { sweep: 'publish-events' });

    expect(swept).toEqual(['publish-events']);
  });

  it.each([{ sweep: 'the floor' }, {}, 'publish-events', null, [{ sweep: 'publish-events' }]])(
    'leaves %j alone and says so',
    async (message) => {
      const { swept, runSweep } = sweeping();
      const log = keptLog();

      await deliver(runSweepHandler({ runSweep, log }), message);

      expect(swept).toEqual([]);
      expect(log.lines).toMatchObject([{ level: 'warn', event: 'nudge-not-understood' }]);
    },
  );
});

// A store that was down for seconds sent nudges and verdicts to the dead-letter queue, which alarms.
describe('while a dependency is unwell', () => {
  const unwell = () => Promise.reject(new Unavailable('the store is down'));

  it('a nudge is left to the one that comes next', async () => {
    const log = keptLog();

    await deliver(runSweepHandler({ runSweep: unwell, log }), { sweep: 'publish-events' });

    expect(log.lines).toMatchObject([{ level: 'warn', event: 'nudged-sweep-not-run' }]);
  });

  it('what a verdict has to close is left to the sweep', async () => {
    const log = keptLog();

    await deliver(closeOpenSessionsHandler({ closeOpenSessions: unwell, log }), {
      subject: 'c0ffee00-0000-4000-8000-000000000001',
    });

    expect(log.lines).toMatchObject([{ level: 'warn', event: 'sessions-left-to-the-sweep' }]);
  });

  it('our own mistakes still come again, and end in the dead-letter queue', async () => {
    const broken = () => Promise.reject(new Error('a bug'));
    const log = keptLog();
    const nudge = deliver(runSweepHandler({ runSweep: broken, log }), { sweep: 'publish-events' });
    const verdict = deliver(closeOpenSessionsHandler({ closeOpenSessions: broken, log }), {
      subject: 'c0ffee00-0000-4000-8000-000000000001',
    });

    await expect(nudge).rejects.toThrow('a bug');
    await expect(verdict).rejects.toThrow('a bug');
  });
});

describe('the subscription to verdicts', () => {
  const closing = () => {
    const closed: string[] = [];
    const log = keptLog();
    const handler = closeOpenSessionsHandler({
      closeOpenSessions: (correlationId) => {
        closed.push(correlationId);
        return Promise.resolve({ closed: 1, left: 0 });
      },
      log,
    });
    return { handler, closed, log };
  };

  it('closes what the subject of the event has open', async () => {
    const { handler, closed } = closing();

    await deliver(handler, { type: 'flag.raised', subject: 'c0ffee00-0000-4000-8000-000000000001', data: {} });

    expect(closed).toEqual(['c0ffee00-0000-4000-8000-000000000001']);
  });

  it.each([{}, { subject: 'nobody' }, 'text', null])('leaves %j alone and says so', async (message) => {
    const { handler, closed, log } = closing();

    await deliver(handler, message);

    expect(closed).toEqual([]);
    expect(log.lines).toMatchObject([{ level: 'warn', event: 'event-not-understood' }]);
  });
});

describe('the queue of results', () => {
  it('hands on the texts of a batch; what the platform has parsed becomes text again', async () => {
    const given: (readonly string[])[] = [];
    const handler = recordLivenessResultHandler((texts) => {
      given.push(texts);
      return Promise.resolve();
    });

    await deliver(handler, ['{"a":1}', 'no JSON', { b: 2 }, 3]);

    expect(given).toEqual([['{"a":1}', 'no JSON', '{"b":2}', '3']]);
  });
});

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
import { makeParkMessage } from '../../shared/messaging/park-message.ts';
import { MemoryParkedMessages } from '../support/memory-set-aside.ts';
import { keptLog } from './support.ts';

const sweeping = () => {
  const swept: SweepName[] = [];
  const runSweep: RunSweep = (sweep) => {
    swept.push(sweep);
    return Promise.resolve({ done: 1, postponed: 0 });
  };
  return { swept, runSweep };
};

/** What handlers of messages need beside their use case. */
const setAside = () => {
  const parkedMessages = new MemoryParkedMessages();
  const log = keptLog();
  return { parked: parkedMessages.parked, parkMessage: makeParkMessage({ parkedMessages, log }), log };
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

    await deliver(runSweepHandler({ runSweep, ...setAside() }), { sweep: 'publish-events' });

    expect(swept).toEqual(['publish-events']);
  });

  it.each([
    [{ sweep: 'the floor' }, '{"sweep":"the floor"}'],
    [{}, '{}'],
    ['publish-events', 'publish-events'],
    [null, 'null'],
    [[{ sweep: 'publish-events' }], '[{"sweep":"publish-events"}]'],
  ])('parks %j, and runs nothing', async (message, text) => {
    const { swept, runSweep } = sweeping();
    const { parked, ...parts } = setAside();

    await deliver(runSweepHandler({ runSweep, ...parts }), message);

    expect(swept).toEqual([]);
    expect(parked).toEqual([{ from: 'sweeps', text, reason: expect.stringMatching(/^message[:.]/) as string }]);
  });
});

// A store that was down for seconds sent nudges and verdicts to the dead-letter queue, which alarms.
describe('while a dependency is unwell', () => {
  const unwell = () => Promise.reject(new Unavailable('the store is down'));

  it('a nudge is left to the one that comes next', async () => {
    const { log, parkMessage } = setAside();

    await deliver(runSweepHandler({ runSweep: unwell, parkMessage, log }), { sweep: 'publish-events' });

    expect(log.lines).toMatchObject([{ level: 'warn', event: 'nudged-sweep-not-run' }]);
  });

  it('what a verdict has to close is left to the sweep', async () => {
    const { log, parkMessage } = setAside();

    await deliver(closeOpenSessionsHandler({ closeOpenSessions: unwell, parkMessage, log }), {
      subject: 'c0ffee00-0000-4000-8000-000000000001',
    });

    expect(log.lines).toMatchObject([{ level: 'warn', event: 'sessions-left-to-the-sweep' }]);
  });

  it('our own mistakes still come again, and end in the dead-letter queue', async () => {
    const broken = () => Promise.reject(new Error('a bug'));
    const parts = setAside();
    const nudge = deliver(runSweepHandler({ runSweep: broken, ...parts }), { sweep: 'publish-events' });
    const verdict = deliver(closeOpenSessionsHandler({ closeOpenSessions: broken, ...parts }), {
      subject: 'c0ffee00-0000-4000-8000-000000000001',
    });

    await expect(nudge).rejects.toThrow('a bug');
    await expect(verdict).rejects.toThrow('a bug');
  });
});

describe('the subscription to verdicts', () => {
  const closing = () => {
    const closed: string[] = [];
    const { parked, ...parts } = setAside();
    const handler = closeOpenSessionsHandler({
      ...parts,
      closeOpenSessions: (correlationId) => {
        closed.push(correlationId);
        return Promise.resolve({ closed: 1, left: 0 });
      },
    });
    return { handler, closed, parked };
  };

  it('closes what the subject of the event has open', async () => {
    const { handler, closed } = closing();

    await deliver(handler, { type: 'flag.raised', subject: 'c0ffee00-0000-4000-8000-000000000001', data: {} });

    expect(closed).toEqual(['c0ffee00-0000-4000-8000-000000000001']);
  });

  it.each([
    [{}, '{}'],
    [{ subject: 'nobody' }, '{"subject":"nobody"}'],
    ['text', 'text'],
    [null, 'null'],
  ])('parks %j, and closes nothing', async (message, text) => {
    const { handler, closed, parked } = closing();

    await deliver(handler, message);

    expect(closed).toEqual([]);
    expect(parked).toEqual([
      {
        from: 'abuse-events/close-open-sessions',
        text,
        reason: expect.stringMatching(/^message[:.]/) as string,
      },
    ]);
  });
});

describe('a message that is of no use', () => {
  const unusable = { from: 'sweeps', text: '{}', reason: 'message.sweep: missing' } as const;

  it('is parked, and the log says why, but not what it holds', async () => {
    const { parked, parkMessage, log } = setAside();

    await parkMessage(unusable);

    expect(parked).toEqual([unusable]);
    expect(log.lines).toEqual([
      { level: 'warn', event: 'message-parked', told: { from: 'sweeps', reason: 'message.sweep: missing' } },
    ]);
  });

  it('comes again while it cannot be parked, and nothing says that it was', async () => {
    const log = keptLog();
    const park = () => Promise.reject(new Unavailable('the broker is down'));
    const parkMessage = makeParkMessage({ parkedMessages: { park }, log });
    const { runSweep } = sweeping();

    await expect(deliver(runSweepHandler({ runSweep, parkMessage, log }), {})).rejects.toThrow('the broker is down');

    expect(log.lines).toEqual([]);
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

import { Unavailable } from '../../../shared/application/errors.ts';
import type { ResultEvent } from '../../../shared/application/ports.ts';
import type { Recording } from '../../../shared/application/record-liveness-results.ts';
import { encodeResult, type ResultMessage } from '../../../shared/contracts/result-message.ts';
import type { UnusableMessage } from '../../../shared/contracts/unusable-message.ts';
import { makeRecordResultMessages } from '../../../shared/messaging/record-results-message.ts';
import { aCorrelationId, aLivenessResult } from '../../support/builders.ts';
import { heldClock, secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { correlationOf, memoryApp } from '../../support/memory-app.ts';
import { memoryLog } from '../../support/memory-log.ts';

/** The handler over a recorder that a test scripts. */
const aHandler = (record: (correlationId: string, events: readonly ResultEvent[]) => Promise<Recording[]>) => {
  const parked: UnusableMessage[] = [];
  const postponed: { message: ResultMessage; until: Date }[] = [];
  const waits: number[] = [];
  const clock = heldClock();
  const parking = { fails: false, failsForMs: 0 };
  let nudges = 0;
  const handle = makeRecordResultMessages({
    recordLivenessResults: record,
    parkMessage: (message) => {
      if (parking.fails || parking.failsForMs > 0) return Promise.reject(new Unavailable('no answer'));
      parked.push(message);
      return Promise.resolve();
    },
    postponedResults: {
      postpone: (message, until) => {
        if (parking.fails || parking.failsForMs > 0) return Promise.reject(new Unavailable('no answer'));
        postponed.push({ message, until });
        return Promise.resolve();
      },
    },
    nudgeStaleSweeps: () => {
      nudges += 1;
      return Promise.resolve();
    },
    clock,
    wait: (milliseconds) => {
      waits.push(milliseconds);
      clock.advanceSeconds(milliseconds / 1000);
      parking.failsForMs -= milliseconds;
      return Promise.resolve();
    },
    log: memoryLog(),
  });
  return { handle, parked, postponed, waits, parking, nudges: () => nudges };
};

const allApplied = (_correlationId: string, events: readonly ResultEvent[]): Promise<Recording[]> =>
  Promise.resolve(events.map((event) => ({ kind: 'applied', event })));

const aMessage = (correlationId = aCorrelationId(), postponed = 0): string =>
  JSON.stringify({ ...encodeResult(aLivenessResult({ correlationId })), postponed });

/** What two short retries take. */
const BRIEF_RETRIES_SECONDS = 1.2;

const unavailable = () => Promise.reject(new Unavailable('no answer'));

describe('a batch of result messages', () => {
  it('is recorded in one go for each correlation id', async () => {
    const recorded: [string, number][] = [];
    const { handle, nudges } = aHandler((correlationId, events) => {
      recorded.push([correlationId, events.length]);
      return allApplied(correlationId, events);
    });
    const [alice, bob] = [aCorrelationId(), aCorrelationId()];

    await handle([aMessage(alice), aMessage(bob), aMessage(alice)]);

    expect(recorded).toEqual([
      [alice, 2],
      [bob, 1],
    ]);
    expect(nudges()).toBe(1);
  });

  it('may be empty', async () => {
    const { handle, parked } = aHandler(allApplied);

    await handle([]);

    expect(parked).toEqual([]);
  });

  it('has what cannot be understood parked as it came, with the reason, and the rest recorded', async () => {
    const recorded: ResultEvent[] = [];
    const { handle, parked } = aHandler((correlationId, events) => {
      recorded.push(...events);
      return allApplied(correlationId, events);
    });

    await handle(['nonsense', aMessage(), '{}']);

    expect(recorded).toHaveLength(1);
    expect(parked).toEqual([
      { from: 'liveness-results', text: 'nonsense', reason: 'not JSON' },
      { from: 'liveness-results', text: '{}', reason: expect.stringMatching(/^message\./) as string },
    ]);
  });

  it('is counted also when what came with it cannot be parked', async () => {
    const recorded: string[] = [];
    const { handle, parking } = aHandler((correlationId, events) => {
      recorded.push(correlationId);
      return allApplied(correlationId, events);
    });
    parking.fails = true;
    const correlationId = aCorrelationId();

    await expect(handle(['not JSON', aMessage(correlationId)])).rejects.toThrow(Unavailable);

    expect(recorded).toEqual([correlationId]);
  });

  it('has what cannot be right parked, and only that', async () => {
    const [right, wrong] = [aMessage(), aMessage()];
    const { handle, parked } = aHandler((_correlationId, events) =>
      Promise.resolve(
        events.map((event): Recording =>
          event.sessionId === (JSON.parse(wrong) as ResultMessage).sessionId
            ? { kind: 'refused', event, because: 'unknown-session' }
            : { kind: 'already-applied', event },
        ),
      ),
    );

    await handle([right, wrong]);

    expect(parked).toEqual([{ from: 'liveness-results', text: wrong, reason: 'unknown-session' }]);
  });
});

describe('while a dependency is unwell', () => {
  it('it is tried again shortly', async () => {
    let tries = 0;
    const { handle, waits, postponed } = aHandler((correlationId, events) => {
      tries += 1;
      return tries < 3 ? unavailable() : allApplied(correlationId, events);
    });

    await handle([aMessage()]);

    expect(waits).toEqual([200, 1000]);
    expect(postponed).toEqual([]);
  });

  it.each([
    [0, 30],
    [1, 60],
    [4, 480],
    [5, 600],
    [30, 600],
  ])('a message that was put off %i times comes again in %i s', async (times, seconds) => {
    const { handle, postponed, parked } = aHandler(unavailable);
    const text = aMessage(aCorrelationId(), times);

    await handle([text]);

    expect(postponed).toEqual([
      {
        message: { ...(JSON.parse(text) as ResultMessage), postponed: times + 1 },
        until: secondsAfter(startOfTests, BRIEF_RETRIES_SECONDS + seconds),
      },
    ]);
    expect(parked).toEqual([]);
  });

  it('a message of the next version is put off with all its fields', async () => {
    const { handle, postponed } = aHandler(unavailable);
    const next = { ...(JSON.parse(aMessage()) as ResultMessage), schemaVersion: 2, weather: 'sunny' };

    await handle([JSON.stringify(next)]);

    expect(postponed).toMatchObject([{ message: { ...next, postponed: 1 } }]);
  });

  it('the other correlation ids are recorded', async () => {
    const [alice, bob] = [aCorrelationId(), aCorrelationId()];
    const recorded: string[] = [];
    const { handle, postponed } = aHandler((correlationId, events) => {
      if (correlationId === alice) return unavailable();
      recorded.push(correlationId);
      return allApplied(correlationId, events);
    });

    await handle([aMessage(alice), aMessage(alice), aMessage(bob)]);

    expect(recorded).toEqual([bob]);
    expect(postponed).toHaveLength(2);
  });

  it('the batch comes again when it can be neither recorded nor put off, within a third of its lock', async () => {
    const { handle, parking, waits } = aHandler(unavailable);
    parking.fails = true;

    await expect(handle([aMessage()])).rejects.toThrow('no answer');

    const waitedMs = waits.reduce((sum, waitMs) => sum + waitMs, 0);
    expect(waitedMs).toBeGreaterThanOrEqual(100_000);
    expect(waitedMs).toBeLessThan(110_000);
  });

  // With the identity of the app out of reach for two minutes, store and broker refuse alike: results were thrown back ten
  // times within seconds, and lay in the dead-letter queue.
  it('a message is put off once the broker takes it, and not given up meanwhile', async () => {
    const { handle, parking, postponed } = aHandler(unavailable);
    parking.failsForMs = 90_000;

    await handle([aMessage()]);

    expect(postponed).toHaveLength(1);
  });

  it('what cannot be understood is parked once the broker takes it', async () => {
    const { handle, parking, parked } = aHandler(allApplied);
    parking.failsForMs = 90_000;

    await handle(['nonsense']);

    expect(parked).toMatchObject([{ text: 'nonsense' }]);
  });

  it('nothing is dropped that cannot be parked now', async () => {
    const { handle, parking } = aHandler(allApplied);
    parking.fails = true;

    await expect(handle(['nonsense'])).rejects.toThrow('no answer');
  });
});

describe('our own mistake', () => {
  it('is thrown, so that the message ends in the dead-letter queue and somebody looks', async () => {
    const { handle, postponed, parked } = aHandler(() => Promise.reject(new TypeError('a bug')));

    await expect(handle([aMessage()])).rejects.toThrow('a bug');

    expect(postponed).toEqual([]);
    expect(parked).toEqual([]);
  });
});

describe('over the real use case', () => {
  it('a redelivered batch changes nothing, and a forger’s messages are parked', async () => {
    const app = memoryApp();
    const process = app.process();
    const { correlationId, sessionId } = await process.issued();
    const { handle, parked } = aHandler(process.recordLivenessResults);
    const spoof = aLivenessResult({ correlationId, sessionId, outcome: 'spoof' });
    const texts = [spoof, { ...spoof, customerId: 'fabrikam' }].map((event) => JSON.stringify(encodeResult(event)));

    await handle(texts);
    await handle(texts);

    expect((await correlationOf(app)).history.spoof).toHaveLength(1);
    expect(parked.map(({ reason }) => reason)).toHaveLength(2);
  });
});

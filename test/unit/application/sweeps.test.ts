import { instead } from '../../support/instead.ts';
import { Unavailable } from '../../../shared/application/errors.ts';
import { sweepPages } from '../../../shared/application/sweeps.ts';
import { aCorrelationId, anEvent, aSession } from '../../support/builders.ts';
import { heldClock, secondsAfter, startOfTests } from '../../support/held-clock.ts';
import {
  correlationOf,
  FACE_CALLS_PER_SECOND,
  letTimePass,
  type MemoryApp,
  memoryApp,
  type Process,
} from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

describe('a sweep', () => {
  it('asks for page after page until nothing is due', async () => {
    const pages = [[1, 2], [3], []];
    const handled: number[] = [];

    const swept = await sweepPages({
      clock: heldClock(),
      due: () => Promise.resolve(pages.shift() ?? []),
      handle: (item) => Promise.resolve(void handled.push(item)),
      postpone: () => Promise.resolve(),
    });

    expect(swept).toEqual({ done: 3, postponed: 0 });
    expect(handled).toEqual([1, 2, 3]);
  });

  it('goes on with the others when one fails, and puts that one off', async () => {
    const pages = [[1, 2, 3], []];
    const postponed: unknown[] = [];

    const swept = await sweepPages({
      clock: heldClock(),
      due: () => Promise.resolve(pages.shift() ?? []),
      handle: (item) => (item === 2 ? Promise.reject(new Error('bad')) : Promise.resolve()),
      postpone: (item, error) => Promise.resolve(void postponed.push([item, String(error)])),
    });

    expect(swept).toEqual({ done: 2, postponed: 1 });
    expect(postponed).toEqual([[2, 'Error: bad']]);
  });

  it('ends with a page of which nothing succeeds: the trouble is not met again at once', async () => {
    let pages = 0;

    const swept = await sweepPages({
      clock: heldClock(),
      due: () => {
        pages += 1;
        return Promise.resolve([1, 2]);
      },
      handle: () => Promise.reject(new Error('bad')),
      postpone: () => Promise.resolve(),
    });

    expect(swept).toEqual({ done: 0, postponed: 2 });
    expect(pages).toBe(1);
  });

  it('ends after a minute, so that runs do not pile up', async () => {
    const clock = heldClock();
    let runs = 0;

    await sweepPages({
      clock,
      due: () => Promise.resolve([1]),
      handle: () => {
        runs += 1;
        clock.advanceSeconds(20);
        return Promise.resolve();
      },
      postpone: () => Promise.resolve(),
    });

    expect(runs).toBe(3);
  });

  it('is remembered as run only when it came to its end', async () => {
    app.correlations.dueEvents = () => Promise.reject(new Unavailable('no answer'));

    await process.runSweep('detect-abuse-patterns');
    await expect(process.runSweep('publish-events')).rejects.toThrow('no answer');

    expect(await app.sweepRuns.lastRuns()).toEqual({ 'detect-abuse-patterns': startOfTests });
  });
});

describe('a sweep whose timer has stopped', () => {
  it('is nudged after three of its periods, by every token request, once a minute', async () => {
    await app.sweepRuns.ran('detect-abuse-patterns', startOfTests);
    await app.sweepRuns.ran('publish-events', startOfTests);
    app.clock.advanceSeconds(30);
    await process.issued();
    expect(app.nudges.nudged).toEqual([]);

    app.clock.advanceSeconds(1);
    await process.issued();
    await process.issued({ endUserRef: 'bob' });
    expect(app.nudges.nudged).toEqual(['detect-abuse-patterns']);

    app.clock.advanceSeconds(60);
    await process.nudgeStaleSweeps();
    expect(app.nudges.nudged).toEqual(['detect-abuse-patterns', 'detect-abuse-patterns', 'publish-events']);
  });

  it('is not nudged before its first run: its timer comes first', async () => {
    app.clock.advanceSeconds(86_400);

    await process.nudgeStaleSweeps();

    expect(app.nudges.nudged).toEqual([]);
  });

  it('keeps nobody from a token when the nudge fails', async () => {
    await app.sweepRuns.ran('publish-events', startOfTests);
    app.clock.advanceSeconds(600);
    app.nudges.nudge = () => Promise.reject(new Error('no answer'));

    expect(await process.issue()).toMatchObject({ kind: 'issued' });
    expect(app.log.events).toContain('sweeps-not-nudged');
  });
});

describe('collecting results that nobody reported', () => {
  it('brings each session to its end a minute after its token has expired', async () => {
    const { correlationId, sessionId } = await process.issued();
    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'spoofface' });
    app.clock.advanceSeconds(659);
    expect(await process.collectUnreportedResults()).toEqual({ done: 0, postponed: 0 });

    app.clock.advanceSeconds(1);
    expect(await process.collectUnreportedResults()).toEqual({ done: 1, postponed: 0 });
    await process.drainResults();

    const session = await app.correlations.findSession(correlationId, sessionId);
    expect(session?.record).toMatchObject({ state: 'closed', result: { cause: 'expired' } });
    expect((await correlationOf(app)).history.spoof).toHaveLength(1);
    expect(app.face.deleted).toEqual(['face-session-1']);
  });

  it('gives back a reservation that never became a token', async () => {
    app.face.create = () => new Promise(() => undefined);
    void process.issue();
    await new Promise(setImmediate);
    const [reserved] = (await correlationOf(app)).outstanding;
    expect(reserved).toBeDefined();
    app.clock.advanceSeconds(300);

    await process.collectUnreportedResults();

    const { outstanding, correlationId } = await correlationOf(app);
    expect(outstanding).toEqual([]);
    expect(app.correlations.storedOf(correlationId).sessions).toMatchObject([{ state: 'released' }]);
  });

  it.each([
    ['revoked', 'while its token was still good', 60],
    ['expired', 'after that', 600],
  ])('calls a session that was taken back %s %s', async (cause, _when, seconds) => {
    const { correlationId, sessionId } = await process.issued();
    const dueAt = secondsAfter(startOfTests, 60);
    await app.correlations.commit(correlationId, { revoke: { sessionIds: [sessionId], dueAt } });
    app.clock.advanceSeconds(seconds);

    await process.collectUnreportedResults();

    const session = await app.correlations.findSession(correlationId, sessionId);
    expect(session?.record).toMatchObject({ result: { cause } });
  });

  it('looks once more at a session that a verdict takes back after its end, and not for ever', async () => {
    const { correlationId, sessionId } = await process.issued();
    await app.correlations.commit(correlationId, { closed: [sessionId] });
    await app.correlations.commit(correlationId, { revoke: { sessionIds: [sessionId], dueAt: startOfTests } });

    expect(await process.collectUnreportedResults()).toEqual({ done: 1, postponed: 0 });
    expect(await process.collectUnreportedResults()).toEqual({ done: 0, postponed: 0 });

    const session = await app.correlations.findSession(correlationId, sessionId);
    expect(session?.record).toMatchObject({ state: 'closed' });
  });

  it('tries again ever later, up to ten minutes, while Face does not answer', async () => {
    const { correlationId, sessionId } = await process.issued();
    app.face.read = () => Promise.reject(new Unavailable('no answer'));
    app.clock.advanceSeconds(660);

    const delays: number[] = [];
    for (let times = 0; times < 7; times += 1) {
      expect(await process.collectUnreportedResults()).toEqual({ done: 0, postponed: 1 });
      const dueAt = (await app.correlations.findSession(correlationId, sessionId))?.record.dueAt;
      const seconds = (dueAt!.getTime() - app.clock.now().getTime()) / 1000;
      delays.push(seconds);
      app.clock.advanceSeconds(seconds);
    }

    expect(delays).toEqual([30, 60, 120, 240, 480, 600, 600]);
  });

  it('does not let one broken session starve the others', async () => {
    await process.issued({ endUserRef: 'bob' });
    const { correlationId, sessionId } = await process.issued();
    const read = app.face.read.bind(app.face);
    app.face.read = (kind, faceSessionId) =>
      faceSessionId === 'face-session-1' ? Promise.reject(new Error('broken')) : read(kind, faceSessionId);
    app.clock.advanceSeconds(660);

    expect(await process.collectUnreportedResults()).toEqual({ done: 1, postponed: 1 });

    expect((await app.correlations.findSession(correlationId, sessionId))?.record.state).toBe('closing');
  });

  it('spends at most a third of the calls that Face takes', async () => {
    for (const endUserRef of ['alice', 'bob', 'carol']) await process.issued({ endUserRef });
    app.clock.advanceSeconds(660);
    const before = app.waits.length;

    await process.collectUnreportedResults();

    const waits = app.waits.slice(before);
    const callsASecond = (2 * 3) / (waits.reduce((sum, ms) => sum + ms, 0) / 1000);
    expect(waits).toHaveLength(3);
    expect(callsASecond).toBeCloseTo(FACE_CALLS_PER_SECOND / 3, 5);
  });

  it('notes a session that Face has lost', async () => {
    await process.issued();
    app.face.lose('face-session-1');
    app.clock.advanceSeconds(660);

    await process.collectUnreportedResults();

    expect(app.log.events).toContain('face-session-lost');
  });

  it('sends the end again when it got lost on its way', async () => {
    await process.issued();
    app.clock.advanceSeconds(660);
    await process.collectUnreportedResults();
    app.results.take();

    await letTimePass(app, process, 300);

    expect((await correlationOf(app)).outstanding).toEqual([]);
  });
});

describe('publishing', () => {
  const stored = async (count: number) => {
    const correlationId = aCorrelationId();
    const events = Array.from({ length: count }, (_, index) => anEvent({ correlationId, sequence: index + 1 }));
    await app.correlations.commit(correlationId, { events });
    return events;
  };

  it('brings out what was committed and not published, 30 s later', async () => {
    const events = await stored(25);
    expect(await process.publishPendingEvents()).toEqual({ done: 0, postponed: 0 });

    app.clock.advanceSeconds(30);
    expect(await process.publishPendingEvents()).toEqual({ done: 2, postponed: 0 });

    expect(app.publisher.published.map(({ eventId }) => eventId)).toEqual(events.map(({ eventId }) => eventId));
    expect(await app.correlations.dueEvents(app.clock.now())).toEqual([]);
  });

  it('keeps events due while the broker is down', async () => {
    await stored(1);
    app.clock.advanceSeconds(30);
    const restore = instead(app.publisher, 'publish', () => Promise.reject(new Unavailable('no answer')));
    await expect(process.publishPendingEvents()).rejects.toThrow('no answer');
    restore();

    expect(await process.publishPendingEvents()).toEqual({ done: 1, postponed: 0 });
    expect(app.publisher.published).toHaveLength(1);
  });

  it('publishes again rather than never when marking failed', async () => {
    await stored(1);
    app.clock.advanceSeconds(30);
    const restore = instead(app.correlations, 'markPublished', () => Promise.reject(new Unavailable('no answer')));
    await expect(process.publishPendingEvents()).rejects.toThrow('no answer');
    restore();

    await process.publishPendingEvents();

    const [first, second] = app.publisher.published;
    expect(second).toEqual(first);
  });
});

describe('a session that its own client gives up', () => {
  it('is read and counted before it is deleted', async () => {
    const { sessionId, correlationId } = await process.issued();
    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'spoofface' });
    const { customerId } = aSession();

    expect(await process.deleteLivenessSession({ customerId, sessionId })).toEqual({ kind: 'deleted' });
    await process.drainResults();

    expect(app.face.deleted).toEqual(['face-session-1']);
    expect((await correlationOf(app)).history.spoof).toHaveLength(1);
    expect((await app.correlations.findSession(correlationId, sessionId))?.record.result?.cause).toBe('deleted');
  });
});

import { Unavailable } from '../../../shared/application/errors.ts';
import { makeReadStatus } from '../../../shared/application/read-status.ts';
import { makeResolveEndUser } from '../../../shared/application/resolve-end-user.ts';
import { MemorySweepRuns } from '../../../shared/adapters/memory/memory-sweep-runs.ts';
import type { CorrelationRecord } from '../../../shared/application/records.ts';
import { aPause, aVerdict, customerId, pronounced } from '../../support/builders.ts';
import { heldClock, secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { letTimePass, type MemoryApp, memoryApp, type Process, pseudonyms } from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

describe('what a customer may know of a correlation id', () => {
  const change = async (correlationId: string, how: (record: CorrelationRecord) => CorrelationRecord) => {
    const found = await app.correlations.find(correlationId);
    if (found === undefined) throw new Error('nothing to change');
    await app.correlations.commit(correlationId, {
      correlation: { record: how(found.record), version: found.version },
    });
  };
  const now = () => app.clock.now();

  it('is what is left, as long as nothing is wrong', async () => {
    const { correlationId } = await process.issued();

    expect(await process.readCorrelation({ customerId, correlationId })).toEqual({
      kind: 'found',
      correlationId,
      status: 'active',
      remainingAttempts: 19,
    });
  });

  it('is when the next token can be had', async () => {
    const { correlationId } = await process.issued();
    await process.issued();

    expect(await process.readCorrelation({ customerId, correlationId })).toMatchObject({
      nextAllowedAt: secondsAfter(startOfTests, 600),
    });
  });

  it.each([
    ['flagged', aVerdict(), {}],
    ['paused', aPause(), { nextAllowedAt: secondsAfter(startOfTests, 86_400) }],
  ])('is that it is %s, and not why', async (status, verdict, expected) => {
    const { correlationId } = await process.issued();
    await change(correlationId, (record) => pronounced(record, verdict, now()));

    expect(await process.readCorrelation({ customerId, correlationId })).toEqual({
      kind: 'found',
      correlationId,
      status,
      scope: 'correlation',
      remainingAttempts: 0,
      ...expected,
    });
  });

  it('is that it is retired', async () => {
    const { correlationId } = await process.issued();
    await change(correlationId, (record) => ({ ...record, status: 'retired' }));

    expect(await process.readCorrelation({ customerId, correlationId })).toMatchObject({
      status: 'retired',
      remainingAttempts: 0,
    });
  });

  it('is nothing when it is another customer’s, or nobody’s', async () => {
    const { correlationId } = await process.issued();
    const notFound = { kind: 'not-found' };

    expect(await process.readCorrelation({ customerId: 'fabrikam', correlationId })).toEqual(notFound);
    expect(await process.readCorrelation({ customerId, correlationId: 'unknown' })).toEqual(notFound);
  });
});

describe('what a client may know of its session', () => {
  it('is that it is open, then expired, then closed with its attempts', async () => {
    const { sessionId, correlationId, expiresAt } = await process.issued();
    const read = () => process.readLivenessSession({ customerId, sessionId });

    expect(await read()).toEqual({
      kind: 'found',
      sessionId,
      correlationId,
      sessionKind: 'liveness',
      state: 'open',
      expiresAt,
      attemptsAllowed: 3,
      attempts: [],
    });

    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'realface' });
    app.clock.advanceSeconds(600);
    expect(await read()).toMatchObject({ state: 'expired' });

    await letTimePass(app, process, 120);
    expect(await read()).toMatchObject({ state: 'closed', attempts: [{ attemptId: 1, outcome: 'real' }] });
  });

  it('is that it is closed as soon as it is revoked', async () => {
    const { sessionId, correlationId } = await process.issued();
    await app.correlations.commit(correlationId, { revoke: { sessionIds: [sessionId], dueAt: app.clock.now() } });

    expect(await process.readLivenessSession({ customerId, sessionId })).toMatchObject({ state: 'closed' });
  });
});

describe('the end user behind a reference', () => {
  it('is the one that somebody else made at the same moment', async () => {
    const { endUsers, randomness } = app;
    const resolve = makeResolveEndUser({ endUsers, pseudonyms, randomness });
    const other = await resolve(customerId, 'alice');
    const find = endUsers.find.bind(endUsers);
    let asked = 0;
    endUsers.find = (key) => {
      asked += 1;
      return asked === 1 ? Promise.resolve(undefined) : find(key);
    };

    expect(await resolve(customerId, 'alice')).toEqual(other);
  });

  it('is another one at another customer', async () => {
    const { endUsers, randomness } = app;
    const resolve = makeResolveEndUser({ endUsers, pseudonyms, randomness });

    const [here, there] = [await resolve('contoso', 'alice'), await resolve('fabrikam', 'alice')];

    expect(here.endUserKey).not.toBe(there.endUserKey);
    expect(here.correlationId).not.toBe(there.correlationId);
  });
});

describe('the status page', () => {
  const make = (probe: () => Promise<void>) => {
    const clock = heldClock();
    const sweepRuns = new MemorySweepRuns();
    const readStatus = makeReadStatus({ clock, sweepRuns, probes: { face: { probe, advice: 'Check it.' } } });
    return { clock, sweepRuns, readStatus };
  };

  it('says of each dependency whether it is up, with advice when it is not, and when each sweep ran', async () => {
    const up = make(() => Promise.resolve());
    await up.sweepRuns.ran('publish-events', startOfTests);
    const down = make(() => Promise.reject(new Unavailable('what the service said')));

    expect(await up.readStatus()).toEqual({
      checkedAt: startOfTests,
      dependencies: { face: { state: 'up' } },
      sweeps: {
        'detect-abuse-patterns': {},
        'collect-unreported-results': {},
        'publish-events': { lastRanAt: startOfTests },
        'complete-decisions': {},
        'watch-customers': {},
      },
    });
    expect((await down.readStatus()).dependencies).toEqual({ face: { state: 'down', advice: 'Check it.' } });
  });

  it('asks once in 15 s, however many look at it', async () => {
    let asked = 0;
    const { clock, readStatus } = make(() => {
      asked += 1;
      return Promise.resolve();
    });

    await Promise.all([readStatus(), readStatus()]);
    clock.advanceSeconds(14.999);
    await readStatus();
    expect(asked).toBe(1);

    clock.advanceSeconds(0.001);
    await readStatus();
    expect(asked).toBe(2);
  });

  it('is there even when the store of the sweeps is not', async () => {
    const { readStatus, sweepRuns } = make(() => Promise.resolve());
    sweepRuns.lastRuns = () => Promise.reject(new Unavailable('no answer'));

    expect((await readStatus()).dependencies).toEqual({ face: { state: 'up' } });
  });
});

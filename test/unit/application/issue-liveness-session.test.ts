import { gateStateOf } from '../../../shared/application/correlation.ts';
import type { FaceCreation } from '../../../shared/application/ports.ts';
import { blockedSessions, revocation } from '../../../shared/application/reservation.ts';
import { remainingAttempts } from '../../../shared/domain/gate.ts';
import type { CorrelationRecord } from '../../../shared/application/records.ts';
import type { Outcome } from '../../../shared/domain/events.ts';
import type { Verdict } from '../../../shared/domain/verdict.ts';
import { aCustomer, aLivenessResult, aPause, aVerdict, customerId, pronounced } from '../../support/builders.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { correlationOf, type MemoryApp, memoryApp, policy, type Process } from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

const left = (record: CorrelationRecord): number =>
  remainingAttempts(gateStateOf(record), policy, { attemptsWanted: 1, attemptsFixed: true }, app.clock.now());

/** Changes Alice's correlation id behind the back of whoever is at work. */
const change = async (how: (record: CorrelationRecord) => CorrelationRecord): Promise<void> => {
  const { correlationId } = await correlationOf(app);
  const found = await app.correlations.find(correlationId);
  if (found === undefined) throw new Error('nothing to change');
  const now = app.clock.now();
  const record = how(found.record);
  const committed = await app.correlations.commit(correlationId, {
    correlation: { record, version: found.version },
    revoke: revocation(blockedSessions(record, policy, now), now),
  });
  expect(committed.kind).toBe('committed');
};

const pronounce = (verdict: Verdict) => change((record) => pronounced(record, verdict, app.clock.now()));

/** Alice makes a token, uses it up to this end, and reports it. */
const attempt = async (outcome: Outcome, request: Parameters<Process['issued']>[0] = {}): Promise<void> => {
  const { correlationId, sessionId } = await process.issued(request);
  const atMs = app.clock.now().getTime();
  await process.recordLivenessResults(correlationId, [
    aLivenessResult({ correlationId, sessionId, outcome, atMs }),
    { type: 'session.closed', correlationId, sessionId, customerId, atMs, attempts: 1 },
  ]);
};

const latestFaceSession = (): string => app.face.created.at(-1)?.faceSessionId ?? 'none';

/** What happens while Face makes the session. */
const meanwhile = (happens: () => Promise<void>): void => {
  const create = app.face.create.bind(app.face);
  app.face.create = async (request): Promise<FaceCreation> => {
    app.face.create = create;
    await happens();
    return create(request);
  };
};

const refusal = { kind: 'refused', alternativePath: aCustomer().alternativePath };

describe('a token', () => {
  it('is issued to somebody new, with a fresh correlation id and what is left of the budget', async () => {
    const decision = await process.issued();

    expect(decision).toEqual({
      kind: 'issued',
      sessionId: expect.stringMatching(new RegExp(`^${decision.correlationId}\\.[\\w-]{11}$`)) as string,
      correlationId: (await correlationOf(app)).correlationId,
      authToken: 'token-1',
      expiresAt: secondsAfter(startOfTests, 600),
      attemptsAllowed: 3,
      remainingAttempts: 19,
      lockOutProtection: 'on',
      replayed: false,
    });
    expect(app.face.created).toEqual([
      {
        faceSessionId: 'face-session-1',
        request: {
          kind: 'liveness',
          correlationId: decision.correlationId,
          operationMode: 'PassiveActive',
          tokenTtlSeconds: 600,
        },
      },
    ]);
  });

  it('is issued only after everything about it is stored, and is not stored itself', async () => {
    const { correlationId, sessionId } = await process.issued();

    const record = await correlationOf(app);
    const stored = app.correlations.storedOf(correlationId);
    expect(stored.sessions).toMatchObject([
      { sessionId, state: 'issued', faceSessionId: 'face-session-1', dueAt: secondsAfter(startOfTests, 660) },
    ]);
    expect(record.outstanding).toMatchObject([{ sessionId, attemptsAllowed: 3, recorded: [] }]);
    expect(record.history.issued).toHaveLength(1);
    expect(JSON.stringify([record, stored])).not.toContain('token-1');
  });

  it('keeps neither the reference of the end user nor the device id', async () => {
    const { correlationId } = await process.issued({ endUserRef: 'alice', deviceId: 'phone-of-alice' });

    const stored = JSON.stringify([await correlationOf(app), app.correlations.storedOf(correlationId)]);
    expect(stored).not.toContain('alice');
  });

  it('has the same correlation id the next time, and another for another person', async () => {
    const first = await process.issued();
    const second = await process.issued();
    const other = await process.issued({ endUserRef: 'bob' });

    expect(second.correlationId).toBe(first.correlationId);
    expect(other.correlationId).not.toBe(first.correlationId);
    expect([first, second, other].map(({ remainingAttempts }) => remainingAttempts)).toEqual([19, 16, 19]);
  });

  it('comes with the verify image where one is given, from the same budget', async () => {
    await process.issued();
    const verifyImage = new Uint8Array(2048);

    const { remainingAttempts } = await process.issued({ kind: 'liveness-with-verify', verifyImage });

    expect(app.face.created[1]?.request).toMatchObject({ kind: 'liveness-with-verify', verifyImage });
    expect(remainingAttempts).toBe(16);
  });
});

describe('a refusal', () => {
  const nothingWasMade = () => {
    expect(app.face.created).toEqual([]);
  };

  it.each(['suspended', 'terminated'] as const)('meets everyone at a customer that is %s', async (eligibility) => {
    app.customers.put(aCustomer({ eligibility }));

    expect(await process.issue()).toEqual({ ...refusal, because: 'customer-not-eligible' });
    nothingWasMade();
  });

  it('is our mistake, loudly, when the customer of a client application is not there', async () => {
    await expect(process.issue({ caller: { clientKey: 'a:b', customerId: 'nobody' } })).rejects.toThrow(
      'a customer that is not there',
    );
  });

  it('meets an id that is flagged, until a human decides', async () => {
    await attempt('real');
    await pronounce(aVerdict());
    app.clock.advanceSeconds(90 * 86_400);

    expect(await process.issue()).toEqual({ ...refusal, because: 'correlation-flagged' });
    expect(app.face.created).toHaveLength(1);
  });

  it('meets an id that is paused, until its pause is over', async () => {
    await attempt('real');
    await pronounce(aPause());

    expect(await process.issue()).toEqual({ ...refusal, because: 'paused', until: secondsAfter(startOfTests, 86_400) });

    app.clock.advanceSeconds(86_400);
    expect(await process.issue()).toMatchObject({ kind: 'issued' });
  });

  it('meets who has used up the budget, until its oldest failure leaves the window', async () => {
    await attempt('real');
    const failures = Array.from({ length: 20 }, (_, hours) => ({
      atMs: startOfTests.getTime() - hours * 3_600_000,
      tag: '',
    }));
    await change((record) => ({ ...record, lineage: { history: record.history, failures } }));

    expect(await process.issue()).toEqual({
      ...refusal,
      because: 'exposure-budget',
      until: new Date(startOfTests.getTime() - 19 * 3_600_000 + 30 * 86_400_000),
    });
  });

  it('is a wait after failures in a row', async () => {
    for (let failures = 0; failures < 5; failures += 1) await attempt('technical');

    expect(await process.issue()).toEqual({ kind: 'wait', until: secondsAfter(startOfTests, 30) });

    app.clock.advanceSeconds(30);
    expect(await process.issue()).toMatchObject({ kind: 'issued' });
  });

  it('is a wait while two tokens of other devices are alive', async () => {
    await process.issued({ deviceId: 'phone' });
    await process.issued({ deviceId: 'tablet' });

    expect(await process.issue({ deviceId: 'laptop' })).toEqual({
      kind: 'wait',
      until: secondsAfter(startOfTests, 600),
    });
  });

  it('meets the whole customer when its quota of the day is used up, and takes nothing from the budget', async () => {
    app.customers.put(aCustomer({ dailySessionQuota: 1 }));
    await process.issued({ endUserRef: 'bob' });

    const decision = await process.issue();

    expect(decision).toEqual({ kind: 'customer-quota', until: new Date('2026-03-03T00:00:00.000Z') });
    expect(app.face.created).toHaveLength(1);
    expect(left(await correlationOf(app))).toBe(22);
    expect((await correlationOf(app)).outstanding).toEqual([]);
  });

  it('latches a crossing that nobody saw before, and closes what is open', async () => {
    await attempt('real');
    const { sessionId } = await process.issued();
    const { correlationId } = await correlationOf(app);
    const day = startOfTests.getTime();
    await change((record) => ({
      ...record,
      history: {
        ...record.history,
        spoof: [1, 2, 3, 4, 5, 6].map((n) => ({ atMs: day + n, sessionId: `s${n}`, attemptId: 1, tag: '' })),
        lastAttemptAtMs: day + 6,
      },
    }));
    app.clock.advanceSeconds(1);

    expect(await process.issue()).toEqual({ ...refusal, because: 'correlation-flagged' });

    const record = await correlationOf(app);
    expect(record.verdicts).toMatchObject([{ kind: 'flagged', pattern: 'repeated-failures', source: 'gate' }]);
    expect(record.dueAt).toEqual(app.clock.now());
    const session = app.correlations.storedOf(correlationId).sessions.find((other) => other.sessionId === sessionId);
    expect(session).toMatchObject({ revoked: true, dueAt: secondsAfter(app.clock.now(), 60) });
  });
});

describe('requests at once', () => {
  it('get no more tokens than may be alive: who loses the race decides again', async () => {
    const decisions = await Promise.all([1, 2, 3, 4, 5].map((device) => process.issue({ deviceId: `d${device}` })));

    expect(decisions.map(({ kind }) => kind).toSorted()).toEqual(['issued', 'issued', 'wait', 'wait', 'wait']);
    expect((await correlationOf(app)).outstanding).toHaveLength(2);
    expect(app.face.created).toHaveLength(2);
  });

  it('make one end user of a reference that is new to all of them', async () => {
    const decisions = await Promise.all([process.issued(), process.issued()]);

    expect(new Set(decisions.map(({ correlationId }) => correlationId)).size).toBe(1);
  });

  it('are told to come again when somebody else is always faster', async () => {
    app.correlations.commit = () => Promise.resolve({ kind: 'changed', what: 'correlation' });

    await expect(process.issue()).rejects.toMatchObject({ name: 'Unavailable', retryAfterSeconds: 1 });
    expect(app.face.created).toEqual([]);
  });
});

describe('trouble at Face gives the reservation back', () => {
  const reservationIsBack = async () => {
    const record = await correlationOf(app);
    expect(record.outstanding).toEqual([]);
    expect(left(record)).toBe(22);
    expect(app.correlations.storedOf(record.correlationId).sessions).toMatchObject([{ state: 'released' }]);
  };

  it('when it is busy', async () => {
    app.face.refuseNext({ kind: 'busy', retryAfterSeconds: 3 });

    expect(await process.issue()).toEqual({ kind: 'service-busy', retryAfterSeconds: 3 });
    await reservationIsBack();
  });

  it('when it refuses the verify image', async () => {
    app.face.refuseNext({ kind: 'bad-image', code: 'InvalidImage' });

    const decision = await process.issue({ kind: 'liveness-with-verify', verifyImage: new Uint8Array(1) });

    expect(decision).toEqual({ kind: 'bad-image', code: 'InvalidImage' });
    await reservationIsBack();
  });

  it('when the resource has no approval, which takes an operator a while', async () => {
    app.face.refuseNext({ kind: 'unsupported' });

    await expect(process.issue()).rejects.toMatchObject({ name: 'Unavailable', retryAfterSeconds: 300 });
    await reservationIsBack();
  });

  it('when it does not answer', async () => {
    app.face.create = () => Promise.reject(new Error('no answer'));

    await expect(process.issue()).rejects.toThrow('no answer');
    await reservationIsBack();
  });
});

describe('what comes between the reservation and the answer wins', () => {
  const noTokenIsLeft = async () => {
    expect(app.face.deleted).toEqual([latestFaceSession()]);
    const record = await correlationOf(app);
    expect(record.outstanding).toEqual([]);
    expect(app.correlations.storedOf(record.correlationId).sessions).toMatchObject([{ state: 'released' }]);
  };

  it('a flag', async () => {
    meanwhile(() => pronounce(aVerdict()));

    expect(await process.issue()).toEqual({ ...refusal, because: 'correlation-flagged' });
    await noTokenIsLeft();
  });

  it('a pause', async () => {
    meanwhile(() => pronounce(aPause()));

    expect(await process.issue()).toMatchObject({ ...refusal, because: 'paused' });
    await noTokenIsLeft();
  });

  it('a reset: the next request gets the new correlation id', async () => {
    meanwhile(async () => {
      const { correlationId } = await correlationOf(app);
      await process.resetCorrelation({ correlationId, decidedBy: 'reviewer', reason: 'asked for' });
    });

    await expect(process.issue()).rejects.toMatchObject({ name: 'Unavailable', retryAfterSeconds: 1 });

    expect(app.face.deleted).toEqual([latestFaceSession()]);
  });

  it('a suspension of the customer', async () => {
    meanwhile(() => {
      app.customers.put(aCustomer({ eligibility: 'suspended' }));
      return Promise.resolve();
    });

    expect(await process.issue()).toEqual({ ...refusal, because: 'customer-not-eligible' });
    await noTokenIsLeft();
  });

  it('a flag, even if Face cannot delete the session at the moment', async () => {
    meanwhile(() => pronounce(aVerdict()));
    app.face.delete = () => Promise.reject(new Error('no answer'));

    expect(await process.issue()).toEqual({ ...refusal, because: 'correlation-flagged' });
    expect(app.log.events).toContain('face-session-not-deleted');
    expect((await correlationOf(app)).outstanding).toEqual([]);
  });
});

describe('a lost token', () => {
  const twoTokens = async () => {
    const first = await process.issued();
    await process.issued();
    return first;
  };

  it('is replaced for the same device once Face shows it unused for 15 s', async () => {
    const lost = await twoTokens();
    expect(await process.issue()).toEqual({ kind: 'wait', until: secondsAfter(startOfTests, 15) });
    app.clock.advanceSeconds(15);

    const decision = await process.issued();

    expect(decision).toMatchObject({ authToken: 'token-3', remainingAttempts: 16, replayed: false });
    expect(app.face.deleted).toEqual(['face-session-1']);
    const record = await correlationOf(app);
    expect(record.outstanding.map(({ sessionId }) => sessionId)).not.toContain(lost.sessionId);
    const replaced = await app.correlations.findSession(lost.correlationId, lost.sessionId);
    expect(replaced?.record).toMatchObject({ state: 'closed', result: { cause: 'replaced', attempts: [] } });
    // It was taken back, not abandoned.
    expect(record.history.unused).toEqual([]);
  });

  it('is not replaced for another device', async () => {
    await twoTokens();
    app.clock.advanceSeconds(15);

    expect(await process.issue({ deviceId: 'tablet' })).toEqual({
      kind: 'wait',
      until: secondsAfter(startOfTests, 600),
    });
  });

  it('is not replaced when somebody has begun to use it', async () => {
    await twoTokens();
    app.clock.advanceSeconds(15);
    app.face.play('face-session-1', { status: 'Running' });

    expect(await process.issue()).toMatchObject({ kind: 'wait' });
    expect(app.face.deleted).toEqual([]);
  });
});

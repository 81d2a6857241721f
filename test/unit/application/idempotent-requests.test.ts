import { instead } from '../../support/instead.ts';
import { aCustomer } from '../../support/builders.ts';
import { correlationOf, type MemoryApp, memoryApp, type Process } from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

const keyed = { idempotency: { key: 'key-1', bodyHash: 'hash-1' } };

describe('a request with an Idempotency-Key', () => {
  it('that is repeated because its answer was lost gets a fresh token for the budget of one', async () => {
    const first = await process.issued(keyed);
    const second = await process.issued(keyed);

    expect(first.replayed).toBe(false);
    expect(second).toMatchObject({ authToken: 'token-2', replayed: true, remainingAttempts: 19 });
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(app.face.deleted).toEqual(['face-session-1']);
    expect((await correlationOf(app)).outstanding).toHaveLength(1);
  });

  it('can be repeated again and again', async () => {
    for (let times = 0; times < 5; times += 1) await process.issued(keyed);

    expect(await process.issued(keyed)).toMatchObject({ remainingAttempts: 19, replayed: true });
  });

  it('gets no second token once the check of the first has begun, however often it is repeated', async () => {
    await process.issued(keyed);
    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'realface' });

    expect(await process.issue(keyed)).toEqual({ kind: 'session-in-progress' });
    expect(await process.issue(keyed)).toEqual({ kind: 'session-in-progress' });
    expect(app.face.created).toHaveLength(1);
  });

  it('gets no second token after the check has ended', async () => {
    const { sessionId } = await process.issued(keyed);
    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'realface' });
    await process.completeLivenessSession({ customerId: aCustomer().customerId, sessionId, report: {} });
    await process.drainResults();

    expect(await process.issue(keyed)).toEqual({ kind: 'session-in-progress' });
  });

  // The replica that was read did not have the end of the check yet, and a second token went out.
  it('gets no second token when another process has just ended the check', async () => {
    const { correlationId, sessionId } = await process.issued(keyed);
    const before = await app.correlations.findSession(correlationId, sessionId);
    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'realface' });
    await process.completeLivenessSession({ customerId: aCustomer().customerId, sessionId, report: {} });
    await process.drainResults();
    instead(app.correlations, 'findSession', () => Promise.resolve(before));

    expect(await process.issue(keyed)).toEqual({ kind: 'session-in-progress' });
  });

  it('is refused while the first is under way', async () => {
    const decisions = await Promise.all([process.issue(keyed), process.issue(keyed)]);

    expect(decisions.map(({ kind }) => kind).toSorted()).toEqual(['issued', 'request-in-progress']);
  });

  it('is refused when its body is another', async () => {
    await process.issued(keyed);

    expect(await process.issue({ idempotency: { key: 'key-1', bodyHash: 'hash-2' } })).toEqual({ kind: 'key-reused' });
  });

  it('may be sent again after a refusal: nothing was made', async () => {
    app.face.refuseNext({ kind: 'busy', retryAfterSeconds: 1 });
    expect(await process.issue(keyed)).toMatchObject({ kind: 'service-busy' });

    expect(await process.issue(keyed)).toMatchObject({ kind: 'issued', replayed: false });
  });

  it('may be sent again after trouble', async () => {
    const restore = instead(app.face, 'create', () => Promise.reject(new Error('no answer')));
    await expect(process.issue(keyed)).rejects.toThrow('no answer');
    restore();

    expect(await process.issue(keyed)).toMatchObject({ kind: 'issued', replayed: false });
  });

  it('gets no second token when a repetition met trouble before it was known that the check has begun', async () => {
    await process.issued(keyed);
    app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'spoofface' });
    const restore = instead(app.face, 'read', () => Promise.reject(new Error('no answer')));
    await expect(process.issue(keyed)).rejects.toThrow('no answer');
    restore();

    expect(await process.issue(keyed)).toEqual({ kind: 'session-in-progress' });
  });

  it('of another client application is another request', async () => {
    await process.issued(keyed);

    const { customerId } = aCustomer();
    const other = await process.issued({ ...keyed, caller: { clientKey: 'tenant-2:client-2', customerId } });

    expect(other.replayed).toBe(false);
  });
});

import type { ClientReport } from '../../../shared/application/close-liveness-session.ts';
import { instead } from '../../support/instead.ts';
import type { ClosingCause, SessionRecord } from '../../../shared/application/records.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { correlationOf, type MemoryApp, memoryApp, policy, type Process } from '../../support/memory-app.ts';
import { makeTrouble } from '../../support/trouble.ts';

let app: MemoryApp;
let process: Process;
let session: SessionRecord;
beforeEach(async () => {
  app = memoryApp();
  process = app.process();
  const { sessionId } = await process.issued();
  session = await stored(sessionId);
});

const find = async (sessionId = session.sessionId) => {
  const correlationId = sessionId.slice(0, sessionId.indexOf('.'));
  const found = await app.correlations.findSession(correlationId, sessionId);
  if (found === undefined) throw new Error('the session is not there');
  return found;
};
const stored = async (sessionId?: string) => (await find(sessionId)).record;

const close = async (cause: ClosingCause, report?: ClientReport, by = process) =>
  by.closeLivenessSession(await find(), cause, report);

const play = (...attempts: Parameters<MemoryApp['face']['play']>[1][]) => app.face.play('face-session-1', ...attempts);
const spoof = { status: 'Succeeded', livenessDecision: 'spoofface', digest: 'AB12' };
const pass = { status: 'Succeeded', livenessDecision: 'realface', digest: 'CD34' };

describe('closing a session', () => {
  it('reads, sends what it read, stores it, deletes, and only then says that it is over', async () => {
    play(spoof);
    const trouble = makeTrouble();

    await close('completed', {}, app.process(trouble));

    expect(trouble.calls).toEqual([
      'face.read',
      'results.send',
      'correlations.find',
      'correlations.commit',
      'face.delete',
      'results.send',
    ]);
    expect(app.results.sent.map(({ type }) => type)).toEqual(['attempt', 'session.closed']);
  });

  it('keeps the budget reserved until the end is counted, but no longer takes the token for alive', async () => {
    await close('expired');

    expect((await correlationOf(app)).outstanding).toMatchObject([{ attemptsAllowed: 3, closing: true }]);
    await process.drainResults();
    expect((await correlationOf(app)).outstanding).toEqual([]);
  });

  it('stores the result and when to look after the deletion', async () => {
    play(spoof, { status: 'Failed', errorCode: 'TimedOut' });
    app.clock.advanceSeconds(20);

    await close('completed');

    expect(await stored()).toMatchObject({
      state: 'closing',
      dueAt: secondsAfter(startOfTests, 80),
      result: {
        cause: 'completed',
        readAt: secondsAfter(startOfTests, 20),
        attempts: [
          { attemptId: 1, outcome: 'spoof', digest: 'AB12' },
          { attemptId: 2, outcome: 'technical', errorCode: 'TimedOut' },
        ],
      },
    });
  });

  // Seen: a token was taken back while a reset closed its session, and the session was open again, outside of the budget.
  it('leaves a session at its end that was given back while it was closed', async () => {
    const found = await find();
    const { dueAt: _done, ...givenBack } = { ...found.record, state: 'released' as const };
    const session = { record: givenBack, version: found.version };
    await app.correlations.commit(givenBack.correlationId, { session });

    await process.closeLivenessSession(found, 'revoked');

    expect(await stored()).toEqual(givenBack);
    expect(app.results.sent).toEqual([]);
  });

  it('does not read again what is stored: attempts that a second reading would miss stay', async () => {
    play(spoof);
    const restore = instead(app.face, 'delete', () => Promise.reject(new Error('no answer')));
    await expect(close('completed')).rejects.toThrow('no answer');
    restore();
    app.face.lose('face-session-1');

    const closing = await close('expired');

    expect(closing).toMatchObject({ session: { result: { cause: 'completed', attempts: [{ outcome: 'spoof' }] } } });
  });

  it('takes the result that another writer stored first, and sends its end', async () => {
    play(spoof);
    const found = await find();
    await close('completed');
    app.results.take();

    const late = await process.closeLivenessSession(found, 'expired');

    expect(late).toMatchObject({ kind: 'closed', session: { result: { cause: 'completed' } } });
    expect(app.results.sent.at(-1)).toMatchObject({ type: 'session.closed', attempts: 1 });
  });

  it('changes nothing more when it is closed already', async () => {
    play(spoof);
    await close('completed');
    await process.drainResults();
    const before = await find();

    expect(await close('expired')).toEqual({ kind: 'closed', session: before.record });

    expect(await find()).toEqual(before);
    expect(app.results.sent).toEqual([]);
  });

  it('is our mistake for a session that has none at Face', async () => {
    const { faceSessionId: _none, ...record } = session;

    await expect(process.closeLivenessSession({ record, version: 'v' }, 'expired')).rejects.toThrow('exists at Face');
  });
});

describe('a session that ended without an attempt', () => {
  it.each(['expired', 'deleted'] as const)('is abandoned when it was %s: many of them are a pattern', async (cause) => {
    await close(cause);

    expect(app.results.sent).toMatchObject([{ type: 'session.abandoned', deviceKey: session.deviceKey }]);
  });

  it.each(['replaced', 'revoked'] as const)('is only closed when it was %s: we took it back', async (cause) => {
    await close(cause);

    expect(app.results.sent).toMatchObject([{ type: 'session.closed', attempts: 0 }]);
  });

  it('is only closed when the device said why it could not try', async () => {
    await close('completed', { error: 'CameraPermissionDenied' });

    expect(app.results.sent).toMatchObject([{ type: 'session.closed', attempts: 0 }]);
    expect(await stored()).toMatchObject({ result: { clientError: 'CameraPermissionDenied' } });
  });

  it('is not closed while the client says that it has finished and Face may still get a result', async () => {
    play({ status: 'Running' });

    expect(await close('completed')).toEqual({ kind: 'no-result-yet' });
    expect(await stored()).toEqual(session);

    app.clock.advanceSeconds(600);
    expect(await close('completed')).toMatchObject({ kind: 'closed' });
  });
});

describe('a session that Face has lost', () => {
  it('stays reserved until its tries would have left the window of the budget', async () => {
    app.face.lose('face-session-1');

    expect(await close('expired')).toMatchObject({ kind: 'closed', session: { result: { lost: true } } });
    await process.drainResults();

    const windowEnds = secondsAfter(session.expiresAt, policy.gate.budget.windowDays * 86_400);
    expect((await correlationOf(app)).outstanding).toMatchObject([{ attemptsAllowed: 3, closing: true }]);
    expect(await stored()).toMatchObject({ state: 'closing', dueAt: windowEnds });

    app.clock.advanceSeconds((windowEnds.getTime() - app.clock.now().getTime()) / 1000 - 1);
    await close('expired');
    await process.drainResults();
    expect((await correlationOf(app)).outstanding).toHaveLength(1);

    app.clock.advanceSeconds(1);
    await close('expired');
    await process.drainResults();
    expect((await correlationOf(app)).outstanding).toEqual([]);
    expect((await correlationOf(app)).history.unused).toEqual([]);
  });
});

describe('the digest that the client reports', () => {
  it('makes a pass a forged one when it is another than the digest of the service', async () => {
    play(spoof, pass);

    await close('completed', { digest: 'EF56' });

    expect(await stored()).toMatchObject({
      result: { attempts: [{ outcome: 'spoof' }, { attemptId: 2, outcome: 'spoof', reason: 'integrity' }] },
    });
  });

  it.each(['CD34', 'cd34'])(
    'is held against the latest attempt, however its hexadecimal digits are written: %s',
    async (digest) => {
      play(spoof, pass);

      await close('completed', { digest });

      expect(await stored()).toMatchObject({ result: { attempts: [{ outcome: 'spoof' }, { outcome: 'real' }] } });
    },
  );
});

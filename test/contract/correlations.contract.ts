import type { CorrelationChange, Correlations } from '../../shared/application/ports.ts';
import type { CorrelationRecord, SessionRecord } from '../../shared/application/records.ts';
import { emptyHistory, fold } from '../../shared/domain/history.ts';
import { defaultPolicy } from '../../shared/domain/policy.ts';
import {
  aCorrelation,
  aCorrelationId,
  aFlag,
  aLedgerRecord,
  aLivenessResult,
  anEvent,
  aPause,
  aSession,
  aSessionId,
  aVerdict,
  someEvidence,
} from '../support/builders.ts';
import { secondsAfter, startOfTests } from '../support/held-clock.ts';

const now = startOfTests;
const later = secondsAfter(now, 3600);

/** `make` may give the same store again: every test has correlation ids of its own. */
export const correlationsContract = (make: () => Correlations): void => {
  const stored = async (change: CorrelationChange & { correlation: { record: CorrelationRecord } }) => {
    const { correlationId } = change.correlation.record;
    expect(await make().commit(correlationId, change)).toMatchObject({ kind: 'committed' });
    return correlationId;
  };

  /** A correlation id with an open session. */
  const withSession = async (what: Partial<SessionRecord> = {}) => {
    const correlationId = await stored({ correlation: { record: aCorrelation() } });
    const newSession = aSession({ ...what, correlationId });
    const committed = await make().commit(correlationId, { newSession });
    if (committed.kind !== 'committed' || committed.sessionVersion === undefined) throw new Error('not stored');
    return { correlationId, session: newSession, version: committed.sessionVersion };
  };

  const sessionOf = async ({ correlationId, sessionId }: SessionRecord) => {
    const found = await make().findSession(correlationId, sessionId);
    if (found === undefined) throw new Error('the session is not there');
    return found;
  };

  const versionOf = async (correlationId: string): Promise<string> =>
    (await make().find(correlationId))?.version ?? 'none';

  describe('what is not there', () => {
    it('finds no correlation id, session, ledger record or flag that nobody stored', async () => {
      const correlationId = aCorrelationId();
      const sessionId = aSessionId(correlationId);

      expect(await make().find(correlationId)).toBeUndefined();
      expect(await make().findSession(correlationId, sessionId)).toBeUndefined();
      expect(await make().findLedger(correlationId, [`${sessionId}/1`])).toEqual([]);
      expect(await make().findFlag(correlationId, 'no-flag')).toBeUndefined();
    });

    it('does not find what belongs to another correlation id', async () => {
      const { session } = await withSession();

      expect(await make().findSession(aCorrelationId(), session.sessionId)).toBeUndefined();
    });
  });

  describe('commit', () => {
    it('gives back a correlation id as it was stored, history and all', async () => {
      const correlationId = aCorrelationId();
      const history = fold(
        emptyHistory,
        aLivenessResult({ correlationId, outcome: 'uncertain', reason: 'mismatch', deviceKey: '1.phone' }),
        { tag: '1.phone', keep: defaultPolicy.keep },
      );
      const record = aCorrelation({
        correlationId,
        history,
        outstanding: [
          {
            sessionId: aSessionId(correlationId),
            reservedAtMs: 1,
            expiresAtMs: 2,
            attemptsAllowed: 3,
            recorded: [1, 2],
            closedWith: 2,
            closing: true,
            deviceKey: '1.phone',
          },
        ],
        verdicts: [
          { ...aPause({ scope: 'device' }), flagId: 'flag-1', pauseEnded: true },
          { ...aVerdict({ audit: true }), pending: { evidence: someEvidence(), policy: defaultPolicy } },
        ],
        linkedDevice: { passDays: 1, spoofs: 2, uncertainSessions: 3, technicalSessions: 4, otherIds: 5 },
        lineage: {
          history,
          failures: [
            { atMs: 1, tag: '' },
            { atMs: 2, tag: '1.phone' },
          ],
        },
        app: { version: '1.2.3', atMs: 5 },
        caseKey: correlationId,
        sequence: 7,
        lastReceiptHash: 'abc',
        dueAt: later,
      });

      await stored({ correlation: { record } });

      expect((await make().find(correlationId))?.record).toEqual(record);
    });

    it('gives back a session as it was stored, result and all', async () => {
      const { session } = await withSession({
        state: 'closing',
        kind: 'liveness-with-verify',
        revoked: true,
        deviceKey: '1.phone',
        faceSessionId: 'face-1',
        dueAt: later,
        failures: 2,
        result: {
          cause: 'completed',
          readAt: now,
          attempts: [
            { attemptId: 1, outcome: 'technical', errorCode: 'TimedOut' },
            { attemptId: 2, outcome: 'spoof', reason: 'integrity', digest: 'ABC' },
          ],
          verify: { isIdentical: false, matchConfidence: 0.25 },
          lost: true,
          clientError: 'CameraPermissionDenied',
        },
      });

      expect((await sessionOf(session)).record).toEqual(session);
    });

    it('stores everything of one change', async () => {
      const correlationId = aCorrelationId();
      const newSession = aSession({ correlationId });
      const ledger = [aLedgerRecord({ correlationId }), aLedgerRecord({ correlationId, outcome: 'real' })];
      const flags = [
        aFlag({ correlationId }),
        aFlag({ correlationId, verdict: aVerdict({ pattern: 'machine-cadence' }), incidentId: 'incident-1' }),
      ];
      const event = anEvent({ correlationId });

      await stored({
        correlation: { record: aCorrelation({ correlationId }) },
        newSession,
        ledger,
        flags,
        events: [event],
      });

      expect((await sessionOf(newSession)).record).toEqual(newSession);
      expect(
        await make().findLedger(
          correlationId,
          ledger.map(({ key }) => key),
        ),
      ).toEqual(ledger);
      for (const flag of flags) expect(await make().findFlag(correlationId, flag.flagId)).toEqual(flag);
      expect(await make().dueEvents(later)).toContainEqual(event);
    });

    it('gives only the ledger records that are there', async () => {
      const correlationId = aCorrelationId();
      const ledger = aLedgerRecord({ correlationId });
      await stored({ correlation: { record: aCorrelation({ correlationId }) }, ledger: [ledger] });

      expect(await make().findLedger(correlationId, [ledger.key, `${ledger.sessionId}/2`])).toEqual([ledger]);
    });

    it('creates a correlation id once', async () => {
      const record = aCorrelation();
      await stored({ correlation: { record } });

      const again = await make().commit(record.correlationId, { correlation: { record: { ...record, sequence: 9 } } });

      expect(again).toEqual({ kind: 'changed', what: 'correlation' });
      expect((await make().find(record.correlationId))?.record.sequence).toBe(0);
    });

    it('replaces a correlation id only at the version that was read, so that of two writers one wins', async () => {
      const record = aCorrelation();
      const correlationId = await stored({ correlation: { record } });
      const version = await versionOf(correlationId);
      const write = (sequence: number) =>
        make().commit(correlationId, { correlation: { record: { ...record, sequence }, version } });

      const outcomes = await Promise.all([write(1), write(2), write(3)]);

      expect(outcomes.filter(({ kind }) => kind === 'committed')).toHaveLength(1);
      expect(outcomes.filter(({ kind }) => kind === 'changed')).toEqual([
        { kind: 'changed', what: 'correlation' },
        { kind: 'changed', what: 'correlation' },
      ]);
      const won = outcomes.findIndex(({ kind }) => kind === 'committed') + 1;
      expect((await make().find(correlationId))?.record.sequence).toBe(won);
    });

    it('does not replace a correlation id that is not there', async () => {
      const record = aCorrelation();

      const committed = await make().commit(record.correlationId, { correlation: { record, version: 'v' } });

      expect(committed).toEqual({ kind: 'changed', what: 'correlation' });
      expect(await make().find(record.correlationId)).toBeUndefined();
    });

    it('answers the version with which the session can be written next', async () => {
      const { correlationId, session, version } = await withSession();

      const issued = await make().commit(correlationId, {
        session: { record: { ...session, state: 'issued', faceSessionId: 'face-1' }, version },
      });

      expect(issued.kind).toBe('committed');
      const { record, version: newest } = await sessionOf(session);
      expect(record).toMatchObject({ state: 'issued', faceSessionId: 'face-1' });
      expect(issued).toMatchObject({ sessionVersion: newest });
    });

    it('writes a session only at the version that was read', async () => {
      const { correlationId, session, version } = await withSession();
      await make().commit(correlationId, { session: { record: { ...session, state: 'issued' }, version } });

      const late = await make().commit(correlationId, { session: { record: session, version } });

      expect(late).toEqual({ kind: 'changed', what: 'session' });
      expect((await sessionOf(session)).record.state).toBe('issued');
    });

    it('does not create a session twice, nor write one that is not there', async () => {
      const { correlationId, session } = await withSession();

      expect(await make().commit(correlationId, { newSession: session })).toEqual({ kind: 'changed', what: 'session' });
      const unknown = { record: aSession({ correlationId }), version: 'v' };
      expect(await make().commit(correlationId, { session: unknown })).toEqual({ kind: 'changed', what: 'session' });
    });

    it('counts no event twice, and does nothing at all when one was counted before', async () => {
      const correlationId = aCorrelationId();
      const known = aLedgerRecord({ correlationId });
      const record = aCorrelation({ correlationId });
      await stored({ correlation: { record }, ledger: [known] });
      const fresh = aLedgerRecord({ correlationId });
      const event = anEvent({ correlationId });

      const committed = await make().commit(correlationId, {
        correlation: { record: { ...record, sequence: 1 }, version: await versionOf(correlationId) },
        ledger: [fresh, known],
        events: [event],
      });

      expect(committed).toEqual({ kind: 'already-recorded' });
      expect((await make().find(correlationId))?.record.sequence).toBe(0);
      expect(await make().findLedger(correlationId, [fresh.key])).toEqual([]);
      expect(await make().dueEvents(later)).not.toContainEqual(event);
    });

    it('tells a moved version before a repeated event: who read too early has to read again first', async () => {
      const correlationId = aCorrelationId();
      const known = aLedgerRecord({ correlationId });
      const record = aCorrelation({ correlationId });
      await stored({ correlation: { record }, ledger: [known] });

      const committed = await make().commit(correlationId, { correlation: { record, version: 'v' }, ledger: [known] });

      expect(committed).toEqual({ kind: 'changed', what: 'correlation' });
    });

    it('changes nothing when the session of the change moved', async () => {
      const { correlationId, session } = await withSession();
      const version = await versionOf(correlationId);
      const record = aCorrelation({ correlationId, sequence: 1 });

      const committed = await make().commit(correlationId, {
        correlation: { record, version },
        session: { record: session, version: 'v' },
      });

      expect(committed).toEqual({ kind: 'changed', what: 'session' });
      expect((await make().find(correlationId))?.record.sequence).toBe(0);
    });

    it('stores no flag and no event twice', async () => {
      const correlationId = aCorrelationId();
      const flag = aFlag({ correlationId });
      const event = anEvent({ correlationId });
      await stored({ correlation: { record: aCorrelation({ correlationId }) }, flags: [flag], events: [event] });

      const changed = { kind: 'changed', what: 'correlation' };
      expect(await make().commit(correlationId, { flags: [aFlag({ correlationId }), flag] })).toEqual(changed);
      expect(await make().commit(correlationId, { events: [event] })).toEqual(changed);
    });
  });

  describe('revocation', () => {
    it('makes the later commit of a session under way fail, and has the session closed', async () => {
      const { correlationId, session, version } = await withSession();

      await make().commit(correlationId, { revoke: { sessionIds: [session.sessionId], dueAt: later } });
      const issued = await make().commit(correlationId, {
        session: { record: { ...session, state: 'issued' }, version },
      });

      expect(issued).toEqual({ kind: 'changed', what: 'session' });
      expect((await sessionOf(session)).record).toEqual({ ...session, revoked: true, dueAt: later });
      expect(await make().dueSessions(later)).toContainEqual({ ...session, revoked: true, dueAt: later });
    });

    it.each(['reserved', 'issued', 'closing', 'closed', 'released'] as const)(
      'marks a session that is %s and keeps its state',
      async (state) => {
        const { correlationId, session } = await withSession({ state });

        await make().commit(correlationId, { revoke: { sessionIds: [session.sessionId], dueAt: later } });

        expect((await sessionOf(session)).record).toMatchObject({ state, revoked: true });
      },
    );

    it('comes with the verdict or not at all', async () => {
      const { correlationId, session } = await withSession();

      const committed = await make().commit(correlationId, {
        correlation: { record: aCorrelation({ correlationId }), version: 'v' },
        revoke: { sessionIds: [session.sessionId], dueAt: later },
      });

      expect(committed).toEqual({ kind: 'changed', what: 'correlation' });
      expect((await sessionOf(session)).record.revoked).toBeUndefined();
    });
  });

  describe('closed', () => {
    it('ends sessions for good, whether or not they were due', async () => {
      const due = await withSession({ state: 'closing', dueAt: now });
      const notDue = aSession({ correlationId: due.correlationId, state: 'closing' });
      await make().commit(due.correlationId, { newSession: notDue });
      const sessionIds = [due.session.sessionId, notDue.sessionId, notDue.sessionId];

      expect(await make().commit(due.correlationId, { closed: sessionIds })).toMatchObject({ kind: 'committed' });

      const { dueAt: _removed, ...rest } = due.session;
      expect((await sessionOf(due.session)).record).toEqual({ ...rest, state: 'closed' });
      expect((await sessionOf(notDue)).record).toEqual({ ...notDue, state: 'closed' });
      const dueIds = (await make().dueSessions(later)).map(({ sessionId }) => sessionId);
      expect(dueIds).not.toContain(due.session.sessionId);
    });
  });

  describe('postponeSession', () => {
    it('moves the moment and counts the failure', async () => {
      const { session } = await withSession({ state: 'issued', dueAt: now });

      await make().postponeSession(session, later);
      await make().postponeSession(session, later);

      expect((await sessionOf(session)).record).toEqual({ ...session, dueAt: later, failures: 2 });
    });

    it.each(['closed', 'released'] as const)('leaves a session alone that is %s', async (state) => {
      const { session, version } = await withSession({ state });

      await make().postponeSession(session, now);

      expect(await sessionOf(session)).toEqual({ record: session, version });
    });

    it('leaves a session alone that is gone', async () => {
      const gone = aSession();

      await make().postponeSession(gone, now);

      expect(await make().findSession(gone.correlationId, gone.sessionId)).toBeUndefined();
    });
  });
};

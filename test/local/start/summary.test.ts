import type { Incident } from '../../../local/traffic/incidents.ts';
import type { Stored, StoredDocument } from '../../../local/traffic/stored.ts';
import { type Doings, summarize } from '../../../local/traffic/summary.ts';
import { aHistory, aSession, correlationId } from './stored-documents.ts';

const anAttempt = (sessionId: string, attemptId: number, outcome: 'real' | 'spoof' = 'spoof'): Stored<'attempt'> => ({
  documentKind: 'attempt',
  correlationId,
  sessionId,
  type: 'attempt',
  attemptId,
  outcome,
});
const aCompletion = (sessionId: string): Stored<'event'> => ({
  documentKind: 'event',
  correlationId,
  type: 'session.completed',
  data: { sessionId },
});

const aFlag = (verdict: Partial<Stored<'flag'>['verdict']> = {}, caseKey = 'case'): Stored<'flag'> => ({
  documentKind: 'flag',
  correlationId,
  flagId: 'f',
  caseKey,
  receipt: {},
  verdict: {
    kind: 'flagged',
    scope: 'correlation',
    pattern: 'repeated-failures',
    sinceMs: 20,
    statistic: 6,
    limit: 5,
    ...verdict,
  },
  reasons: [],
});

const nobodyAtFace = { list: [] };
const aPerson = (scenario: string, tries: [sessionId: string, attemptId: number, atMs: number][] = []): Doings => ({
  scenario,
  customerId: 'contoso',
  correlationIds: new Set([correlationId]),
  tries: tries.map(([sessionId, attemptId, atMs]) => ({ sessionId, attemptId, atMs })),
  tokensAtMs: [],
  refusals: [],
  waits: 0,
});
const anIncident = (what: Partial<Incident> = {}): Incident => ({
  incidentId: 'i',
  customerId: 'contoso',
  pattern: 'incident-breadth-first',
  reason: 'many spoofs',
  statistic: 15.2,
  limit: 15,
  openedAt: new Date(0),
  ...what,
});

describe('the summary of a day', () => {
  it('finds nothing wrong when every try was recorded and counted once', () => {
    const documents: StoredDocument[] = [
      aSession('a'),
      aSession('b'),
      anAttempt('c1.a', 1),
      anAttempt('c1.b', 1, 'real'),
      aHistory({ spoof: [0, 0, 1, 0], passes: [9, 1, 1, 0] }),
      aCompletion('c1.a'),
      aCompletion('c1.b'),
    ];
    const person = aPerson('honest', [
      ['c1.a', 1, 0],
      ['c1.b', 1, 9],
    ]);

    const summary = summarize(documents, [person], nobodyAtFace, []);

    expect(summary).toEqual({
      sessions: 2,
      attempts: 2,
      recorded: 2,
      honestFlagged: 0,
      lost: 0,
      doubleCounted: 0,
      maxBudgetExceeded: 0,
      cases: 0,
      victim: { tokens: 0, refused: 0, waited: 0 },
      stranger: { tokens: 0, refusedWith: [] },
      flagged: [],
      incidents: [],
    });
  });

  it('misses a try that is in no ledger, whether the player knows of it or only Face', () => {
    const face = { list: [{ sessionId: 'face-a', attempts: [{ attemptId: 1 }, { attemptId: 2 }] }] };

    const summary = summarize([aSession('a')], [aPerson('honest', [['c1.a', 1, 0]])], face, []);

    expect(summary).toMatchObject({ attempts: 2, recorded: 0, lost: 2 });
  });

  it('finds what a history counts without a ledger record of its own, and a session that completed twice', () => {
    const counted = aHistory({
      spoof: [0, 0, 1, 0, 5, 0, 1, 0],
      uncertain: [7, 1, 1, 0],
      unused: [8, 1, 0],
    });
    const documents = [counted, anAttempt('c1.a', 1), aCompletion('c1.a'), aCompletion('c1.a')];

    const summary = summarize(documents, [], nobodyAtFace, []);

    expect(summary.doubleCounted).toBe(4);
  });

  it('finds who had more judged failures than the budget', () => {
    const attempts = Array.from({ length: 23 }, (_, index) => anAttempt(`c1.${index}`, 1));

    expect(summarize(attempts.slice(1), [], nobodyAtFace, []).maxBudgetExceeded).toBe(0);
    expect(summarize(attempts, [], nobodyAtFace, []).maxBudgetExceeded).toBe(1);
  });

  it('leaves reservations out that never became a token', () => {
    const { faceSessionId: _never, ...reserved } = aSession('a');

    const summary = summarize([{ ...reserved, state: 'released' }, aSession('b')], [], nobodyAtFace, []);

    expect(summary.sessions).toBe(1);
  });

  it.each(['honest', 'brute-forcer'])('counts the tries of a %s until the verdict', (scenario) => {
    const tries: [string, number, number][] = [
      ['c1.a', 1, 10],
      ['c1.a', 2, 20],
      ['c1.b', 1, 30],
      // Of another id of the same person.
      ['c2.a', 1, 10],
    ];

    const summary = summarize([aFlag()], [aPerson(scenario, tries)], nobodyAtFace, []);

    expect(summary.flagged).toEqual([
      { scenario, pattern: 'repeated-failures', verdict: 'flagged', scope: 'correlation', attemptsBeforeFlag: 2 },
    ]);
    expect(summary.honestFlagged).toBe(scenario === 'honest' ? 1 : 0);
  });

  it.each([
    { scope: 'device' as const, blamed: 'stranger', honestFlagged: 0 },
    { scope: 'correlation' as const, blamed: 'victim', honestFlagged: 1 },
  ])('lays a verdict with scope $scope at the door of the $blamed', ({ scope, blamed, honestFlagged }) => {
    const people = [aPerson('stranger'), aPerson('victim')];

    const summary = summarize([aFlag({ scope })], people, nobodyAtFace, []);

    expect(summary.flagged).toMatchObject([{ scenario: blamed, scope }]);
    expect(summary.honestFlagged).toBe(honestFlagged);
  });

  it('counts several verdicts on an honest person as one person, and those of one case as one case', () => {
    const flags = [aFlag({ kind: 'paused' }), aFlag({ kind: 'flagged' }), aFlag({}, 'another case')];

    const summary = summarize(flags, [aPerson('honest')], nobodyAtFace, []);

    expect(summary).toMatchObject({ honestFlagged: 1, cases: 2 });
    expect(summary.flagged).toHaveLength(3);
  });

  it('tells what the victim and the stranger were answered', () => {
    const victim = { ...aPerson('victim'), tokensAtMs: [1, 2, 3], waits: 1 };
    const refusals = ['device-not-familiar', 'device-not-familiar'];
    const stranger = { ...aPerson('stranger'), tokensAtMs: [1, 2], waits: 4, refusals };

    const summary = summarize([], [victim, stranger], nobodyAtFace, []);

    expect(summary.victim).toEqual({ tokens: 3, refused: 0, waited: 1 });
    expect(summary.stranger).toEqual({ tokens: 2, refusedWith: ['device-not-familiar'] });
  });

  it('tells of an incident whom it met', () => {
    const wave = { ...aPerson('breadth-first'), correlationIds: new Set(['c1', 'c2']), refusals: ['exposure-budget'] };

    const summary = summarize([aFlag()], [wave, aPerson('honest')], nobodyAtFace, [anIncident()]);

    expect(summary.incidents).toEqual([
      {
        scenario: 'breadth-first',
        pattern: 'incident-breadth-first',
        customerId: 'contoso',
        ids: 2,
        verdicts: 1,
        refused: 1,
      },
    ]);
  });

  it.each([
    { of: 'a customer where nobody brings it about', incident: { customerId: 'fabrikam' } },
    { of: 'a pattern that nobody brings about', incident: { pattern: 'incident-correlation-id-shared' } },
    {
      of: 'a version that does not fail',
      incident: { pattern: 'incident-failure-drift', appVersion: '5.3.1' },
    },
  ])('does not know who is behind an incident of $of', ({ incident }) => {
    const people = [aPerson('breadth-first'), aPerson('failing-version')];

    const summary = summarize([], people, nobodyAtFace, [anIncident(incident)]);

    expect(summary.incidents).toMatchObject([{ scenario: 'unknown', ids: 0, ...incident }]);
  });
});

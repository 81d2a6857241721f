import type { Stored, StoredDocument } from '../../../local/traffic/stored.ts';
import { summarize } from '../../../local/traffic/summary.ts';

const correlationId = 'c1';
const anAttempt = (sessionId: string, attemptId: number, outcome: 'real' | 'spoof' = 'spoof'): Stored<'attempt'> => ({
  documentKind: 'attempt',
  correlationId,
  sessionId,
  type: 'attempt',
  attemptId,
  outcome,
});
const aSession = (suffix: string): Stored<'session'> => ({
  documentKind: 'session',
  correlationId,
  sessionId: `c1.${suffix}`,
  state: 'closed',
  faceSessionId: `face-${suffix}`,
});
/** Rows of [at, session, attemptId, tag]. */
const aHistory = (sets: Partial<Stored<'history'>['history']>): Stored<'history'> => ({
  documentKind: 'history',
  correlationId,
  history: {
    base: 0,
    tags: ['device', 'c1'],
    sessions: ['1.a', '1.b'],
    spoof: [],
    uncertain: [],
    technical: [],
    passes: [],
    unused: [],
    ...sets,
  },
  verdicts: [],
});
const aCompletion = (sessionId: string): Stored<'event'> => ({
  documentKind: 'event',
  correlationId,
  type: 'session.completed',
  data: { sessionId },
});

const nobodyAtFace = { list: [] };
const aPerson = (scenario: string, tries: [sessionId: string, attemptId: number, atMs: number][] = []) => ({
  scenario,
  correlationIds: new Set([correlationId]),
  tries: tries.map(([sessionId, attemptId, atMs]) => ({ sessionId, attemptId, atMs })),
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

    const summary = summarize(documents, [person], nobodyAtFace);

    expect(summary).toEqual({
      sessions: 2,
      attempts: 2,
      recorded: 2,
      honestFlagged: 0,
      lost: 0,
      doubleCounted: 0,
      maxBudgetExceeded: 0,
      flagged: [],
    });
  });

  it('misses a try that is in no ledger, whether the player knows of it or only Face', () => {
    const face = { list: [{ sessionId: 'face-a', attempts: [{ attemptId: 1 }, { attemptId: 2 }] }] };

    const summary = summarize([aSession('a')], [aPerson('honest', [['c1.a', 1, 0]])], face);

    expect(summary).toMatchObject({ attempts: 2, recorded: 0, lost: 2 });
  });

  it('finds what a history counts without a ledger record of its own, and a session that completed twice', () => {
    const counted = aHistory({
      spoof: [0, 0, 1, 0, 5, 0, 1, 0],
      uncertain: [7, 1, 1, 0],
      unused: [8, 1, 0],
    });
    const documents = [counted, anAttempt('c1.a', 1), aCompletion('c1.a'), aCompletion('c1.a')];

    const summary = summarize(documents, [], nobodyAtFace);

    expect(summary.doubleCounted).toBe(4);
  });

  it('finds who had more judged failures than the budget', () => {
    const attempts = Array.from({ length: 23 }, (_, index) => anAttempt(`c1.${index}`, 1));

    expect(summarize(attempts.slice(1), [], nobodyAtFace).maxBudgetExceeded).toBe(0);
    expect(summarize(attempts, [], nobodyAtFace).maxBudgetExceeded).toBe(1);
  });

  it('leaves reservations out that never became a token', () => {
    const { faceSessionId: _never, ...reserved } = aSession('a');

    const summary = summarize([{ ...reserved, state: 'released' }, aSession('b')], [], nobodyAtFace);

    expect(summary.sessions).toBe(1);
  });

  it.each(['honest', 'brute-forcer'])('counts the tries of a %s until the verdict', (scenario) => {
    const flag: StoredDocument = {
      documentKind: 'flag',
      correlationId,
      flagId: 'f',
      verdict: {
        kind: 'flagged',
        scope: 'correlation',
        pattern: 'repeated-failures',
        sinceMs: 20,
        statistic: 6,
        limit: 5,
      },
      reasons: [],
    };
    const tries: [string, number, number][] = [
      ['c1.a', 1, 10],
      ['c1.a', 2, 20],
      ['c1.b', 1, 30],
    ];

    const summary = summarize([flag], [aPerson(scenario, tries)], nobodyAtFace);

    expect(summary.flagged).toEqual([
      { scenario, pattern: 'repeated-failures', verdict: 'flagged', attemptsBeforeFlag: 2 },
    ]);
    expect(summary.honestFlagged).toBe(scenario === 'honest' ? 1 : 0);
  });
});

import { countAfterCrash, isNothing } from '../../../local/start/crash-count.ts';
import type { CrashEvidence } from '../../../local/start/crash-evidence.ts';
import type { Stored, StoredDocument } from '../../../local/traffic/stored.ts';
import { aHistory, aSession, correlationId } from './stored-documents.ts';

const BUDGET = 3;

const aRecord = (suffix: string, attemptId: number, outcome: 'real' | 'spoof' = 'spoof'): Stored<'attempt'> => ({
  documentKind: 'attempt',
  correlationId,
  sessionId: `c1.${suffix}`,
  type: 'attempt',
  attemptId,
  outcome,
});
const anEvent = (what: Partial<Stored<'event'>>): Stored<'event'> => ({
  documentKind: 'event',
  correlationId,
  type: 'session.completed',
  data: { sessionId: 'c1.a' },
  ...what,
});
const judged = (attemptId: number) => ({ attemptId, livenessDecision: 'spoofface' as const });
const atFace = (suffix: string, ...attempts: CrashEvidence['face'][number]['attempts']) => ({
  sessionId: `face-${suffix}`,
  deleted: true,
  attempts,
});
const evidence = (documents: StoredDocument[], what: Partial<CrashEvidence> = {}): CrashEvidence => ({
  documents,
  face: [],
  undone: 0,
  messages: { waiting: 0, scheduled: 0, taken: 0 },
  ...what,
});

describe('the count after a crash', () => {
  const sound = [
    aSession('a'),
    aSession('b'),
    aRecord('a', 1),
    aRecord('b', 1, 'real'),
    aRecord('b', 2, 'real'),
    // Of the passes of a day a history shows the first.
    aHistory({ spoof: [0, 0, 1, 0], passes: [9, 1, 1, 0] }),
    anEvent({}),
    anEvent({ data: { sessionId: 'c1.b' } }),
  ];
  const face = [atFace('a', judged(1)), atFace('b', judged(1), judged(2))];

  it('finds nothing when every try has one record and the history shows it once', () => {
    const count = countAfterCrash(evidence(sound, { face }), BUDGET);

    expect(count).toMatchObject({ tries: 3, records: 3, lost: 0, countedTwice: 0, overBudget: 0 });
    expect(isNothing(count.halfDone)).toBe(true);
  });

  it.each([
    { what: 'its ledger record is missing', of: sound.filter((document) => document !== sound[2]) },
    { what: 'its failure is in no history', of: sound.filter(({ documentKind }) => documentKind !== 'history') },
    { what: 'its session was not stored', of: sound.filter((document) => document !== sound[0]) },
  ])('misses a try when $what', ({ of }) => {
    expect(countAfterCrash(evidence(of, { face }), BUDGET).lost).toBe(1);
  });

  it('expects nothing of a try that has no decision yet', () => {
    const underWay = [atFace('a', judged(1), { attemptId: 2 })];

    expect(countAfterCrash(evidence(sound, { face: underWay }), BUDGET)).toMatchObject({ tries: 1, lost: 0 });
  });

  it.each([
    { what: 'a second ledger record of a try', more: [aRecord('a', 1)] },
    { what: 'a session that was completed twice', more: [anEvent({})] },
    { what: 'a try that a history shows without a record', more: [aHistory({ technical: [5, 0, 2, 0] })] },
    { what: 'a try that is shown twice', more: [aHistory({ spoof: [7, 0, 1, 0] })] },
  ])('finds $what', ({ more }) => {
    expect(countAfterCrash(evidence([...sound, ...more], { face }), BUDGET).countedTwice).toBe(1);
  });

  it('finds who had more judged failures than the budget, and lets passes go free', () => {
    const failures = [1, 2, 3].map((attemptId) => aRecord('a', attemptId));
    const pass = aRecord('b', 1, 'real');

    expect(countAfterCrash(evidence([...failures, pass]), BUDGET).overBudget).toBe(0);
    expect(countAfterCrash(evidence([...failures, aRecord('b', 1)]), BUDGET).overBudget).toBe(1);
  });

  it('tells what was left half done', () => {
    const verdict = {
      kind: 'flagged',
      scope: 'correlation',
      pattern: 'repeated-failures',
      sinceMs: 1,
      statistic: 6,
      limit: 5,
    } as const;
    const flag = { flagId: 'f', reasons: [] as string[], caseKey: 'k', receipt: {}, correlationId };
    const documents: StoredDocument[] = [
      aSession('a', { state: 'reserved' }),
      aSession('b', { state: 'closing', dueAt: '2026-01-01T00:00:00.000Z' }),
      aSession('c'),
      anEvent({ dueAt: '2026-01-01T00:00:00.000Z' }),
      { ...aHistory({}), verdicts: [verdict, { ...verdict, pattern: 'machine-cadence' }] },
      { ...flag, documentKind: 'flag', verdict },
    ];

    const { halfDone } = countAfterCrash(
      evidence(documents, { undone: 5, messages: { waiting: 1, scheduled: 2, taken: 3 } }),
      BUDGET,
    );

    expect(halfDone).toEqual({ sessions: 2, events: 1, verdicts: 1, decisions: 5, messages: 6 });
    expect(isNothing(halfDone)).toBe(false);
  });
});

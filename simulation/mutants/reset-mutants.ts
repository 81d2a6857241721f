import type { Mutant } from './mutant.ts';

const reset = 'shared/application/reset-correlation.ts';

/** In how an end user gets a new correlation id. */
export const resetMutants: readonly Mutant[] = [
  {
    name: 'a reset forgets the failures',
    breaks: ['I3', 'I9'],
    file: reset,
    text: '? newCorrelation(ids, lineageOf(old, [...judgedFailures(old), ...lost], policy))',
    instead: '? newCorrelation(ids)',
  },
  {
    name: 'a second reset forgets what the first has carried on',
    breaks: ['I3', 'I9'],
    file: reset,
    text: '(old.lineage?.failures ?? []).filter(({ atMs }) => atMs >= windowStart)',
    instead: '(old.lineage?.failures ?? []).filter(({ atMs }) => atMs < windowStart)',
  },
  {
    name: 'a result brings a retired id back',
    breaks: ['I6'],
    file: 'shared/application/correlation.ts',
    text: 'return { record: withDueAt(record, policy, now, circumstances), events, found };',
    instead:
      "return { record: { ...withDueAt(record, policy, now, circumstances), status: 'active' }, events, found };",
  },
  {
    name: 'the successor is made before open sessions have ended',
    breaks: ['I3', 'I9'],
    file: reset,
    text: 'const lost = await lostTries(old.record);',
    instead: 'const lost = (await lostTries(old.record)) ?? [];',
  },
  {
    name: 'the end user is given the new id before it is made',
    breaks: ['I3', 'I9'],
    file: reset,
    text: `await makeSuccessor(decision, old.record, lost);
    await pointEndUser(decision);`,
    instead: `await pointEndUser(decision);
    await makeSuccessor(decision, old.record, lost);`,
  },
  {
    name: 'an id is retired without revoking its sessions',
    breaks: ['I6'],
    file: reset,
    text: 'revoke: revocation(found.record.outstanding, now),',
    instead: '',
  },
  {
    name: 'a decision is marked as done before it is carried out',
    breaks: ['I8'],
    file: reset,
    text: `await makeSuccessor(decision, old.record, lost);
    await pointEndUser(decision);
    await finish(versioned);`,
    instead: `await finish(versioned);
    await makeSuccessor(decision, old.record, lost);
    await pointEndUser(decision);`,
  },
  {
    name: 'the successor of a blocked id is free',
    breaks: ['I9'],
    file: reset,
    text: 'blockOf(old.verdicts, now.getTime()) === undefined\n        ?',
    instead: 'blockOf(old.verdicts, now.getTime()) !== null\n        ?',
  },
  {
    name: 'the sweep of decisions does nothing',
    breaks: ['I8'],
    file: reset,
    text: 'due: () => decisions.due(clock.now()),',
    instead: 'due: () => Promise.resolve([]),',
  },
];

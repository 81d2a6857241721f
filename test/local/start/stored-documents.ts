// Documents as they are stored, of the correlation id `c1` with the sessions `c1.a` and `c1.b`.

import type { Stored } from '../../../local/traffic/stored.ts';

export const correlationId = 'c1';

export const aSession = (suffix: string, what: Partial<Stored<'session'>> = {}): Stored<'session'> => ({
  documentKind: 'session',
  correlationId,
  sessionId: `c1.${suffix}`,
  state: 'closed',
  faceSessionId: `face-${suffix}`,
  ...what,
});

/** Rows of [at, session, attemptId, tag]; session 0 is `c1.a`, session 1 is `c1.b`. */
export const aHistory = (sets: Partial<Stored<'history'>['history']>): Stored<'history'> => ({
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

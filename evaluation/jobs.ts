// Everything that is measured. A job is a pure function of plain data, so that it can run in a worker.

import { asShipped } from './measures/as-shipped.ts';
import { closedLoop } from './measures/closed-loop.ts';
import { closedLoopOfPeers } from './measures/closed-loop-of-peers.ts';
import { breadthFirst, falseBreadthFirstIncidents } from './measures/breadth-first.ts';
import { failingVersion } from './measures/failing-version.ts';
import { falseIncidents } from './measures/false-incidents.ts';
import { perSessionIds, sharedId } from './measures/identifier-mistakes.ts';
import { impostor } from './measures/impostor.ts';
import { reviewerLoad } from './measures/reviewer-load.ts';
import { victimAttempts } from './measures/victim-attempts.ts';
import { victims } from './measures/victims.ts';
import { watchAll } from './watch/watch.ts';

export const jobs = {
  watchAll,
  asShipped,
  reviewerLoad,
  breadthFirst,
  falseBreadthFirstIncidents,
  falseIncidents,
  failingVersion,
  perSessionIds,
  sharedId,
  impostor,
  victims,
  victimAttempts,
  closedLoop,
  closedLoopOfPeers,
};

export type JobName = keyof typeof jobs;
export type JobData<Name extends JobName> = Parameters<(typeof jobs)[Name]>[0];
export type JobResult<Name extends JobName> = ReturnType<(typeof jobs)[Name]>;

// What the generators make and the replay reads.

import type { AttemptJudged, SessionAbandoned, SessionIssued } from '../shared/domain/events.ts';

/** An event of a trace: the domain's, with what only a replay reads. */
export type TraceEvent = (SessionIssued | AttemptJudged | SessionAbandoned) & {
  appVersion?: string;
  otherFlaggedSessions?: readonly { sessionId: string; attemptId: number }[];
};

export interface Subject {
  /** All correlation ids this person or attacker used (rotation uses many). */
  correlationIds: readonly string[];
  role: 'honest' | 'attacker' | 'victim';
  /** 'typical', 'weak-camera', 'struggling', 'often-mistaken' or 'daily'; of an attacker the kind of attack; of a victim the group of the owner. */
  group: string;
  /** Attackers: chance that one try passes. */
  passChance?: number;
  /** Where in `events` the attacker made a try, in time order. Empty for honest. */
  tries: readonly number[];
}

/** Events of one block of people who may share devices, in time order. Blocks are independent: they can be generated, replayed and dropped one by one. */
export interface Trace {
  events: TraceEvent[];
  subjects: Subject[];
}

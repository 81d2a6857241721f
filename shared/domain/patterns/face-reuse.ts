// One face under several ids of a customer. A single match is no flag: twins exist, and so do fresh identifiers.

import type { FaceLink, History } from '../history.ts';
import type { Policy } from '../policy.ts';
import { MS_PER_DAY } from '../time.ts';
import type { PatternRule } from './pattern.ts';

export const faceReuse: PatternRule = {
  name: 'face-reuse',
  judgedAt: ['timer'],
  flagsWithoutSpoof: true,

  crossing: ({ history, nowMs }, policy) => {
    const statistic = recentFaceLinks(history, policy, nowMs).length;
    const limit = policy.patterns.faceReuse.otherIds;
    return statistic >= limit ? { statistic, limit } : undefined;
  },

  reasons: ({ history, nowMs }, policy) => [
    `the same face was seen under ${recentFaceLinks(history, policy, nowMs).length} other identifiers`,
  ],
};

export const recentFaceLinks = ({ links }: History, { patterns }: Policy, nowMs: number): readonly FaceLink[] => {
  const fromMs = nowMs - patterns.faceReuse.windowDays * MS_PER_DAY;
  return links.filter(({ atMs }) => atMs > fromMs && atMs <= nowMs);
};

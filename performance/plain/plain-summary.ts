// The one document about a person that the plain pipeline reads, changes and writes with every message.

import * as z from 'zod';
import type { ResultEvent } from '../../shared/application/ports.ts';

const MOST_RESULTS = 50;

const plainSummary = z.object({
  id: z.string(),
  correlationId: z.string(),
  customerId: z.string(),
  failures: z.number(),
  passes: z.number(),
  openSessions: z.array(z.string()),
  results: z.array(z.object({ at: z.string(), sessionId: z.string(), attemptId: z.number(), outcome: z.string() })),
});

export type PlainSummary = z.infer<typeof plainSummary>;

/** What Cosmos DB adds to it falls away. */
export const readPlainSummary = (document: unknown): PlainSummary => plainSummary.parse(document);

export const withResult = (summary: PlainSummary, event: ResultEvent): PlainSummary => {
  if (event.type !== 'attempt') {
    return { ...summary, openSessions: summary.openSessions.filter((sessionId) => sessionId !== event.sessionId) };
  }
  const { sessionId, attemptId, outcome } = event;
  const result = { at: new Date(event.atMs).toISOString(), sessionId, attemptId, outcome };
  return {
    ...summary,
    failures: summary.failures + (outcome === 'real' ? 0 : 1),
    passes: summary.passes + (outcome === 'real' ? 1 : 0),
    results: [...summary.results, result].slice(-MOST_RESULTS),
  };
};

import * as z from 'zod';
import { fileError, pathOf } from './files.ts';
import { readLines } from './read-lines.ts';

/** What people found out about correlation ids. */
export interface Reviews {
  /** Overridden: honest after all. */
  honest: ReadonlySet<string>;
  /** Confirmed. */
  abuse: ReadonlySet<string>;
}

const review = z.object({
  correlationId: z.string().min(1),
  decision: z.enum(['confirm', 'override']),
  at: z.iso.datetime(),
});

/** The latest decision about an id holds. */
export const readReviews = (file: string, tell: (sentence: string) => void): Reviews => {
  const latest = new Map<string, { atMs: number; decision: 'confirm' | 'override' }>();
  let badLines = 0;
  const take = (line: string): void => {
    if (line.trim() === '') return;
    const parsed = review.safeParse(jsonOf(line));
    if (!parsed.success) {
      badLines += 1;
      return;
    }
    const { correlationId, decision, at } = parsed.data;
    const atMs = Date.parse(at);
    if ((latest.get(correlationId)?.atMs ?? -Infinity) <= atMs) latest.set(correlationId, { atMs, decision });
  };
  try {
    readLines(pathOf(file), take);
  } catch (error) {
    throw fileError(file, 'read', error);
  }
  if (badLines > 0) tell(`${badLines} lines of the reviews were left out: each is {"correlationId", "decision", "at"}`);

  const decidedAs = (wanted: 'confirm' | 'override'): Set<string> =>
    new Set([...latest].filter(([, { decision }]) => decision === wanted).map(([correlationId]) => correlationId));
  return { honest: decidedAs('override'), abuse: decidedAs('confirm') };
};

const jsonOf = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

import type { Subject, Trace } from '../trace.ts';

/** Whose each correlation id of the trace is. Ids that were first asked for after the period have no event and are left out. */
export const subjectsOfIds = ({ events, subjects }: Trace): Map<string, Subject> => {
  const seen = new Set(events.map(({ correlationId }) => correlationId));
  return new Map(
    subjects.flatMap((subject) =>
      subject.correlationIds
        .filter((correlationId) => seen.has(correlationId))
        .map((correlationId): [string, Subject] => [correlationId, subject]),
    ),
  );
};

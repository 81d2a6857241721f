import type { Mutant } from './mutant.ts';

const correlation = 'shared/application/correlation.ts';
const detecting = 'shared/application/detect-abuse-patterns.ts';
const publishing = 'shared/application/publish-events.ts';

/** In how verdicts become flags, and events reach subscribers. */
export const eventMutants: readonly Mutant[] = [
  {
    name: 'a flag is raised without its document',
    breaks: ['I4'],
    file: detecting,
    text: 'flags: raised.flags,',
    instead: 'flags: [],',
  },
  {
    name: 'a flag is published before it is committed',
    breaks: ['I4'],
    file: detecting,
    text: 'const committed = await correlations.commit(correlationId, change);',
    instead: `await publishEvents(change.events ?? []);
    const committed = await correlations.commit(correlationId, change);`,
  },
  {
    name: 'what a latched verdict waits for is never due',
    breaks: ['I8'],
    file: correlation,
    text: 'if (pending !== undefined) return [now.getTime()];',
    instead: '',
  },
  {
    name: 'the end of a pause is never due',
    breaks: ['I8'],
    file: correlation,
    text: 'return untilMs === undefined || pauseEnded === true ? [] : [untilMs];',
    instead: 'return [];',
  },
  {
    name: 'a new verdict takes the place of earlier ones',
    breaks: ['I9'],
    file: correlation,
    text: 'verdicts: [...kept, ...latched]',
    instead: 'verdicts: [...kept.filter(({ pending }) => pending !== undefined), ...latched]',
  },
  {
    name: 'a flag lapses like a pause',
    breaks: ['I9'],
    file: 'shared/domain/judge.ts',
    text: "...(kind === 'paused' && { untilMs: evidence.nowMs + policy.pause.hours * MS_PER_HOUR }),",
    instead: 'untilMs: evidence.nowMs + policy.pause.hours * MS_PER_HOUR,',
  },
  {
    name: 'a flag that has been raised blocks for a minute only',
    breaks: ['I2'],
    file: 'shared/domain/verdict.ts',
    text: '({ untilMs }: Verdict, nowMs: number): boolean => untilMs === undefined || nowMs < untilMs;',
    instead: '({ untilMs, sinceMs }: Verdict, nowMs: number): boolean => nowMs < (untilMs ?? sinceMs + 60_000);',
  },
  {
    name: 'an event is marked as published before it is',
    breaks: ['I4'],
    file: publishing,
    text: `  await publisher.publish(events);
  const byOutbox = Map.groupBy(events, (event) =>
    'correlationId' in event ? \`correlation \${event.correlationId}\` : \`customer \${event.customerId}\`,
  );
  for (const published of byOutbox.values()) {
    const [first] = published;
    if (first === undefined) continue;
    const eventIds = published.map(({ eventId }) => eventId);
    if ('correlationId' in first) await correlations.markPublished(first.correlationId, eventIds);
    else await customerEvents.markPublished(first.customerId, eventIds);
  }`,
    instead: `  const byOutbox = Map.groupBy(events, (event) =>
    'correlationId' in event ? \`correlation \${event.correlationId}\` : \`customer \${event.customerId}\`,
  );
  for (const published of byOutbox.values()) {
    const [first] = published;
    if (first === undefined) continue;
    const eventIds = published.map(({ eventId }) => eventId);
    if ('correlationId' in first) await correlations.markPublished(first.correlationId, eventIds);
    else await customerEvents.markPublished(first.customerId, eventIds);
  }
  await publisher.publish(events);`,
  },
  {
    name: 'the sweep of the outbox does nothing',
    breaks: ['I4'],
    file: publishing,
    text: 'return outboxes.filter((events) => events.length > 0);',
    instead: 'return outboxes.filter((events) => events.length < 0);',
  },
  {
    name: 'of events of one batch only the first is published',
    breaks: ['I4'],
    file: 'shared/adapters/service-bus/service-bus-event-publisher.ts',
    text: 'const messages = events.map(',
    instead: 'const messages = events.slice(0, 1).map(',
  },
  {
    name: 'an event has another id each time it is published',
    breaks: ['I4'],
    file: 'shared/adapters/service-bus/service-bus-event-publisher.ts',
    text: 'body: cloudEventOf(event),',
    instead: 'body: { ...cloudEventOf(event), id: `${event.eventId}:${Date.now()}` },',
  },
  {
    name: 'events are numbered by the batch that they are published in',
    breaks: ['I4'],
    file: 'shared/adapters/service-bus/service-bus-event-publisher.ts',
    text: `events.map((event) => ({
      body: cloudEventOf(event),`,
    instead: `events.map((event, index) => ({
      body: cloudEventOf({ ...event, sequence: index + 1 }),`,
  },
  {
    name: 'the broker knows events by their correlation id',
    breaks: ['I4'],
    file: 'shared/adapters/service-bus/service-bus-event-publisher.ts',
    text: 'messageId: event.eventId,',
    instead: 'messageId: subjectOf(event),',
  },
  {
    name: 'of attempts of one session only the first is sent',
    breaks: ['I9'],
    file: 'shared/adapters/service-bus/service-bus-results.ts',
    text: 'const messages = events.map(',
    instead: 'const messages = events.slice(0, 1).map(',
  },
];

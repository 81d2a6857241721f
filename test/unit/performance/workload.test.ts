import { makeWorkload, type WorkloadShape } from '../../../performance/pipelines/workload.ts';
import { encodeResult } from '../../../shared/contracts/result-message.ts';
import { decodeResult } from '../../../shared/contracts/result-message.ts';

const now = new Date('2026-03-02T12:00:00Z');
const shape: WorkloadShape = { name: 'test', people: 5, sessionsEach: 3, atOnce: 2, failure: 'spoof', passes: 0.5 };

describe('a workload', () => {
  it('brings each event of each session once, in an order in which no session ends before its attempts', () => {
    const { people, events } = makeWorkload(shape, 1, now);

    const sessions = people.flat();
    expect(sessions).toHaveLength(15);
    expect(new Set(events)).toEqual(new Set(sessions.flatMap((session) => session.events)));
    expect(events).toHaveLength(new Set(events).size);
    for (const session of sessions) {
      expect(events.filter(({ sessionId }) => sessionId === session.sessionId)).toEqual(session.events);
      expect(session.events.at(-1)).toMatchObject({ type: 'session.closed', attempts: session.events.length - 1 });
    }
  });

  it('has as many people at the same time as asked for', () => {
    const { events } = makeWorkload(shape, 1, now);

    const order = [...new Set(events.map(({ correlationId }) => correlationId))];
    const lastOfFirstTwo = Math.max(
      ...order.slice(0, 2).map((id) => events.findLastIndex(({ correlationId }) => correlationId === id)),
    );
    expect(events.findIndex(({ correlationId }) => correlationId === order[2])).toBe(lastOfFirstTwo + 1);
  });

  it('ends the same way for the same seed, under other ids', () => {
    const outcomes = (seed: number) =>
      makeWorkload(shape, seed, now).events.map((event) => (event.type === 'attempt' ? event.outcome : event.type));

    expect(outcomes(1)).toEqual(outcomes(1));
    expect(outcomes(1)).not.toEqual(outcomes(2));
    const [first, second] = [makeWorkload(shape, 1, now), makeWorkload(shape, 1, now)];
    expect(first.people[0]?.[0]?.correlationId).not.toBe(second.people[0]?.[0]?.correlationId);
  });

  it('is made of messages that the product understands', () => {
    const { events } = makeWorkload(shape, 1, now);

    const decoded = events.map((event) => decodeResult(JSON.stringify(encodeResult(event))));
    expect(decoded.filter(({ kind }) => kind === 'invalid')).toEqual([]);
  });
});

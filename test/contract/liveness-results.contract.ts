import type { LivenessResults, ResultEvent } from '../../shared/application/ports.ts';
import { aCorrelationId, aLivenessResult } from '../support/builders.ts';

/** `take` gives what arrived since it was last called; `count` is how many a real queue has to wait for. */
export const livenessResultsContract = (
  make: () => { results: LivenessResults; take: (count: number) => Promise<ResultEvent[]> },
): void => {
  const correlationId = aCorrelationId();

  it('brings every event to the consumer as it was sent', async () => {
    const { results, take } = make();
    const spoof = aLivenessResult({ correlationId, outcome: 'spoof', reason: 'integrity', deviceKey: '1.phone' });
    const failed = aLivenessResult({ correlationId, outcome: 'technical', errorCode: 'TimedOut' });
    const { atMs, customerId, sessionId } = spoof;
    const base = { atMs, customerId, correlationId, sessionId };
    const events: ResultEvent[] = [
      spoof,
      failed,
      { ...base, type: 'session.abandoned' },
      { ...base, type: 'session.closed', attempts: 2 },
    ];

    await results.send(events);

    const arrived = await take(events.length);
    expect(arrived).toHaveLength(events.length);
    expect(arrived).toEqual(expect.arrayContaining(events));
  });

  it('brings the same event again when it is sent again: the ledger tells repetitions apart, not the queue', async () => {
    const { results, take } = make();
    const event = aLivenessResult({ correlationId });

    await results.send([event]);
    await results.send([event]);

    expect(await take(2)).toEqual([event, event]);
  });

  it('takes an empty list', async () => {
    const { results, take } = make();

    await results.send([]);

    expect(await take(0)).toEqual([]);
  });
};

import { makeWorkload } from '../../../performance/pipelines/workload.ts';
import { makePlainPipeline, type PlainOptions } from '../../../performance/plain/plain-pipeline.ts';
import { encodeResult } from '../../../shared/contracts/result-message.ts';
import { type CosmosWorld, openCosmosWorld } from '../../support/local-cosmos.ts';

const shape = { name: 'test', people: 2, sessionsEach: 2, atOnce: 2, failure: 'spoof', passes: 0.3 } as const;

describe('a plain pipeline', () => {
  let world: CosmosWorld;
  beforeAll(async () => {
    world = await openCosmosWorld();
  });
  afterAll(() => world.stop());

  const prepared = async (writes: PlainOptions['writes']) => {
    const pipeline = makePlainPipeline(world.database, { name: 'plain', concurrency: 8, writes });
    const workload = makeWorkload(shape, 1, new Date());
    await pipeline.prepare(workload);
    const bodies = workload.events.map((event) => JSON.stringify(encodeResult(event)));
    const countedFailures = async (): Promise<number> => {
      const summaries = await Promise.all(
        workload.people.map(([first]) =>
          world.raw
            .container('correlations')
            .item('plain-summary', first?.correlationId ?? '')
            .read<{ failures: number }>(),
        ),
      );
      return summaries.reduce((sum, { resource }) => sum + (resource?.failures ?? NaN), 0);
    };
    const failures = workload.events.filter((event) => event.type === 'attempt' && event.outcome === 'spoof').length;
    return { pipeline, workload, bodies, countedFailures, failures };
  };

  it.each(['two-writes', 'one-batch'] as const)('writes each result down once, by %s, many at once', async (writes) => {
    const { pipeline, workload, bodies, countedFailures, failures } = await prepared(writes);

    await Promise.all(bodies.map((body) => pipeline.handle([body])));

    expect(await pipeline.countRecorded(workload)).toBe(bodies.length);
    expect(await countedFailures()).toBe(failures);
  });

  it.each([
    ['two-writes', 'counts a message again', 2],
    ['one-batch', 'counts a message once', 1],
  ] as const)('with %s %s that comes twice', async (writes, _what, times) => {
    const { pipeline, bodies, countedFailures, failures } = await prepared(writes);

    await pipeline.handle(bodies);
    await pipeline.handle(bodies);

    expect(await countedFailures()).toBe(times * failures);
  });
});

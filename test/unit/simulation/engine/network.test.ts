import { Random } from '../../../../evaluation/random.ts';
import { Network, type Step, type Trouble } from '../../../../simulation/engine/network.ts';
import { currentlyRunning, SimulatedProcess, within } from '../../../../simulation/engine/simulated-process.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';

const STARTS_AT_MS = 0;

/** A network on which this goes wrong with every step, one process of the product, and a service that counts. */
const aNetwork = ({
  trouble,
  slowness = 1,
  onMistake,
}: {
  trouble?: Trouble;
  slowness?: number;
  onMistake?: (where: string, error: unknown) => void;
} = {}) => {
  const time = new VirtualTime(STARTS_AT_MS);
  const caller = new SimulatedProcess('process 0');
  const steps: { step: Step; trouble: Trouble | undefined }[] = [];
  const carriedOut: { atMs: number; by: string | undefined }[] = [];
  const network = new Network({
    time,
    random: new Random(1),
    weather: { trouble: () => trouble, slowness: () => slowness },
    onStep: (step, met) => steps.push({ step, trouble: met }),
    ...(onMistake && { onMistake }),
  });

  const carryOut = (): Promise<string> => {
    carriedOut.push({ atMs: time.nowMs, by: currentlyRunning()?.process.name });
    return Promise.resolve('the answer');
  };
  const call = (work = carryOut): Promise<string> =>
    network.call('cosmos', 'Read correlations', work, {
      connectionLost: () => new Error('connection lost'),
      throttled: (retryAfterMs) => `throttled, ${retryAfterMs ?? 'no'} hint`,
    });

  /** What the caller hears, once nothing moves any more. */
  const heardBy = async (process: SimulatedProcess | undefined, work = carryOut): Promise<string> => {
    let heard = 'nothing';
    void within(process && { process }, () =>
      call(work).then(
        (answer) => (heard = answer),
        (error: unknown) => (heard = (error as Error).message),
      ),
    );
    await time.run(() => false);
    return heard;
  };
  return { time, caller, steps, carriedOut, call, heardBy, network };
};

describe('the simulated network', () => {
  it('carries a request out after its latency, and replies after another', async () => {
    const { time, caller, carriedOut, heardBy } = aNetwork();

    const heard = await heardBy(caller);

    expect(heard).toBe('the answer');
    expect(carriedOut).toHaveLength(1);
    // A request to Cosmos DB travels from 1 to 8 ms, one way.
    expect(carriedOut[0]!.atMs).toBeGreaterThanOrEqual(1);
    expect(carriedOut[0]!.atMs).toBeLessThanOrEqual(8);
    expect(time.nowMs - carriedOut[0]!.atMs).toBeGreaterThanOrEqual(1);
    expect(time.nowMs - carriedOut[0]!.atMs).toBeLessThanOrEqual(8);
  });

  it('lets the reply arrive where the process goes on', async () => {
    const { time, caller, call } = aNetwork();
    const where: (string | undefined)[] = [];

    void within({ process: caller }, async () => {
      await call();
      where.push(currentlyRunning()?.process.name);
    });
    await time.run(() => false);

    expect(where).toEqual(['process 0']);
  });

  it('carries requests out as the service, not as its caller', async () => {
    const { caller, carriedOut, heardBy } = aNetwork();

    await heardBy(caller);

    expect(carriedOut[0]!.by).toBeUndefined();
  });

  it('takes as much longer as the service is slow', async () => {
    const usual = aNetwork();
    const slow = aNetwork({ slowness: 1000 });

    await usual.heardBy(usual.caller);
    await slow.heardBy(slow.caller);

    expect(slow.time.nowMs).toBeCloseTo(1000 * usual.time.nowMs);
  });

  it('gives the error of a service to its caller', async () => {
    const { caller, heardBy } = aNetwork();

    const heard = await heardBy(caller, () => Promise.reject(new Error('a mistake of the service')));

    expect(heard).toBe('a mistake of the service');
  });

  it.each<[string, Trouble, { heard: string; carriedOut: number }]>([
    ['is refused', { kind: 'refused' }, { heard: 'connection lost', carriedOut: 0 }],
    ['is throttled', { kind: 'throttled' }, { heard: 'throttled, no hint', carriedOut: 0 }],
    [
      'is throttled with a hint',
      { kind: 'throttled', retryAfterMs: 250 },
      { heard: 'throttled, 250 hint', carriedOut: 0 },
    ],
    ['loses its reply', { kind: 'lost-reply' }, { heard: 'connection lost', carriedOut: 1 }],
    [
      'ends its process before it leaves',
      { kind: 'crash', when: 'before', downSeconds: 5 },
      { heard: 'nothing', carriedOut: 0 },
    ],
    [
      'ends its process once carried out',
      { kind: 'crash', when: 'after', downSeconds: 5 },
      { heard: 'nothing', carriedOut: 1 },
    ],
  ])('tells what becomes of a request that %s', async (_, trouble, expected) => {
    const { caller, carriedOut, heardBy } = aNetwork({ trouble });

    const heard = await heardBy(caller);

    expect({ heard, carriedOut: carriedOut.length }).toEqual(expected);
    expect(caller.isAlive).toBe(trouble.kind !== 'crash');
  });

  it.each(['before', 'after'] as const)(
    'says for how long a process is gone that a crash %s a step has ended',
    async (when) => {
      const { caller, heardBy } = aNetwork({ trouble: { kind: 'crash', when, downSeconds: 5 } });

      await heardBy(caller);

      expect(await caller.ended).toBe(5);
    },
  );

  it('loses the reply of a service that refused, too', async () => {
    const { caller, heardBy } = aNetwork({ trouble: { kind: 'lost-reply' } });

    const heard = await heardBy(caller, () => Promise.reject(new Error('a mistake of the service')));

    expect(heard).toBe('connection lost');
  });

  it('takes time to find out that a service cannot be reached', async () => {
    const { time, caller, heardBy } = aNetwork({ trouble: { kind: 'refused' } });

    await heardBy(caller);

    expect(time.nowMs).toBeGreaterThanOrEqual(1);
  });

  it('takes as long to refuse as to answer when it throttles', async () => {
    const answering = aNetwork();
    const throttling = aNetwork({ trouble: { kind: 'throttled' } });

    await answering.heardBy(answering.caller);
    await throttling.heardBy(throttling.caller);

    expect(throttling.time.nowMs).toBeCloseTo(answering.time.nowMs);
  });

  it('carries out what has left, though its process has ended meanwhile, and tells nobody', async () => {
    const { time, caller, carriedOut, heardBy } = aNetwork();
    time.after(0.5, () => caller.kill());

    const heard = await heardBy(caller);

    expect(heard).toBe('nothing');
    expect(carriedOut).toHaveLength(1);
  });

  it('does not reply to a process that has ended while the reply was under way', async () => {
    const { time, caller, heardBy } = aNetwork();

    const heard = await heardBy(caller, () => {
      time.after(0.5, () => caller.kill());
      return Promise.resolve('the answer');
    });

    expect(heard).toBe('nothing');
  });

  it('lets no request leave from a process that has ended', async () => {
    const { caller, steps, carriedOut, heardBy } = aNetwork();
    caller.kill();

    const heard = await heardBy(caller);

    expect(heard).toBe('nothing');
    expect(carriedOut).toEqual([]);
    expect(steps).toEqual([]);
  });

  it('tells the mistake of whoever watches, and lets no service answer with it', () => {
    const mistakes: string[] = [];
    const { network } = aNetwork({ onMistake: (where, error) => mistakes.push(`${where}: ${String(error)}`) });

    const seen = network.watch('Read correlations', () => 'what it saw');
    const nothing = network.watch('Read correlations', (): string => {
      throw new TypeError('it looked wrongly');
    });

    expect([seen, nothing]).toEqual(['what it saw', undefined]);
    expect(mistakes).toEqual(['Read correlations: TypeError: it looked wrongly']);
  });

  it('leaves the world around the product alone', async () => {
    const { time, steps, heardBy, network } = aNetwork({ trouble: { kind: 'crash', when: 'before', downSeconds: 5 } });

    const heard = await heardBy(undefined);

    expect(heard).toBe('the answer');
    expect(time.nowMs).toBe(STARTS_AT_MS);
    expect(steps).toEqual([]);
    expect(network.steps).toBe(0);
  });

  it('counts the steps, and tells each with who takes it', async () => {
    const { caller, steps, heardBy, network } = aNetwork();

    await heardBy(caller);
    await heardBy(caller);

    expect(steps.map(({ step }) => step)).toEqual([
      { number: 1, service: 'cosmos', what: 'Read correlations', who: { process: caller } },
      { number: 2, service: 'cosmos', what: 'Read correlations', who: { process: caller } },
    ]);
    expect(network.steps).toBe(2);
  });

  it('tells which trouble a step meets', async () => {
    const { caller, steps, heardBy } = aNetwork({ trouble: { kind: 'lost-reply' } });

    await heardBy(caller);

    expect(steps.map(({ trouble }) => trouble)).toEqual([{ kind: 'lost-reply' }]);
  });
});

import { Random } from '../../../../evaluation/random.ts';
import type { JsonObject } from '../../../../local/cosmos/json.ts';
import { PlainHeaders, type PipelineRequest } from '../../../../local/http-client.ts';
import { SimulatedProcess } from '../../../../simulation/engine/simulated-process.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import { Replicas } from '../../../../simulation/world/replicas.ts';

const CONTAINER = 'customers';
const operation = { operation: 'Read', container: CONTAINER, kinds: [] };

const aDocument = (n: number): JsonObject => ({ id: 'a', customerId: 'contoso', n, _etag: `"${n}"` });

const aRequest = (consistency: 'Session' | 'Strong'): PipelineRequest => ({
  url: 'https://cosmos.local/dbs/app/colls/customers/docs/a',
  method: 'GET',
  headers: {
    toJSON: () => ({ 'x-ms-documentdb-partitionkey': '["contoso"]', 'x-ms-consistency-level': consistency }),
  },
});

/** A document that is written at once and read by two processes, from replicas that may lag behind this much. */
const lagging = (longestLagMs: number) => {
  const time = new VirtualTime(0);
  let stale = 0;
  let stored: JsonObject | undefined;
  const replicas = new Replicas({
    time,
    random: new Random(1),
    longestLagMs: () => longestLagMs,
    onStale: () => (stale += 1),
  });
  const read = (process: SimulatedProcess, consistency: 'Session' | 'Strong' = 'Session') => {
    const request = aRequest(consistency);
    const fresh = {
      request,
      status: stored === undefined ? 404 : 200,
      headers: new PlainHeaders(stored === undefined ? {} : { etag: stored._etag as string }),
      bodyAsText: JSON.stringify(stored ?? {}),
    };
    const { status, headers, bodyAsText } = replicas.read(request, operation, fresh, process);
    return status === 200
      ? { n: (JSON.parse(bodyAsText) as JsonObject).n, etag: headers.get('etag') }
      : { status, etag: headers.get('etag') };
  };
  return {
    time,
    stale: () => stale,
    write: (n: number, process?: SimulatedProcess) => {
      stored = aDocument(n);
      replicas.answered(operation, [stored], process);
    },
    remove: (process?: SimulatedProcess) => {
      stored = undefined;
      replicas.deleted(aRequest('Session'), operation, process);
    },
    expire: () => (stored = undefined),
    hear: (process: SimulatedProcess) => replicas.answered(operation, [], process),
    read,
    /** Everything that many reads by processes that know nothing yet are told. */
    everyRead: () => new Set(Array.from({ length: 50 }, () => JSON.stringify(read(new SimulatedProcess('new'))))),
  };
};

const told = (n: number): string => JSON.stringify({ n, etag: `"${n}"` });
const notThere = JSON.stringify({ status: 404 });

const aProcess = () => new SimulatedProcess('process 0');

describe('replicas', () => {
  it('that do not lag behind tell what is there', () => {
    const { write, everyRead, stale } = lagging(0);
    write(1);
    write(2);

    expect(everyRead()).toEqual(new Set([told(2)]));
    expect(stale()).toBe(0);
  });

  it('may tell what was there as long ago as they lag, with the version that it had, and nothing older', () => {
    const { time, write, everyRead, stale } = lagging(1000);
    write(1);
    time.jump(5000);
    write(2);
    time.jump(500);
    write(3);
    time.jump(100);

    expect(everyRead()).toEqual(new Set([told(1), told(2), told(3)]));
    expect(stale()).toBeGreaterThan(0);
    time.jump(1000);
    expect(everyRead()).toEqual(new Set([told(3)]));
  });

  it('may not know yet of what was created a moment ago', () => {
    const { time, write, everyRead } = lagging(1000);
    write(1);
    time.jump(500);

    expect(everyRead()).toEqual(new Set([told(1), notThere]));
  });

  it('may still know what was deleted a moment ago, and not what was there before that', () => {
    const { time, write, remove, everyRead } = lagging(1000);
    write(1);
    time.jump(5000);
    remove();
    time.jump(500);

    expect(everyRead()).toEqual(new Set([told(1), notThere]));

    write(2);
    time.jump(900);
    expect(everyRead()).toEqual(new Set([told(2), notThere]));
  });

  it('show nothing that has outlived its time', () => {
    const { time, write, expire, everyRead } = lagging(1000);
    write(1);
    write(2);
    expire();
    time.jump(1);

    expect(everyRead()).toEqual(new Set([notThere]));
  });

  it.each<[string, (world: ReturnType<typeof lagging>, process: SimulatedProcess) => void]>([
    ['has written', ({ write }, process) => write(2, process)],
    [
      'was told at Strong',
      ({ write, read }, process) => {
        write(2);
        read(process, 'Strong');
      },
    ],
    [
      'heard of from the primary by another answer',
      ({ write, hear }, process) => {
        write(2);
        hear(process);
      },
    ],
  ])('tell a process no less than what it %s', (_, act) => {
    const world = lagging(1000);
    const process = aProcess();
    world.write(1);
    world.time.jump(5000);
    act(world, process);

    const reads = new Set(Array.from({ length: 50 }, () => JSON.stringify(world.read(process))));

    expect(reads).toEqual(new Set([told(2)]));
    expect(world.everyRead()).toContain(told(1));
  });

  it('are not asked when a read wants it Strong', () => {
    const { time, write, read, stale } = lagging(1000);
    write(1);
    time.jump(5000);
    write(2);

    const reads = Array.from({ length: 50 }, () => JSON.stringify(read(aProcess(), 'Strong')));

    expect(new Set(reads)).toEqual(new Set([told(2)]));
    expect(stale()).toBe(0);
  });
});

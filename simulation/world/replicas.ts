// Replicas of the database that lag behind: a read that asks for less than Strong may be told what was there a moment ago,
// but never less than what its own process has been told before (session consistency).

import topology from '../../infra/topology.json' with { type: 'json' };
import type { Random } from '../../evaluation/random.ts';
import { headersOf, PlainHeaders, type PipelineRequest, type PipelineResponse } from '../../local/http-client.ts';
import type { JsonObject } from '../../local/cosmos/json.ts';
import type { SimulatedProcess } from '../engine/simulated-process.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import type { CosmosOperation } from './observe-cosmos.ts';

interface Version {
  /** The number of the write, of all in its container. */
  write: number;
  /** Undefined: it was deleted. */
  document: JsonObject | undefined;
}

type Change = [key: string, document: JsonObject | undefined];

interface Container {
  writes: number;
  /** When each write was committed; the first is number 1. */
  committedAtMs: number[];
  versions: Map<string, Version[]>;
}

export class Replicas {
  readonly #time: VirtualTime;
  readonly #random: Random;
  /** How far replicas may lag behind now, in milliseconds. */
  readonly #longestLagMs: () => number;
  readonly #onStale: () => void;
  readonly #containers = new Map<string, Container>();
  /** The latest write that a process has been told of, by container. */
  readonly #known = new WeakMap<SimulatedProcess, Map<string, number>>();

  constructor(parts: { time: VirtualTime; random: Random; longestLagMs: () => number; onStale: () => void }) {
    this.#time = parts.time;
    this.#random = parts.random;
    this.#longestLagMs = parts.longestLagMs;
    this.#onStale = parts.onStale;
  }

  /** Every answer of the primary tells its process how far the container is. */
  answered(
    { container }: CosmosOperation,
    documents: readonly JsonObject[],
    process: SimulatedProcess | undefined,
  ): void {
    const state = this.#container(container);
    const changes = documents.map((document): Change => [
      keyOf(document.id as string, partitionOf(container, document)),
      document,
    ]);
    if (changes.length > 0) this.#commit(state, changes);
    if (process !== undefined) this.#tell(process, container, state.writes);
  }

  deleted(request: PipelineRequest, { container }: CosmosOperation, process: SimulatedProcess | undefined): void {
    const state = this.#container(container);
    this.#commit(state, [[keyIn(request), undefined]]);
    if (process !== undefined) this.#tell(process, container, state.writes);
  }

  /** What a replica answers in place of the primary. */
  read(
    request: PipelineRequest,
    { container }: CosmosOperation,
    fresh: PipelineResponse<PipelineRequest>,
    process: SimulatedProcess,
  ): PipelineResponse<PipelineRequest> {
    const state = this.#container(container);
    const headers = headersOf(request);
    const reach =
      headers['x-ms-consistency-level'] === 'Session' ? this.#reach(state, container, process) : state.writes;
    this.#tell(process, container, reach);
    const versions = state.versions.get(keyIn(request)) ?? [];
    const newest = versions.at(-1);
    const told = versions.findLast(({ write }) => write <= reach);
    if (told === newest) return fresh;
    // Replicas, too, do not show what has outlived its time; and what is refused is refused by all.
    const isOver = fresh.status === 404 && newest?.document !== undefined;
    if (isOver || (fresh.status >= 400 && fresh.status !== 404)) return fresh;

    this.#onStale();
    return told?.document === undefined ? notThere(request, fresh) : older(request, fresh, told.document);
  }

  #commit(state: Container, changes: readonly Change[]): void {
    state.writes += 1;
    state.committedAtMs.push(this.#time.nowMs);
    for (const [key, document] of changes) {
      state.versions.set(key, [...(state.versions.get(key) ?? []), { write: state.writes, document }]);
    }
  }

  /** The latest write that the replica has. */
  #reach({ writes, committedAtMs }: Container, container: string, process: SimulatedProcess): number {
    const longestMs = this.#longestLagMs();
    const asOfMs = this.#time.nowMs - (longestMs === 0 ? 0 : this.#random.between(0, longestMs));
    let reach = writes;
    while (reach > 0 && (committedAtMs[reach - 1] ?? 0) > asOfMs) reach -= 1;
    return Math.max(reach, this.#known.get(process)?.get(container) ?? 0);
  }

  #tell(process: SimulatedProcess, container: string, write: number): void {
    const known = this.#known.get(process) ?? new Map<string, number>();
    known.set(container, Math.max(write, known.get(container) ?? 0));
    this.#known.set(process, known);
  }

  #container(name: string): Container {
    const known = this.#containers.get(name) ?? {
      writes: 0,
      committedAtMs: [],
      versions: new Map<string, Version[]>(),
    };
    this.#containers.set(name, known);
    return known;
  }
}

const partitionKeys: Record<string, string> = Object.fromEntries(
  Object.entries(topology.cosmos.containers).map(([name, { partitionKey }]) => [name, partitionKey.slice(1)]),
);

/** As in the header of a request. */
const partitionOf = (container: string, document: JsonObject): string =>
  JSON.stringify([document[partitionKeys[container] ?? ''] ?? null]);

const keyOf = (id: string, partition: string): string => `${partition} ${id}`;

const keyIn = (request: PipelineRequest): string => {
  const id = decodeURIComponent(new URL(request.url).pathname.split('/').at(-1) ?? '');
  return keyOf(id, headersOf(request)['x-ms-documentdb-partitionkey'] ?? '');
};

const older = (
  request: PipelineRequest,
  { headers }: PipelineResponse<PipelineRequest>,
  document: JsonObject,
): PipelineResponse<PipelineRequest> => {
  const changed = new PlainHeaders(headers.toJSON());
  changed.set('etag', document._etag as string);
  return { request, status: 200, headers: changed, bodyAsText: JSON.stringify(document) };
};

const notThere = (
  request: PipelineRequest,
  { headers }: PipelineResponse<PipelineRequest>,
): PipelineResponse<PipelineRequest> => {
  const changed = new PlainHeaders(headers.toJSON());
  changed.delete('etag');
  return {
    request,
    status: 404,
    headers: changed,
    bodyAsText: JSON.stringify({ code: 'NotFound', message: 'Not there.' }),
  };
};

// Every pipeline over the same cloud in one run: the same results, in turn, several times.

import { ServiceBusClient } from '@azure/service-bus';
import { median } from '../../evaluation/statistics/quantiles.ts';
import type { CloudProcess } from '../cloud/cloud-process.ts';
import type { ConnectedProduct } from './connect-product.ts';
import { makeContestants, PRODUCT } from './contestants.ts';
import { drain, type Drained } from './drain.ts';
import { makeWorkload, type WorkloadShape } from './workload.ts';

export interface Comparison {
  shape: WorkloadShape;
  latencyMs: number;
  rounds: number;
  results: number;
  sessions: number;
  standings: Standing[];
}

/** Medians over the rounds. */
export interface Standing {
  pipeline: string;
  resultsPerSecond: number;
  /** How many times as many results a second the product records, in the same round. */
  productIsFaster: number;
  chargePerSession: number;
  /** The product's charge as a share of this one's. */
  productChargeShare: number;
  requestsPerSession: number;
  cpuMsPerResult: number;
  /** Charges a session by what is written, in the last round. */
  chargeByKind: Record<string, number>;
}

export interface CompareOptions {
  rounds: number;
  /** Sessions in one emptying of the queue, about. */
  sessions: number;
}

/** What a request over the network of one region adds; on one machine it adds nothing. */
const LATENCIES_MS = [0, 5];
/** Before it, the processor time of a result still falls from round to round. */
const WARM_UP_ROUNDS = 4;
const WARM_UP_SESSIONS = 24;

export const shapesOf = (sessions: number): WorkloadShape[] => [
  { name: 'everyday', people: sessions, sessionsEach: 1, atOnce: 20, failure: 'technical', passes: 0.85 },
  { name: 'brute force', people: Math.ceil(sessions / 6), sessionsEach: 6, atOnce: 4, failure: 'spoof', passes: 0.03 },
];

export const compare = async (
  cloud: CloudProcess,
  connected: ConnectedProduct,
  { rounds, sessions }: CompareOptions,
): Promise<Comparison[]> => {
  const client = new ServiceBusClient(cloud.settings.ServiceBusConnection ?? '');
  const pipelines = makeContestants(connected);
  const runRound = async (shape: WorkloadShape, latencyMs: number, round: number): Promise<Map<string, Drained>> => {
    const drained = new Map<string, Drained>();
    // Another one begins each round, so that none always follows the same.
    for (const pipeline of rotated(pipelines, round)) {
      const workload = makeWorkload(shape, round, new Date());
      drained.set(pipeline.name, await drain({ cloud, client, pipeline, workload, latencyMs }));
    }
    return drained;
  };

  try {
    for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
      for (const shape of shapesOf(WARM_UP_SESSIONS)) await runRound(shape, 0, round);
    }
    const comparisons: Comparison[] = [];
    for (const shape of shapesOf(sessions)) {
      for (const latencyMs of LATENCIES_MS) {
        const played: Map<string, Drained>[] = [];
        for (let round = 1; round <= rounds; round += 1) played.push(await runRound(shape, latencyMs, round));
        comparisons.push(comparisonOf(shape, latencyMs, played, pipelines));
      }
    }
    return comparisons;
  } finally {
    await client.close();
  }
};

const rotated = <T>(items: readonly T[], by: number): T[] =>
  items.map((_, index) => items[(index + by) % items.length] as T);

export const comparisonOf = (
  shape: WorkloadShape,
  latencyMs: number,
  rounds: readonly ReadonlyMap<string, Drained>[],
  pipelines: readonly { name: string }[],
): Comparison => {
  const inRounds = (measure: (drained: Drained, product: Drained) => number, name: string): number =>
    median(rounds.map((round) => measure(drainedBy(round, name), drainedBy(round, PRODUCT))));
  const first = drainedBy(rounds[0] ?? new Map<string, Drained>(), PRODUCT);
  return {
    shape,
    latencyMs,
    rounds: rounds.length,
    results: first.results,
    sessions: first.sessions,
    standings: pipelines.map(({ name }) => ({
      pipeline: name,
      resultsPerSecond: inRounds(rateOf, name),
      productIsFaster: inRounds((drained, product) => rateOf(product) / rateOf(drained), name),
      chargePerSession: inRounds(chargeOf, name),
      productChargeShare: inRounds((drained, product) => chargeOf(product) / chargeOf(drained), name),
      requestsPerSession: inRounds(({ requests, sessions }) => requests / sessions, name),
      cpuMsPerResult: inRounds(({ cpuSeconds, results }) => (cpuSeconds * 1000) / results, name),
      chargeByKind: chargeByKind(drainedBy(rounds.at(-1) ?? new Map<string, Drained>(), name)),
    })),
  };
};

const drainedBy = (round: ReadonlyMap<string, Drained>, name: string): Drained => {
  const drained = round.get(name);
  if (drained === undefined) throw new Error(`"${name}" did not take part`);
  return drained;
};

const rateOf = ({ results, seconds }: Drained): number => results / seconds;
const chargeOf = ({ charge, sessions }: Drained): number => charge / sessions;

const chargeByKind = ({ byKind, sessions }: Drained): Record<string, number> =>
  Object.fromEntries(Object.entries(byKind).map(([kind, charge]) => [kind, charge / sessions]));

// Everything that the people of a run meet: two processes of the product on their host, and the cloud that they use.

import type { Random } from '../../evaluation/random.ts';
import type { Log } from '../../shared/application/ports.ts';
import type { Checker } from '../checker/checker.ts';
import { Network } from '../engine/network.ts';
import type { VirtualTime } from '../engine/virtual-time.ts';
import type { Fault } from '../faults/fault.ts';
import { forgetSessions } from '../faults/forget-sessions.ts';
import type { FaultyWeather } from '../faults/weather-of.ts';
import { FunctionsHost } from './functions-host.ts';
import { type SimulatedCloud, startSimulatedCloud } from './local-cloud.ts';
import { startProduct } from './product.ts';
import { Replicas } from './replicas.ts';

export interface WorldParts {
  time: VirtualTime;
  random: (...purpose: string[]) => Random;
  faults: readonly Fault[];
  weather: FaultyWeather;
  checker: Checker;
  /** What should never happen, whatever goes wrong: a mistake of the product. */
  onMistake: (where: string, error: unknown) => void;
  say: (line: string) => void;
  /** Says every step, too. */
  isVerbose: boolean;
}

export interface World {
  cloud: SimulatedCloud;
  host: FunctionsHost;
  network: Network;
  stop(): Promise<void>;
}

export const startWorld = async (parts: WorldParts): Promise<World> => {
  const { time, random, faults, weather, checker, onMistake, say, isVerbose } = parts;
  const network = new Network({
    time,
    random: random('network'),
    weather,
    onStep: ({ number, service, what, who }, trouble) => {
      if (trouble !== undefined) say(`step ${number}, ${service} ${what} of ${who.process.name}: ${trouble.kind}`);
      else if (isVerbose) say(`step ${number}, ${service} ${what} of ${who.process.name}`);
    },
    onMistake,
  });
  const faceLimits = faults.flatMap((fault) => (fault.kind === 'face-limit' ? [fault.callsPerSecond] : []));
  const replicas = new Replicas({
    time,
    random: random('replicas'),
    longestLagMs: () => weather.longestLagMs(),
    onStale: () => weather.hit('stale-reads'),
  });
  const cloud = await startSimulatedCloud({
    time,
    random: random('cloud'),
    network,
    checker,
    replicas,
    faceCallsPerSecond: faceLimits.length === 0 ? 0 : Math.min(...faceLimits),
  });
  const log: Log = {
    info: (event) => isVerbose && say(`log ${event}`),
    warn: (event) => isVerbose && say(`log ${event}`),
    error: (event, error) => onMistake(event, error),
  };
  const ids = random('ids');
  const forget = forgetSessions({ faults, time, weather, say });
  const host = new FunctionsHost({
    time,
    random: random('host'),
    weather,
    instances: 2,
    receiver: (path) => cloud.serviceBus.receiver(path),
    startProduct: (process, number) =>
      startProduct(process, {
        cloud,
        replicas,
        network,
        time,
        random: ids,
        checker,
        log,
        onFaceSession: (faceSessionId) => forget(cloud.face, faceSessionId),
        onFaceBusy: () => weather.hit('face-limit'),
        ...(faults.some((fault) => fault.kind === 'next-version' && fault.process === number) && {
          onNextVersion: () => weather.hit('next-version'),
        }),
      }),
    onMistake,
    say,
  });
  return {
    cloud,
    host,
    network,
    stop: async () => {
      host.stop();
      await cloud.stop();
    },
  };
};

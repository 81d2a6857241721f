// Every route and every queue of the app, one after the other: what one target leaves behind is there for the next.

import { fuzzQueue, queueNames } from './fuzz-queue.ts';
import { fuzzRoute } from './fuzz-route.ts';
import { fuzzWire, WIRE } from './fuzz-wire.ts';
import { operations } from './operations.ts';
import type { FuzzOptions } from './options.ts';
import type { TargetReport } from './report.ts';
import { startWorld } from './world.ts';

export const targetNames: readonly string[] = [...operations.map(({ name }) => name), WIRE, ...queueNames];

export const runFuzz = async ({ seed, cases, targets }: FuzzOptions): Promise<TargetReport[]> => {
  const world = await startWorld();
  const reports: TargetReport[] = [];
  const casesOfEach = Math.max(1, Math.round(cases / targets.length));
  try {
    for (const name of targets) {
      // The report of the target before says so.
      if (world.hasEnded()) break;
      // Each has its own cases, and the same ones when it is tried alone.
      const share = { seed: seed + targetNames.indexOf(name), cases: casesOfEach };
      const operation = operations.find((one) => one.name === name);
      if (operation !== undefined) reports.push(await fuzzRoute(world, operation, share));
      else if (name === WIRE) reports.push(await fuzzWire(world, share));
      else reports.push(await fuzzQueue(world, name, share));
    }
  } finally {
    await world.stop();
  }
  return reports;
};

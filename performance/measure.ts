import { startCloudProcess } from './cloud/cloud-process.ts';
import { findLimits } from './limits/find-limits.ts';
import type { BenchOptions } from './options.ts';
import { compare } from './pipelines/compare.ts';
import { connectProduct } from './pipelines/connect-product.ts';
import { silentLog } from './pipelines/silent-log.ts';
import { limitsSection } from './report/limits-section.ts';
import { thisMachine } from './machine/machine.ts';
import { watchOtherWork } from './machine/other-work.ts';
import { pipelinesSection } from './report/pipelines-section.ts';
import type { Section } from './report/section.ts';
import { soakSection } from './report/soak-section.ts';
import { measureSessionCosts } from './sessions/session-costs.ts';
import { soak } from './soak/soak.ts';
import { type AppUnderLoad, startAppUnderLoad } from './soak/start-app.ts';

export interface Measured {
  section: Section;
  /** For those who read JSON, under the name of what it is. */
  raw: Record<string, unknown>;
}

const FIRST_RATE = 10;

export const measurePipelines = async (options: BenchOptions): Promise<Measured> => {
  const cloud = await startCloudProcess();
  const connected = connectProduct(cloud, silentLog);
  try {
    const otherWork = watchOtherWork([process.pid, cloud.child.pid]);
    const costs = await measureSessionCosts(cloud, connected);
    const comparisons = await compare(cloud, connected, options);
    const surroundings = { machine: thisMachine(), otherWork: otherWork() };
    return {
      section: pipelinesSection(comparisons, costs, surroundings),
      raw: { pipelines: { comparisons, sessionCosts: costs, ...surroundings } },
    };
  } finally {
    await connected.close();
    await cloud.stop();
  }
};

export const measureSoak = async (options: BenchOptions): Promise<Measured> => {
  const app = await startAppUnderLoad();
  try {
    const otherWork = watchOtherWork(processesOf(app));
    const soaked = await soak(app, options);
    const surroundings = { machine: thisMachine(), otherWork: otherWork() };
    return { section: soakSection(soaked, surroundings), raw: { soak: { ...soaked, ...surroundings } } };
  } finally {
    await app.stop();
  }
};

export const measureLimits = async ({ secondsEach }: BenchOptions): Promise<Measured> => {
  const app = await startAppUnderLoad();
  try {
    const otherWork = watchOtherWork(processesOf(app));
    const limits = await findLimits(app, { firstRate: FIRST_RATE, secondsEach });
    const surroundings = { machine: thisMachine(), otherWork: otherWork() };
    return { section: limitsSection(limits, surroundings), raw: { limits: { ...limits, ...surroundings } } };
  } finally {
    await app.stop();
  }
};

const processesOf = ({ cloud, host }: AppUnderLoad): (number | undefined)[] => [
  process.pid,
  cloud.child.pid,
  host.child.pid,
];

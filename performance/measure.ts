import { startCloudProcess } from './cloud/cloud-process.ts';
import { findLimits } from './limits/find-limits.ts';
import type { BenchOptions } from './options.ts';
import { compare } from './pipelines/compare.ts';
import { connectProduct } from './pipelines/connect-product.ts';
import { silentLog } from './pipelines/silent-log.ts';
import { limitsSection } from './report/limits-section.ts';
import { machine } from './report/machine.ts';
import { pipelinesSection } from './report/pipelines-section.ts';
import type { Section } from './report/section.ts';
import { soakSection } from './report/soak-section.ts';
import { measureSessionCosts } from './sessions/session-costs.ts';
import { soak } from './soak/soak.ts';

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
    const costs = await measureSessionCosts(cloud, connected);
    const comparisons = await compare(cloud, connected, options);
    return { section: pipelinesSection(comparisons, costs, machine()), raw: { comparisons, sessionCosts: costs } };
  } finally {
    await connected.close();
    await cloud.stop();
  }
};

export const measureSoak = async (options: BenchOptions): Promise<Measured> => {
  const soaked = await soak(options);
  return { section: soakSection(soaked, machine()), raw: { soak: soaked } };
};

export const measureLimits = async ({ secondsEach }: BenchOptions): Promise<Measured> => {
  const limits = await findLimits({ firstRate: FIRST_RATE, secondsEach });
  return { section: limitsSection(limits, machine()), raw: { limits } };
};

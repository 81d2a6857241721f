// The rate of sessions at which this machine gives out: it rises step by step until one step is not kept up with.

import type { CloudProcess } from '../cloud/cloud-process.ts';
import { type Latency, latencyOf } from '../soak/latency.ts';
import { processUsage } from '../machine/process-usage.ts';
import type { AppUnderLoad } from '../soak/start-app.ts';
import { playTraffic } from '../soak/traffic.ts';

export interface RateStep {
  /** Sessions a second. */
  rate: number;
  asked: number;
  /** Tokens that were not issued, and sessions that failed. */
  notServed: number;
  backlog: number;
  tokenMs: Latency;
  recordedMs: Latency;
  /** Of one core. */
  hostCpuShare: number;
  cloudCpuShare: number;
  /** What broke; absent when the step was kept up with. */
  broken?: string;
}

export interface RisingRateOptions {
  firstRate: number;
  factor: number;
  secondsEach: number;
  mostSteps: number;
}

/** Somebody waits for the token; nobody for the record. */
export const LIMITS = { tokenP95Ms: 1000, recordedP95Ms: 5000, backlogSeconds: 2, notServedShare: 0.01 } as const;

export const raiseRate = async (
  app: AppUnderLoad,
  { firstRate, factor, secondsEach, mostSteps }: RisingRateOptions,
): Promise<RateStep[]> => {
  const steps: RateStep[] = [];
  for (let step = 0; step < mostSteps; step += 1) {
    const rate = Math.round(firstRate * factor ** step);
    const hostCpu = watchCpu(app.host.child.pid);
    const cloudCpu = watchCpu(pidOf(app.cloud));
    const traffic = await playTraffic(app, { rate, seconds: secondsEach, seed: 100 + step });
    const { asked, refused, busy, failed, backlog } = traffic;
    const measured = {
      rate,
      asked,
      notServed: refused + busy + failed,
      backlog,
      tokenMs: latencyOf(traffic.tokenMs),
      recordedMs: latencyOf(traffic.recordedMs),
      hostCpuShare: hostCpu(),
      cloudCpuShare: cloudCpu(),
    };
    const broken = whatBroke(measured);
    steps.push({ ...measured, ...(broken !== undefined && { broken }) });
    if (broken !== undefined) break;
  }
  return steps;
};

export const whatBroke = (step: Omit<RateStep, 'broken'>): string | undefined => {
  if (step.notServed > step.asked * LIMITS.notServedShare) return 'requests are not served';
  if (step.tokenMs.p95 > LIMITS.tokenP95Ms) return 'tokens come late';
  if (step.backlog > step.rate * LIMITS.backlogSeconds) return 'the backlog grows';
  if (step.recordedMs.p95 > LIMITS.recordedP95Ms) return 'results are recorded late';
  return undefined;
};

const pidOf = ({ child }: CloudProcess): number | undefined => child.pid;

const watchCpu = (pid: number | undefined): (() => number) => {
  const startedMs = performance.now();
  const before = processUsage(pid);
  return () => {
    const after = processUsage(pid);
    if (before === undefined || after === undefined) return NaN;
    return (after.cpuSeconds - before.cpuSeconds) / ((performance.now() - startedMs) / 1000);
  };
};

// The same first checks with all their events, in blocks that follow each other in time.

import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import { breadthFirst } from '../adversaries/breadth-first.ts';
import type { Subject, Trace } from '../trace.ts';
import { TraceWriter } from '../trace-writer.ts';
import { appVersions } from './app-versions.ts';
import { firstChecks, type FirstCheck, type FirstCheckOptions } from './first-checks.ts';

const CHECKS_IN_A_BLOCK = 500;
/** From the token to the attempt. */
const ISSUED_BEFORE_MS = 18 * MS_PER_SECOND;
const CUSTOMER_ID = 'customer-of-first-checks';

export const firstCheckTraces = function* (options: FirstCheckOptions): Generator<Trace> {
  let block: FirstCheck[] = [];
  for (const check of firstChecks(options)) {
    block.push(check);
    if (block.length < CHECKS_IN_A_BLOCK) continue;
    yield traceOf(block);
    block = [];
  }
  if (block.length > 0) yield traceOf(block);
};

const traceOf = (checks: readonly FirstCheck[]): Trace => {
  const writer = new TraceWriter(CUSTOMER_ID, Infinity);
  for (const { number, atMs, outcome } of checks) {
    const client = {
      correlationId: idOf(number),
      deviceKey: `first-check-device-${number}`,
      appVersion: appVersions[0].appVersion,
    };
    writer.attempt(writer.issue(client, atMs - ISSUED_BEFORE_MS), 1, atMs, outcome);
  }
  const events = writer.events.sort((a, b) => a.atMs - b.atMs);
  const tries = new Map(
    events.flatMap((event, index) => (event.type === 'attempt' ? [[event.correlationId, index]] : [])),
  );
  return { events, subjects: checks.map((check) => subjectOf(check, tries.get(idOf(check.number)))) };
};

const subjectOf = ({ number, group, passChance }: FirstCheck, tryIndex: number | undefined): Subject => {
  const correlationIds = [idOf(number)];
  if (group !== undefined) return { correlationIds, role: 'honest', group, tries: [] };
  return {
    correlationIds,
    role: 'attacker',
    group: breadthFirst.kind,
    ...(passChance !== undefined && { passChance }),
    tries: tryIndex === undefined ? [] : [tryIndex],
  };
};

const idOf = (number: number): string => `first-check-${number}`;

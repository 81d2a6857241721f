// Ids that were abused from the same devices are one case: a flood of throw-away ids is reviewed once.

import { Unavailable } from './errors.ts';
import type { Devices } from './ports.ts';
import type { CorrelationRecord } from './records.ts';

const TRIES = 8;

/**
 * The smallest key already given to a device on which the id has a failure, else the id itself; it is then given to those
 * of its devices that have none, and does not change later. Repeating it after a crash gives the same key.
 */
export const giveCaseKey = async (
  { devices }: { devices: Devices },
  { correlationId, caseKey, history }: CorrelationRecord,
): Promise<string> => {
  if (caseKey !== undefined) return caseKey;
  const failures = [...history.spoof, ...history.uncertain, ...history.technical];
  const deviceKeys = [...new Set(failures.map(({ tag }) => tag))].filter((tag) => tag !== '');
  const known: string[] = [];
  for (const deviceKey of deviceKeys) {
    const found = await devices.find(deviceKey);
    if (found?.record.caseKey !== undefined) known.push(found.record.caseKey);
  }
  const chosen = known.sort()[0] ?? correlationId;
  for (const deviceKey of deviceKeys) await give(devices, deviceKey, chosen);
  return chosen;
};

const give = async (devices: Devices, deviceKey: string, caseKey: string): Promise<void> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const found = await devices.find(deviceKey);
    // The recorder merges device histories right after it has counted; without one there is nothing to mark.
    if (found === undefined || found.record.caseKey !== undefined) return;
    if (await devices.save({ ...found.record, caseKey }, found.version)) return;
  }
  throw new Unavailable('a device was not given its case: too many writers');
};

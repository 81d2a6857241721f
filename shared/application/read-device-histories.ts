import type { History } from '../domain/history.ts';
import type { Devices } from './ports.ts';

/** Those that are known. */
export const readDeviceHistories = async (
  devices: Devices,
  deviceKeys: readonly string[],
): Promise<Map<string, History>> => {
  const histories = new Map<string, History>();
  for (const deviceKey of deviceKeys) {
    const found = await devices.find(deviceKey);
    if (found !== undefined) histories.set(deviceKey, found.record.history);
  }
  return histories;
};

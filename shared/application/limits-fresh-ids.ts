import type { Devices } from './ports.ts';
import type { OpenIncidentIds } from './watch-records.ts';

/** Whether many fresh ids of the customer try once each at present, and nobody ever passed on this device. */
export const limitsFreshIds = async (
  devices: Devices,
  { breadthFirst }: OpenIncidentIds,
  deviceKey: string | undefined,
): Promise<boolean> => {
  if (breadthFirst === undefined) return false;
  const found = deviceKey === undefined ? undefined : await devices.find(deviceKey);
  return found?.record.history.lastPassAtMs === undefined;
};

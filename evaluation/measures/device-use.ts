import type { Subject, Trace } from '../trace.ts';
import { subjectsOfIds } from './subjects-of-ids.ts';

/** How a person shares devices; of what fits, the first. */
export type DeviceUse = 'kiosk' | 'family' | 'two devices' | 'own device';

/** The largest household that is a family: more people than this share a kiosk. */
const LARGEST_FAMILY = 4;

/** For each person of an honest trace. Seen from the events: a person counts for a device after one session on it. */
export const deviceUseOf = (trace: Trace): Map<Subject, DeviceUse> => {
  const subjectOfId = subjectsOfIds(trace);
  const peopleOn = new Map<string, Set<Subject>>();
  const devicesOf = new Map<Subject, Set<string>>();
  for (const { correlationId, deviceKey } of trace.events) {
    const subject = subjectOfId.get(correlationId);
    if (subject === undefined || deviceKey === undefined) continue;
    devicesOf.set(subject, (devicesOf.get(subject) ?? new Set()).add(deviceKey));
    peopleOn.set(deviceKey, (peopleOn.get(deviceKey) ?? new Set()).add(subject));
  }
  return new Map([...devicesOf].map(([subject, devices]) => [subject, useOf(devices, peopleOn)]));
};

const useOf = (devices: ReadonlySet<string>, peopleOn: ReadonlyMap<string, ReadonlySet<Subject>>): DeviceUse => {
  const mostPeople = Math.max(...[...devices].map((device) => peopleOn.get(device)?.size ?? 1));
  if (mostPeople > LARGEST_FAMILY) return 'kiosk';
  if (mostPeople > 1) return 'family';
  return devices.size > 1 ? 'two devices' : 'own device';
};

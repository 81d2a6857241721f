import type { Devices } from '../../application/ports.ts';
import type { DeviceRecord, Versioned } from '../../application/records.ts';
import { VersionedMap } from './versioned-map.ts';

export class MemoryDevices implements Devices {
  readonly #devices = new VersionedMap<DeviceRecord>();

  find(deviceKey: string): Promise<Versioned<DeviceRecord> | undefined> {
    return Promise.resolve(this.#devices.find(deviceKey));
  }

  save(record: DeviceRecord, version?: string): Promise<boolean> {
    const { deviceKey } = record;
    return Promise.resolve(
      version === undefined
        ? this.#devices.create(deviceKey, record)
        : this.#devices.replace(deviceKey, record, version),
    );
  }
}

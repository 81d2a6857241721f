import type { Container } from '@azure/cosmos';
import type { Devices } from '../../application/ports.ts';
import type { DeviceRecord, Versioned } from '../../application/records.ts';
import type { CosmosDatabase } from './cosmos-database.ts';
import { deviceDocuments } from './documents.ts';
import { createItem, readItem, replaceItem } from './single-items.ts';

const DOCUMENT = 'history';

export class CosmosDevices implements Devices {
  readonly #container: Container;
  readonly #database: CosmosDatabase;

  constructor(database: CosmosDatabase) {
    this.#database = database;
    this.#container = database.container('devices');
  }

  async find(deviceKey: string): Promise<Versioned<DeviceRecord> | undefined> {
    const found = await readItem(this.#container.item(DOCUMENT, deviceKey), this.#database);
    return found && { record: deviceDocuments.record(found.record), version: found.version };
  }

  save(record: DeviceRecord, version?: string): Promise<boolean> {
    const document = deviceDocuments.document(record);
    if (version === undefined) return createItem(this.#container, document, this.#database);
    return replaceItem(this.#container.item(DOCUMENT, record.deviceKey), document, version, this.#database);
  }
}

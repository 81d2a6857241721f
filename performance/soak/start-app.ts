// The whole app as `npm start` runs it, in two processes of their own: the bundle in its host, and the local cloud.

import { CosmosClient, type Database } from '@azure/cosmos';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import hostJson from '../../host.json' with { type: 'json' };
import topology from '../../infra/topology.json' with { type: 'json' };
import { type HostProcess, startHostProcess } from '../../local/functions-host/host-process.ts';
import { buildBundle } from '../../scripts/build.ts';
import { type CloudProcess, startCloudProcess } from '../cloud/cloud-process.ts';

export interface AppUnderLoad {
  cloud: CloudProcess;
  host: HostProcess;
  /** For looking at what is stored. */
  database: Database;
  /** What the app or its host complained of, by sentence or name. */
  complaints: Map<string, number>;
  stop(): Promise<void>;
}

const HOST_GRACE_MS = 2000;

export const startAppUnderLoad = async (): Promise<AppUnderLoad> => {
  const folder = mkdtempSync(join(tmpdir(), 'performance-'));
  const [cloud, appEntry] = await Promise.all([startCloudProcess(), buildBundle(join(folder, 'main.cjs'))]);
  const complaints = new Map<string, number>();
  const host = await startHostProcess({
    appEntry,
    hostJson,
    settings: cloud.settings,
    timers: 'run',
    logger: ({ level, message }) => {
      if (level !== 'error' && level !== 'warning') return;
      const what = complaintIn(message);
      complaints.set(what, (complaints.get(what) ?? 0) + 1);
    },
  }).finally(() => rmSync(folder, { recursive: true })); // Once it is loaded, nobody needs it.
  const client = new CosmosClient({
    endpoint: cloud.settings.COSMOS_ENDPOINT ?? '',
    key: cloud.settings.COSMOS_KEY ?? '',
  });
  return {
    cloud,
    host,
    database: client.database(topology.cosmos.database),
    complaints,
    stop: async () => {
      client.dispose();
      await host.stop(HOST_GRACE_MS);
      await cloud.stop();
    },
  };
};

/** The app logs JSON with the name of what happened. */
const complaintIn = (message: string): string => /"event":"([^"]+)"/.exec(message)?.[1] ?? message;

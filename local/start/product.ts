// Everything that is needed to use the product on this machine, started in one go: the services, the app, its customers.

import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { advanceSharedClock, sharedClock, shiftDate } from '../clock.ts';
import { startCloud, type LocalCloud } from '../cloud.ts';
import { startHostProcess, type HostProcess } from '../functions-host/host-process.ts';
import { defaultConfiguration } from '../identity/configuration.ts';
import { seed as seedCustomers } from '../seed.ts';
import { openAppLog } from './app-log.ts';
import { startControl } from './control.ts';
import { startCrashableApp, type CrashableProduct } from './crashable-app.ts';
import type { DataDirectory } from './data-directory.ts';
import { UserError } from './user-error.ts';

const root = join(import.meta.dirname, '../..');
/** Of a stop that has to be over within three seconds. */
const HOST_GRACE_MS = 1000;

export interface Product extends CrashableProduct {
  controlUrl: string;
  stop(): Promise<void>;
}

export const startProduct = async (options: {
  data: DataDirectory;
  /** Makes the bundle that is deployed, at this path. */
  build: (file: string) => Promise<unknown>;
  port: number;
  seed: number;
  tell: (line: string) => void;
}): Promise<Product> => {
  const { data, build, port, seed, tell } = options;
  await refuseTakenPort(port);
  shiftDate();
  sharedClock.moveTo(data.clockOffsetMs);

  mkdirSync(dirname(data.bundle), { recursive: true });
  const [cloud] = await Promise.all([startCloud({ dataDir: data.cloudDir, face: { seed } }), build(data.bundle)]);
  await seedCustomers(cloud);
  const log = openAppLog(data.logFile, tell);
  const startHostOn = (hostPort: number): Promise<HostProcess> =>
    startHostProcess({
      appEntry: data.bundle,
      hostJson: JSON.parse(readFileSync(join(root, 'host.json'), 'utf8')) as object,
      settings: cloud.settings,
      timerStatusFolder: join(data.cloudDir, 'timers'),
      port: hostPort,
      logger: log.logger,
    });
  const app = await startCrashableApp(port, startHostOn);
  const product: CrashableProduct = {
    ...caller(cloud),
    apiUrl: app.host.url,
    faceEndpoint: cloud.face.endpoint,
    cloud,
    app,
    advance: async (ms) => {
      data.keepClockOffset(sharedClock.offsetMs + ms);
      await advanceSharedClock(ms, [app.host.child]);
    },
  };
  const control = await startControl(product, tell);

  return {
    ...product,
    controlUrl: control.url,
    stop: async () => {
      await app.host.stop(HOST_GRACE_MS).catch(() => undefined);
      await Promise.all([control.stop(), cloud.stop()]);
      await log.close();
    },
  };
};

/** The client application that the demo and the printed lines call as. */
const caller = ({ identity }: LocalCloud) => {
  const tenant = defaultConfiguration.tenants[0]!;
  const client = tenant.clients[0]!;
  return {
    tenantUrl: `${identity.url}/${tenant.tenantId}`,
    clientId: client.clientId,
    clientSecret: client.secret,
    apiClientId: identity.apiClientId,
  };
};

/** Asked before anything is built and started, which takes seconds. */
const refuseTakenPort = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${error.code ?? error.message})`;
      reject(new UserError(`Port ${port} ${why}. Choose another: npm start -- --port 7072`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });

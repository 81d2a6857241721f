// The far end of cloud-process.ts.

import { startCloud, type LocalCloud } from '../../local/cloud.ts';
import { noiselessDecisions } from '../../local/face/decisions.ts';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { seed } from '../../local/seed.ts';
import { type CloudAnswer, type CloudCall, EVERY_EVENT } from './cloud-process.ts';

// Whoever owns this process has died or let go: nothing may stay behind.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group of processes; the parent decides when this one ends.
process.on('SIGINT', () => undefined);

let cloud: LocalCloud | undefined;
let removeLatency = (): void => undefined;

const start = async (): Promise<unknown> => {
  cloud = await startCloud({
    subscriptions: [EVERY_EVENT.subscription],
    face: { seed: 1, decisions: noiselessDecisions, rateLimitPerSecond: 0 },
  });
  await seed(cloud);
  return { settings: cloud.settings, faceEndpoint: cloud.face.endpoint };
};

const perform = ({ method, latencyMs }: CloudCall): unknown => {
  if (method === 'start') return start();
  if (cloud === undefined) throw new Error('The cloud has not started.');
  const { cosmos, serviceBus, face, identity } = cloud;
  switch (method) {
    case 'containers':
      return cosmos.inspect().containers;
    case 'setLatency':
      removeLatency();
      removeLatency = latencyMs === 0 ? () => undefined : cosmos.faults.add({ latencyMs });
      return undefined;
    case 'waitingMessages':
      return Object.values(serviceBus.inspect().entities)
        .filter(({ consumers }) => consumers > 0)
        .reduce((sum, { active, locked }) => sum + active + locked, 0);
    case 'sessionsAtFace':
      return face.inspect().list;
    case 'appToken':
      return identity.appToken(defaultConfiguration.tenants[0]?.clients[0]?.clientId ?? '');
    case 'stop':
      return cloud.stop();
  }
};

const answer = (message: CloudAnswer): void => {
  if (process.connected) process.send?.(message);
};

process.on('message', (message) => {
  const call = message as CloudCall;
  new Promise((resolve) => resolve(perform(call))).then(
    (value: unknown) => answer({ id: call.id, value }),
    (error: unknown) => answer({ id: call.id, refusal: String(error) }),
  );
});

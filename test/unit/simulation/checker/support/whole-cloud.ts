// The cloud of a run at its end: in it is what a test puts there.

import { ServiceBusClient } from '@azure/service-bus';
import { Random } from '../../../../../evaluation/random.ts';
import { playAttempt } from '../../../../../local/face/device.ts';
import { deviceDocuments } from '../../../../../shared/adapters/cosmos/documents.ts';
import { FaceService } from '../../../../../shared/adapters/face/face-service.ts';
import type { LedgerRecord } from '../../../../../shared/application/records.ts';
import { emptyHistory } from '../../../../../shared/domain/history.ts';
import { foldIntoDevice } from '../../../../../shared/domain/judged-state.ts';
import { defaultPolicy } from '../../../../../shared/domain/policy.ts';
import { Network } from '../../../../../simulation/engine/network.ts';
import { VirtualTime } from '../../../../../simulation/engine/virtual-time.ts';
import { type SimulatedCloud, startSimulatedCloud } from '../../../../../simulation/world/local-cloud.ts';
import { customerId } from '../../../../support/builders.ts';
import { resultOf, type Witness } from './witness.ts';

const QUEUE = 'liveness-results';

export class WholeCloud {
  readonly cloud: SimulatedCloud;

  constructor(cloud: SimulatedCloud) {
    this.cloud = cloud;
  }

  /** A Face session and its token. */
  async session(correlationId: string): Promise<{ faceSessionId: string; authToken: string }> {
    const { endpoint, key, httpClient } = this.cloud.face;
    const face = new FaceService({ endpoint, credential: { kind: 'key', key: { key } }, httpClient, deadlineMs: 5000 });
    const request = { kind: 'liveness', correlationId, operationMode: 'Passive', tokenTtlSeconds: 600 } as const;
    const created = await face.create(request);
    if (created.kind !== 'created') throw new Error(`Face has created nothing: ${created.kind}`);
    return created;
  }

  async tries(authToken: string, outcome: 'real' | 'spoof' | 'uncertain'): Promise<void> {
    const { endpoint, call } = this.cloud.face;
    await playAttempt({ endpoint, call, authToken, person: 'alice', media: 'live', outcome });
  }

  /** A device that has seen these failures. */
  async device(deviceKey: string, entries: readonly LedgerRecord[]): Promise<void> {
    const history = entries
      .map(resultOf)
      .reduce((seen, event) => foldIntoDevice(seen, event, defaultPolicy), emptyHistory);
    await this.#container('devices').items.create(deviceDocuments.document({ deviceKey, customerId, history }));
  }

  async observation(id: string, createdAtMs: number): Promise<void> {
    await this.#container('observations').items.create({ id, key: 'a day', customerId, createdAtMs });
  }

  /** What was observed of the customer is counted up to this moment. */
  async watch(countedUntil: Date, dueAt?: Date): Promise<void> {
    const watch = { id: 'watch', documentKind: 'watch', customerId, countedUntil, ...(dueAt && { dueAt }) };
    await this.#container('customers').items.create(watch);
  }

  /** A message that nobody has handled. */
  async message(): Promise<void> {
    const { serviceBus } = this.cloud;
    const { webSocket } = serviceBus.wire();
    const client = new ServiceBusClient(serviceBus.connectionString, { webSocketOptions: { webSocket } });
    await client.createSender(QUEUE).sendMessages({ body: 'a result' });
    await client.close();
  }

  /** A message that was handled in vain too often. */
  async deadLetter(): Promise<void> {
    await this.message();
    const receiver = this.cloud.serviceBus.receiver(QUEUE);
    const [message] = receiver.receiveNow(1);
    receiver.deadLetter(message?.lockToken ?? '');
  }

  #container(name: string) {
    return this.cloud.database.container(name);
  }
}

export const startWholeCloud = async ({ checker, nowMs }: Witness): Promise<WholeCloud> => {
  const time = new VirtualTime(nowMs);
  const random = new Random(1);
  const weather = { trouble: () => undefined, slowness: () => 1 };
  const network = new Network({ time, random, weather, onStep: () => undefined });
  return new WholeCloud(await startSimulatedCloud({ time, random, network, checker, faceCallsPerSecond: 0 }));
};

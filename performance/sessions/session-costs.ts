// What one session costs in the database from the request for a token to the published event, step by step, and what the
// sweeps cost when there is nothing to do.

import { ServiceBusClient } from '@azure/service-bus';
import { defaultConfiguration } from '../../local/identity/configuration.ts';
import { playAttempt } from '../../local/face/device.ts';
import { sweepNames, sweepPeriodSeconds } from '../../shared/application/sweeps.ts';
import { decodeResult } from '../../shared/contracts/result-message.ts';
import { type Charges, chargesBetween } from '../cloud/charges.ts';
import type { CloudProcess } from '../cloud/cloud-process.ts';
import type { ConnectedProduct } from '../pipelines/connect-product.ts';

export interface StepCost {
  step: string;
  /** A person's first session, and the second one on the same day. */
  first: SessionCost;
  later: SessionCost;
}

export interface SessionCost {
  requests: number;
  charge: number;
}

export interface SweepCost {
  sweep: string;
  periodSeconds: number;
  /** Of one run that finds nothing. */
  requests: number;
  charge: number;
}

export interface SessionCosts {
  steps: StepCost[];
  /** Recording when the end of the session comes in a batch of its own: at low traffic, when it is not waited for. */
  recordedApart: SessionCost;
  sweeps: SweepCost[];
}

const PEOPLE = 20;
const QUEUE = 'liveness-results';

interface Issued {
  sessionId: string;
  authToken: string;
}

export const measureSessionCosts = async (cloud: CloudProcess, connected: ConnectedProduct): Promise<SessionCosts> => {
  const { useCases, clientApplications, recordResultMessages } = connected.product;
  const tenant = defaultConfiguration.tenants[0];
  const clientKey = `${tenant?.tenantId ?? ''}:${tenant?.clients[0]?.clientId ?? ''}`;

  const measured = async (run: () => Promise<void>): Promise<Charges> => {
    const before = await cloud.containers();
    await run();
    return chargesBetween(before, await cloud.containers());
  };
  const perSession = async (run: () => Promise<void>): Promise<SessionCost> => {
    const { requests, charge } = await measured(run);
    return { requests: requests / PEOPLE, charge: charge / PEOPLE };
  };
  /** As each request to the API is answered for whom it comes from. */
  const customerOfCaller = async (): Promise<string> => {
    const customerId = await clientApplications.findCustomerId(clientKey);
    if (customerId === undefined) throw new Error('the client application is not seeded');
    return customerId;
  };

  const issue = async (person: number): Promise<Issued> => {
    const decision = await useCases.issueLivenessSession({
      caller: { clientKey, customerId: await customerOfCaller() },
      kind: 'liveness',
      endUserRef: `person-${person}`,
      deviceId: `device-of-${person}`,
      appVersion: '4.2.0',
      operationMode: 'Passive',
    });
    if (decision.kind !== 'issued') throw new Error(`no token: ${decision.kind}`);
    return decision;
  };
  const complete = async ({ sessionId }: Issued): Promise<void> => {
    const customerId = await customerOfCaller();
    const { kind } = await useCases.completeLivenessSession({ customerId, sessionId, report: {} });
    if (kind !== 'completed') throw new Error(`not completed: ${kind}`);
  };
  const playSession = async (
    batches: (messages: readonly string[]) => string[][],
  ): Promise<[issuing: SessionCost, completing: SessionCost, recording: SessionCost]> => {
    const issued: Issued[] = [];
    const issuing = await perSession(async () => {
      for (let person = 0; person < PEOPLE; person += 1) issued.push(await issue(person));
    });
    for (const { authToken } of issued) {
      await playAttempt({ endpoint: cloud.faceEndpoint, authToken, person: 'anybody', media: 'live' });
    }
    const completing = await perSession(async () => {
      for (const session of issued) await complete(session);
    });
    const messages = await takeMessages(cloud);
    const recording = await perSession(async () => {
      for (const batch of batches(messages)) await recordResultMessages(batch);
    });
    return [issuing, completing, recording];
  };

  const first = await playSession(byPerson);
  const later = await playSession(byPerson);
  const [, , recordedApart] = await playSession(oneByOne);
  const steps = ['token requested', 'completed', 'recorded and published'].map((step, index) => ({
    step,
    first: first[index] as SessionCost,
    later: later[index] as SessionCost,
  }));

  const sweeps: SweepCost[] = [];
  for (const sweep of sweepNames) {
    const { requests, charge } = await measured(async () => {
      await useCases.runSweep(sweep);
    });
    sweeps.push({ sweep, periodSeconds: sweepPeriodSeconds[sweep], requests, charge });
  }
  return { steps, recordedApart, sweeps };
};

const takeMessages = async (cloud: CloudProcess): Promise<string[]> => {
  const client = new ServiceBusClient(cloud.settings.ServiceBusConnection ?? '');
  const receiver = client.createReceiver(QUEUE, { receiveMode: 'receiveAndDelete', skipParsingBodyAsJson: true });
  const texts: string[] = [];
  for (;;) {
    const messages = await receiver.receiveMessages(100, { maxWaitTimeInMs: 200 });
    if (messages.length === 0) break;
    texts.push(...messages.map(({ body }) => String(body)));
  }
  await client.close();
  return texts;
};

const byPerson = (texts: readonly string[]): string[][] => [
  ...Map.groupBy(texts, (text) => {
    const decoded = decodeResult(text);
    return decoded.kind === 'decoded' ? decoded.event.correlationId : '';
  }).values(),
];

const oneByOne = (texts: readonly string[]): string[][] => texts.map((text) => [text]);

// People who come at a steady rate, whether the app keeps up or not: a token, an attempt or two, the completion.

import { ServiceBusClient, type ServiceBusReceivedMessage } from '@azure/service-bus';
import { setTimeout as delay } from 'node:timers/promises';
import { Random } from '../../evaluation/random.ts';
import { playAttempt } from '../../local/face/device.ts';
import { keepAccessTokens } from '../../local/traffic/access-tokens.ts';
import { ApiClient } from '../../local/traffic/api-client.ts';
import { EVERY_EVENT } from '../cloud/cloud-process.ts';
import type { AppUnderLoad } from './start-app.ts';

export interface TrafficOptions {
  /** Sessions a second, on average. */
  rate: number;
  seconds: number;
  seed: number;
}

export interface Traffic {
  asked: number;
  /** Tokens that were issued. */
  issued: number;
  /** Told to wait, or refused: an answer, and none that these people should get. */
  refused: number;
  /** 503. */
  busy: number;
  failed: number;
  tokenMs: number[];
  /** From the end of the last attempt until a subscriber has the event of the session's end; Infinity: it never came. */
  recordedMs: number[];
  /** Sessions whose event never came. */
  unpublished: number;
  /** Sessions that were not recorded when the last person had come. */
  backlog: number;
  correlationIds: Set<string>;
}

/** So each comes back every two minutes or so. */
const SECONDS_BETWEEN_VISITS = 120;
const FIRST_TRY_PASSES = 0.9;
const REST_SECONDS = 60;
const LOOK_AGAIN_MS = 20;

export const playTraffic = async (app: AppUnderLoad, { rate, seconds, seed }: TrafficOptions): Promise<Traffic> => {
  const random = new Random(seed, 'traffic', rate);
  const people = Math.ceil(rate * SECONDS_BETWEEN_VISITS);
  const accessToken = keepAccessTokens({ appToken: () => app.cloud.appToken() });
  const api = new ApiClient(app.host.url, () => accessToken('first'));
  const traffic: Traffic = {
    asked: 0,
    issued: 0,
    refused: 0,
    busy: 0,
    failed: 0,
    tokenMs: [],
    recordedMs: [],
    unpublished: 0,
    backlog: 0,
    correlationIds: new Set(),
  };
  /** When the last attempt of a session ended. */
  const triedAtMs = new Map<string, number>();
  const recordedAtMs = new Map<string, number>();
  const events = subscribeToCompletions(app, (sessionId) => {
    recordedAtMs.set(sessionId, performance.now());
    settle(sessionId);
  });

  const underWay = new Set<Promise<void>>();
  const startedMs = performance.now();
  let comesAtMs = startedMs;
  while (comesAtMs < startedMs + seconds * 1000) {
    const waitMs = comesAtMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const visit = playVisit(random.whole(1, people), random.happens(FIRST_TRY_PASSES), comesAtMs);
    underWay.add(visit);
    void visit.finally(() => underWay.delete(visit));
    comesAtMs += random.exponential(1000 / rate);
  }
  traffic.backlog = traffic.asked - traffic.recordedMs.length - traffic.refused - traffic.busy - traffic.failed;
  await Promise.all(underWay);
  await untilQuiet();
  await events.close();
  traffic.unpublished = triedAtMs.size;
  triedAtMs.forEach(() => traffic.recordedMs.push(Infinity));
  return traffic;

  async function playVisit(person: number, passesAtOnce: boolean, plannedAtMs: number): Promise<void> {
    traffic.asked += 1;
    try {
      const fields = {
        endUserRef: `person-${seed}-${person}`,
        deviceId: `device-${seed}-${person}`,
        appVersion: '4.2.0',
      };
      const answer = await api.askForToken(fields, { patient: false });
      // From when the person came: a client that could not send in time has waited too.
      traffic.tokenMs.push(performance.now() - plannedAtMs);
      switch (answer.kind) {
        case 'issued':
          break;
        case 'busy':
          traffic.busy += 1;
          return;
        case 'wait':
        case 'refused':
          traffic.refused += 1;
          return;
      }
      const { sessionId, correlationId, authToken } = answer.token;
      traffic.issued += 1;
      traffic.correlationIds.add(correlationId);
      if (!passesAtOnce) await tryOnce(authToken, { error: 'FaceTrackingFailed' });
      await tryOnce(authToken, { outcome: 'real' });
      triedAtMs.set(sessionId, performance.now());
      const completion = await api.complete(sessionId, {});
      if (completion === undefined) throw new Error('a session got no result');
      settle(sessionId);
    } catch (error) {
      traffic.failed += 1;
      complain(app, error);
    }
  }

  async function tryOnce(authToken: string, end: { error: 'FaceTrackingFailed' } | { outcome: 'real' }): Promise<void> {
    const shown = { person: 'anybody', media: 'live', ...end } as const;
    const played = await playAttempt({ endpoint: app.cloud.faceEndpoint, authToken, ...shown });
    if (played.kind === 'refused') throw new Error(`an attempt was refused: ${played.code}`);
  }

  function settle(sessionId: string): void {
    const tried = triedAtMs.get(sessionId);
    const recorded = recordedAtMs.get(sessionId);
    if (tried === undefined || recorded === undefined) return;
    traffic.recordedMs.push(Math.max(0, recorded - tried));
    triedAtMs.delete(sessionId);
    recordedAtMs.delete(sessionId);
  }

  /** What is under way gets its time. */
  async function untilQuiet(): Promise<void> {
    const untilMs = performance.now() + REST_SECONDS * 1000;
    while (performance.now() < untilMs) {
      if (triedAtMs.size === 0 && (await app.cloud.waitingMessages()) === 0) return app.host.idle();
      await delay(LOOK_AGAIN_MS);
    }
  }
};

/** What was published before is kept for the subscriber, so nothing waits for the first message. */
const subscribeToCompletions = (app: AppUnderLoad, onCompleted: (sessionId: string) => void): ServiceBusClient => {
  const client = new ServiceBusClient(app.cloud.settings.ServiceBusConnection ?? '');
  const { topic, subscription } = EVERY_EVENT;
  const receiver = client.createReceiver(topic, subscription, { receiveMode: 'receiveAndDelete' });
  receiver.subscribe({
    processMessage: ({ body }: ServiceBusReceivedMessage) => {
      const { type, data } = body as { type: string; data: { sessionId: string } };
      if (type === 'session.completed') onCompleted(data.sessionId);
      return Promise.resolve();
    },
    processError: ({ error }) => {
      complain(app, error);
      return Promise.resolve();
    },
  });
  return client;
};

const complain = ({ complaints }: AppUnderLoad, error: unknown): void => {
  const what = `seen by the people: ${String(error)}`;
  complaints.set(what, (complaints.get(what) ?? 0) + 1);
};

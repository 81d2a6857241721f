// A function that is added to the product and never called in a run would keep its promises by not being looked at.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpMethod } from '@azure/functions';
import { Random } from '../../../../evaluation/random.ts';
import { registerFunctions, type Handlers, type Registry } from '../../../../functions/register.ts';
import { sweepNames } from '../../../../shared/application/sweeps.ts';
import { VirtualTime } from '../../../../simulation/engine/virtual-time.ts';
import { MessagePump, type Receiver } from '../../../../simulation/world/message-pump.ts';
import type { Product } from '../../../../simulation/world/product.ts';

/** What each route that changes something has the product do. */
const useCases: Record<string, keyof Product> = {
  createLivenessSession: 'issueLivenessSession',
  createLivenessWithVerifySession: 'issueLivenessSession',
  completeLivenessSession: 'completeLivenessSession',
  deleteLivenessSession: 'deleteLivenessSession',
  resetCorrelation: 'resetCorrelation',
  putActivePolicy: 'publishPolicy',
  putCustomerPolicy: 'setCustomerPolicy',
  putEnforcement: 'setEnforcement',
};

const registered = () => {
  const changes: string[] = [];
  const sources: string[] = [];
  const timers: string[] = [];
  const registry = {
    http: (name: string, { methods = [] }: { methods?: HttpMethod[] }) => {
      if (methods.some((method) => method !== 'GET')) changes.push(name);
    },
    serviceBusQueue: (_: string, { queueName }: { queueName: string }) => sources.push(queueName),
    serviceBusTopic: (_: string, topic: { topicName: string; subscriptionName: string }) =>
      sources.push(`${topic.topicName}/Subscriptions/${topic.subscriptionName}`),
    timer: (name: string) => timers.push(name),
  } as unknown as Registry;
  registerFunctions(registry, { http: {}, messages: {}, timers: {} } as unknown as Handlers);
  return { changes, sources, timers };
};

const workload = (): string => {
  const folder = join(import.meta.dirname, '../../../../simulation/workload');
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
};

const camelCase = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

describe('a simulated run', () => {
  it('takes messages from every queue and subscription of the product', () => {
    const asked: string[] = [];

    new MessagePump({
      time: new VirtualTime(0),
      random: new Random(1),
      weather: { delivery: () => ({ lateSeconds: 0 }) },
      receiver: (destination) => {
        asked.push(destination);
        return {} as Receiver;
      },
      anyInstance: () => undefined,
      pace: () => 1,
      onMistake: () => undefined,
    });

    expect(asked.sort()).toEqual(registered().sources.sort());
  });

  it('wakes every timer of the product', () => {
    expect(sweepNames.map(camelCase).sort()).toEqual(registered().timers.sort());
  });

  it('has somebody who asks for every change that a caller can ask for', () => {
    const { changes } = registered();

    expect(changes.sort()).toEqual(Object.keys(useCases).sort());
    expect(Object.values(useCases).filter((name) => !workload().includes(`product.${name}(`))).toEqual([]);
  });
});

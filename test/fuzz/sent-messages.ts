import type { ServiceBusClient } from '@azure/service-bus';
import type { World } from './world.ts';

/** Where messages went, and what is counted of them. */
export interface SentMessages {
  world: World;
  client: ServiceBusClient;
  outcomes: Map<string, number>;
}

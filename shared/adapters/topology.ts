// Names come from the one file that Bicep and the local cloud read too.
import topology from '../../infra/topology.json' with { type: 'json' };

export type ContainerName = keyof typeof topology.cosmos.containers;
export type QueueName = keyof typeof topology.serviceBus.queues;
export type TopicName = keyof typeof topology.serviceBus.topics;

export const databaseName: string = topology.cosmos.database;

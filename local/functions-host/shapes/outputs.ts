// What output bindings send. Nothing but a body: no message id, no properties.

import type { Binding, Data, RpcResponse } from '../rpc.ts';

export interface OutputMessage {
  connection: string;
  /** Queue or topic. */
  entity: string;
  body: string;
}

export const toOutputMessages = (bindings: Record<string, Binding>, response: RpcResponse): OutputMessage[] => {
  const produced = (response.outputData ?? []).map(({ name, data }): [string, Data | null | undefined] => [name, data]);
  return [...produced, ['$return', response.returnValue] as const].flatMap(([name, data]) => {
    const binding = bindings[name];
    if (binding?.type !== 'serviceBus') return [];
    const connection = binding.connection as string;
    const entity = (binding.queueName ?? binding.topicName) as string;
    return toBodies(data).map((body) => ({ connection, entity, body }));
  });
};

const toBodies = (data: Data | null | undefined): string[] => {
  if (data === null || data === undefined) return [];
  if (data.bytes !== undefined) return ['System.Byte[]'];
  if (data.json !== undefined) return spread(JSON.parse(data.json));
  if (data.string !== undefined) return spread(parseContainer(data.string));
  return [String(data.int ?? data.double)];
};

/** A text that is a JSON array or object counts as that. */
const parseContainer = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
};

const spread = (value: unknown): string[] => {
  if (value === null) return [];
  return Array.isArray(value) ? value.map(toBody) : [toBody(value)];
};

const toBody = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value, undefined, 2) : String(value);

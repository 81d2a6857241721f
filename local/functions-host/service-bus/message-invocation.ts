import type { HostedFunction, ServiceBusTrigger } from '../functions.ts';
import type { InvocationInput } from '../invoke.ts';
import { toBatchShape, toSingleShape } from '../shapes/service-bus.ts';
import type { ServiceBusMessageInput } from '../shapes/service-bus.ts';
import { traceFrom } from '../trace.ts';

export const toMessageInvocation = (
  { name, trigger }: HostedFunction<ServiceBusTrigger>,
  messages: readonly ServiceBusMessageInput[],
): InvocationInput => {
  if (trigger.cardinality === 'many') return { ...toBatchShape(messages, trigger), trace: traceFrom(undefined) };
  const [message, ...others] = messages;
  if (message === undefined || others.length > 0) throw new Error(`Function "${name}" takes exactly one message.`);
  const diagnosticId = message.applicationProperties?.['Diagnostic-Id'];
  const trace = traceFrom(typeof diagnosticId === 'string' ? diagnosticId : undefined);
  return { ...toSingleShape(message, trigger), trace };
};

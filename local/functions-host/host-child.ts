// The far end of host-process.ts. The clock comes first: the app must never see another one.

import { followParentClock } from '../clock.ts';
import { startHost } from './host.ts';
import type { CallMessage, HostMessage } from './host-process.ts';
import type { FunctionsHost, HostOptions, PlainHostOptions } from './host-options.ts';

followParentClock();

// Whoever owns this process has died or let go: nothing may stay behind.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group of processes; the parent decides when this one ends.
process.on('SIGINT', () => undefined);

const tell = (message: HostMessage): void => {
  if (process.connected) process.send!(message);
};

let host: FunctionsHost | undefined;

const perform = async ({ method, args }: CallMessage): Promise<unknown> => {
  if (method === 'start') {
    const options: HostOptions = {
      ...(args[0] as PlainHostOptions),
      logger: (record) => tell({ kind: 'log', record }),
    };
    host = await startHost(options);
    return { url: host.url, functions: host.functions };
  }
  if (host === undefined) throw new Error('The host has not started.');
  const act = host[method].bind(host) as (...given: unknown[]) => Promise<unknown>;
  return act(...args);
};

process.on('message', (message) => {
  const call = message as CallMessage | { kind?: undefined };
  if (call.kind !== 'call') return;
  perform(call).then(
    (value) => tell({ kind: 'answer', id: call.id, value }),
    (error: unknown) => tell({ kind: 'refusal', id: call.id, message: (error as Error).message }),
  );
});

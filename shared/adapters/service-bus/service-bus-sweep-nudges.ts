import type { SweepName, SweepNudges } from '../../application/ports.ts';
import { sendAll } from './send-all.ts';
import type { ServiceBusConnection } from './service-bus-connection.ts';

const MS_PER_MINUTE = 60_000;

/** Queue `sweeps`: the second way to start a sweep. Its duplicate detection makes one of many nudges in a minute. */
export class ServiceBusSweepNudges implements SweepNudges {
  readonly #connection: ServiceBusConnection;

  constructor(connection: ServiceBusConnection) {
    this.#connection = connection;
  }

  nudge(sweep: SweepName, now: Date): Promise<void> {
    const messageId = `${sweep}:${Math.floor(now.getTime() / MS_PER_MINUTE)}`;
    return sendAll(
      this.#connection.sender('sweeps'),
      [{ body: { sweep }, messageId, contentType: 'application/json' }],
      'a sweep was not nudged',
    );
  }
}

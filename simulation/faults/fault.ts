// What can go wrong in a run. Each fault stands for itself, so that a failure can be told with as few as possible.

import type { Service } from '../engine/network.ts';

/** A part of the run, in virtual seconds from its start. */
export interface Period {
  fromSecond: number;
  seconds: number;
}

export type Fault =
  /** The process ends before this step leaves, or when it is carried out, and another takes its place. */
  | { kind: 'crash'; step: number; when: 'before' | 'after'; downSeconds: number }
  | { kind: 'lost-reply'; step: number }
  | { kind: 'refused-connection'; step: number }
  | ({ kind: 'throttling'; service: Exclude<Service, 'token'>; share: number; retryAfterMs?: number } & Period)
  /** Of Cosmos DB it may be that it answers all the same, and refuses this share of the writes. */
  | ({ kind: 'outage'; service: Service | 'everything'; refusedWrites?: number } & Period)
  | ({ kind: 'slowness'; service: Service; factor: number } & Period)
  /** Reads that ask for less than Strong may be told what was there up to so long ago. */
  | ({ kind: 'stale-reads'; longestLagMs: number } & Period)
  /** The timers of all processes stop for a while, or for good. */
  | ({ kind: 'stopped-timers'; forGood: boolean } & Period)
  /** The clock of one process jumps, and is put right after a while. */
  | ({ kind: 'clock-skew'; process: number; skewSeconds: number } & Period)
  /** All clocks jump ahead at once. */
  | { kind: 'clock-jump'; atSecond: number; bySeconds: number }
  /** A batch comes again: while it is being handled, or once it was handled and cannot be completed any more. */
  | { kind: 'lost-lock'; delivery: number; when: 'before' | 'after' }
  /** A batch waits this long between being received and being handled, while later ones overtake it. */
  | { kind: 'late-delivery'; delivery: number; seconds: number }
  /** The broker cuts the connection or the link at this send, asks to come again, or accepts and does not say so. */
  | { kind: 'broker-trouble'; send: number; what: 'cut' | 'detach' | 'server-busy' | 'unsettled' }
  /** All connections to the broker break at once, whether or not anything is under way. */
  | { kind: 'cut-connections'; atSecond: number }
  /** One of the processes is the next version of the product, whenever it starts. */
  | { kind: 'next-version'; process: number }
  /** Face takes no more than so many calls a second, those of devices included. */
  | { kind: 'face-limit'; callsPerSecond: number }
  /** Face does not know this session any more, of all that it made. */
  | { kind: 'forgotten-session'; session: number; afterSeconds: number };

export type FaultKind = Fault['kind'];

export const isIn = ({ fromSecond, seconds }: Period, second: number): boolean =>
  second >= fromSecond && second < fromSecond + seconds;

const describePeriod = ({ fromSecond, seconds }: Period): string => `from ${fromSecond} s for ${seconds} s`;

export const describeFault = (fault: Fault): string => {
  switch (fault.kind) {
    case 'crash':
      return `crash ${fault.when} step ${fault.step}, down for ${fault.downSeconds} s`;
    case 'lost-reply':
      return `the reply to step ${fault.step} is lost`;
    case 'refused-connection':
      return `step ${fault.step} does not reach its service`;
    case 'throttling': {
      const hint = fault.retryAfterMs === undefined ? 'no Retry-After' : `Retry-After ${fault.retryAfterMs} ms`;
      return `${fault.service} throttles ${Math.round(100 * fault.share)} % (${hint}) ${describePeriod(fault)}`;
    }
    case 'outage':
      return fault.refusedWrites === undefined
        ? `${fault.service} is down ${describePeriod(fault)}`
        : `${fault.service} refuses ${Math.round(100 * fault.refusedWrites)} % of writes ${describePeriod(fault)}`;
    case 'slowness':
      return `${fault.service} is ${fault.factor} times slower ${describePeriod(fault)}`;
    case 'stale-reads':
      return `reads may be ${fault.longestLagMs} ms behind ${describePeriod(fault)}`;
    case 'stopped-timers':
      return fault.forGood ? `timers stop for good at ${fault.fromSecond} s` : `timers stop ${describePeriod(fault)}`;
    case 'clock-skew':
      return `the clock of process ${fault.process} is off by ${fault.skewSeconds} s ${describePeriod(fault)}`;
    case 'clock-jump':
      return `all clocks jump ahead by ${fault.bySeconds} s at ${fault.atSecond} s`;
    case 'lost-lock':
      return `delivery ${fault.delivery} loses its locks ${fault.when} it is handled`;
    case 'late-delivery':
      return `delivery ${fault.delivery} is handled ${fault.seconds} s late`;
    case 'broker-trouble':
      return `the broker at send ${fault.send}: ${fault.what}`;
    case 'cut-connections':
      return `all connections to the broker break at ${fault.atSecond} s`;
    case 'next-version':
      return `process ${fault.process} is the next version`;
    case 'face-limit':
      return `Face takes ${fault.callsPerSecond} calls a second`;
    case 'forgotten-session':
      return `Face forgets its session ${fault.session} after ${fault.afterSeconds} s`;
  }
};

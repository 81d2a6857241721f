import type { Clock } from '../clock.ts';
import type { FunctionInfo } from './functions.ts';
import type { Keys } from './http/keys.ts';
import type { Principal } from './http/principal.ts';
import type { ErrorInfo, Logger } from './log.ts';
import type { HttpAnswer } from './shapes/http.ts';
import type { OutputMessage } from './shapes/outputs.ts';
import type { ServiceBusMessageInput } from './shapes/service-bus.ts';
import type { TimerStatusStore } from './timer/status-store.ts';

/** What can be told to a host in another process. */
export interface PlainHostOptions {
  /** The bundle, or a folder whose package.json names it under "main". */
  appEntry: string;
  /** Environment of the app; without it "Values" of local.settings.json. */
  settings?: Record<string, string>;
  /** Without it host.json beside the app. */
  hostJson?: object;
  /** 0 (default) takes any free port, false none at all. */
  port?: number | false;
  /** Without keys no authorization level is enforced. */
  keys?: Keys;
  /** The headers x-ms-client-principal*: removed by default. */
  principal?: Principal;
  /** 'manual': only `runTimer` starts them. */
  timers?: 'run' | 'manual';
  /** Where timers keep their status, one file each; without it in memory. */
  timerStatusFolder?: string;
  /** 'off': nothing is received, and output bindings only report what they would send. */
  serviceBus?: 'on' | 'off';
}

export interface HostOptions extends PlainHostOptions {
  clock?: Clock;
  statusStore?: TimerStatusStore;
  logger?: Logger;
}

export interface HttpInput {
  method?: string;
  /** Path and query, or absolute. */
  url?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export interface TimerInput {
  isPastDue?: boolean;
}

export interface RunTimerInput extends TimerInput {
  /** Counts as the time of the run. */
  now?: Date;
}

export type InvocationInput = HttpInput | TimerInput | ServiceBusMessageInput[];

export type InvocationResult =
  | { ok: true; invocationId: string; response?: HttpAnswer; returnValue?: unknown; outputs: OutputMessage[] }
  | { ok: false; invocationId: string; error: ErrorInfo };

export interface FunctionsHost {
  /** Empty without a listener. */
  url: string;
  functions: FunctionInfo[];
  /** One invocation, by the kind of trigger; an error of the app is an answer. */
  invoke(name: string, input?: InvocationInput): Promise<InvocationResult>;
  /** A run as by schedule: after the one that is under way, with retries, and the status kept. */
  runTimer(name: string, input?: RunTimerInput): Promise<InvocationResult & { attempts: number }>;
  /** Resolves when no invocation is under way and no timer is due. */
  idle(): Promise<void>;
  /** Lets what runs end, for `graceMs` (10 s) at most. Calling it again gives the same promise. */
  stop(graceMs?: number): Promise<void>;
}

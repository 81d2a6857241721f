import type { Workload } from './workload.ts';

/** One way to take results from the queue and write them down. */
export interface Pipeline {
  name: string;
  /** `many`: a batch a call, one call after the other; `one`: a message a call, so many calls at once. */
  cardinality: 'one' | 'many';
  concurrency: number;
  /** Stores what is there before results come: people, and sessions that were issued to them. */
  prepare(workload: Workload): Promise<void>;
  /** The function that the host calls with the bodies of messages. */
  handle(bodies: readonly string[]): Promise<void>;
  /** How many events are written down for these people; each has to be there once. */
  countRecorded(workload: Workload): Promise<number>;
}

import type { MessageFields } from './wire/message-content.ts';

export type FaultPoint = 'send' | 'deliver' | 'settle' | 'management' | 'attach' | 'connect';

export type FaultAction =
  | { kind: 'reject'; condition: string; description: string }
  | { kind: 'cut'; when?: 'before' | 'after' }
  | { kind: 'detach'; condition?: string }
  | { kind: 'lose-lock' }
  | { kind: 'delay'; ms: number }
  | { kind: 'duplicate' }
  | { kind: 'drop-settlement'; applied: boolean };

export type FaultShorthand = 'server-busy' | 'quota' | 'cut' | 'detach' | 'lose-lock' | 'duplicate';

export interface Fault {
  on: FaultPoint;
  /** Path of the entity; any when absent. */
  entity?: string;
  /** Where a message is concerned: whether this is the one. */
  match?: (message: MessageFields) => boolean;
  /** How often it happens; default 1. */
  times?: number;
  /** How many occasions pass before the first time. */
  after?: number;
  do: FaultAction | FaultShorthand;
}

export interface FaultHandle {
  readonly hits: number;
  remove(): void;
}

const shorthands: Record<FaultShorthand, FaultAction> = {
  'server-busy': {
    kind: 'reject',
    condition: 'com.microsoft:server-busy',
    description: 'The server was unable to process the request; please retry the operation.',
  },
  quota: {
    kind: 'reject',
    condition: 'amqp:resource-limit-exceeded',
    description: 'The maximum entity size has been reached or exceeded.',
  },
  cut: { kind: 'cut' },
  detach: { kind: 'detach' },
  'lose-lock': { kind: 'lose-lock' },
  duplicate: { kind: 'duplicate' },
};

/** What a fault may be told to do at each point; anything else is refused when it is added. */
const possible: Record<FaultPoint, readonly FaultAction['kind'][]> = {
  send: ['reject', 'cut', 'detach', 'delay', 'drop-settlement'],
  deliver: ['cut', 'detach', 'lose-lock', 'delay'],
  settle: ['reject', 'cut', 'detach', 'lose-lock', 'delay', 'duplicate', 'drop-settlement'],
  management: ['reject', 'cut', 'detach', 'delay', 'drop-settlement'],
  attach: ['reject', 'cut', 'detach', 'delay'],
  connect: ['reject', 'cut'],
};

interface Entry {
  fault: Fault;
  action: FaultAction;
  passed: number;
  hits: number;
}

/** What goes wrong on purpose. The first fault that matches, in the order of adding, happens; nothing is random. */
export class Faults {
  readonly #entries: Entry[] = [];

  constructor(faults: readonly Fault[] = []) {
    for (const fault of faults) this.add(fault);
  }

  add(fault: Fault): FaultHandle {
    const action = typeof fault.do === 'string' ? shorthands[fault.do] : fault.do;
    if (!possible[fault.on].includes(action.kind)) {
      throw new TypeError(`the fault ${action.kind} cannot happen on ${fault.on}`);
    }
    const entry = { fault, action, passed: 0, hits: 0 };
    this.#entries.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        const index = this.#entries.indexOf(entry);
        if (index >= 0) this.#entries.splice(index, 1);
      },
    };
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** What goes wrong now, if anything. */
  take(on: FaultPoint, entity: string, messages: () => readonly MessageFields[] = () => []): FaultAction | undefined {
    for (const entry of this.#entries) {
      const { fault } = entry;
      if (fault.on !== on || entry.hits >= (fault.times ?? 1)) continue;
      if (fault.entity !== undefined && fault.entity.toLowerCase() !== entity.toLowerCase()) continue;
      if (fault.match !== undefined && !messages().some(fault.match)) continue;
      if (entry.passed < (fault.after ?? 0)) {
        entry.passed += 1;
        continue;
      }
      entry.hits += 1;
      return entry.action;
    }
    return undefined;
  }
}

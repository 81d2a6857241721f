import {
  terminus,
  types,
  type AmqpError,
  type Attach,
  type Flow,
  type Terminus,
  type Transfer,
  type Typed,
} from './codec.ts';
import type { Answer } from './dispositions.ts';

/** What a link needs of its session. */
export interface LinkSession {
  writeAttach(fields: object): void;
  writeDetach(handle: number, error: AmqpError | undefined): void;
  writeFlow(link: { handle: number; delivery_count: number; link_credit: number; drain?: boolean }): void;
  transfer(link: OutgoingLink, delivery: OutgoingDelivery): void;
  transfersWaiting(link: OutgoingLink): boolean;
  answer(received: boolean, deliveryId: number, answer: Answer): void;
  forget(link: Link): void;
}

export interface Delivery {
  readonly id: number;
  readonly format: number;
  readonly settled: boolean;
  /** Undefined when the message was larger than the link allows. */
  readonly bytes: Buffer | undefined;
}

export interface OutgoingDelivery {
  readonly tag: Buffer;
  readonly settled: boolean;
  readonly bytes: Buffer;
  /** Whatever the owner of the link wants to find again when the delivery is settled. */
  readonly about: unknown;
}

export type Outcome =
  | { kind: 'accepted' | 'released' }
  | { kind: 'modified'; undeliverableHere: boolean; changes: readonly [string, Typed][] }
  | { kind: 'rejected'; info: readonly [string, Typed][] };

abstract class LinkBase {
  readonly name: string;
  readonly handle: number;
  readonly source: Terminus | null;
  readonly target: Terminus | null;
  onClosed: () => void = () => undefined;
  protected readonly session: LinkSession;
  protected readonly peer: Attach;
  #open = true;

  constructor(session: LinkSession, attach: Attach) {
    this.session = session;
    this.peer = attach;
    this.name = attach.name;
    this.handle = attach.handle;
    this.source = terminus.unwrap(attach.source);
    this.target = terminus.unwrap(attach.target);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Ends the link from our side. */
  close(error?: AmqpError): void {
    if (!this.#open) return;
    this.session.writeDetach(this.handle, error);
    this.gone();
  }

  /** The link, its session or its connection has ended. */
  gone(): void {
    if (!this.#open) return;
    this.#open = false;
    this.session.forget(this as unknown as Link);
    this.onClosed();
  }
}

/** The peer sends, we receive. */
export class IncomingLink extends LinkBase {
  readonly direction = 'incoming';
  onDelivery: (delivery: Delivery) => void = () => undefined;
  #credit = 0;
  #window = 0;
  #deliveryCount = 0;
  #maxMessageSize = Infinity;
  #partial: { id: number; format: number; settled: boolean; size: number; pieces: Buffer[] } | undefined;

  get address(): string {
    return this.target?.address ?? '';
  }

  accept({ maxMessageSize, credit }: { maxMessageSize: number; credit: number }): void {
    this.#maxMessageSize = maxMessageSize;
    this.#window = credit;
    this.#deliveryCount = this.peer.initial_delivery_count ?? 0;
    this.session.writeAttach({
      name: this.name,
      handle: this.handle,
      role: true,
      source: this.peer.source,
      target: this.peer.target,
      snd_settle_mode: this.peer.snd_settle_mode,
      rcv_settle_mode: this.peer.rcv_settle_mode,
      max_message_size: maxMessageSize,
    });
    this.#topUp();
  }

  refuse(error: AmqpError): void {
    const { source, target } = this.peer;
    this.session.writeAttach({ name: this.name, handle: this.handle, role: true, source, target });
    this.close(error);
  }

  settle(delivery: Delivery, answer: Answer): void {
    if (this.isOpen && !delivery.settled) this.session.answer(true, delivery.id, answer);
  }

  onTransfer(transfer: Transfer, payload: Buffer): void {
    this.#partial ??= {
      id: transfer.delivery_id ?? 0,
      format: transfer.message_format ?? 0,
      settled: transfer.settled === true,
      size: 0,
      pieces: [],
    };
    const partial = this.#partial;
    partial.size += payload.length;
    // What is too large is counted and refused at its end; there is no reason to keep it until then.
    if (partial.size <= this.#maxMessageSize) partial.pieces.push(payload);
    else partial.pieces.length = 0;
    if (transfer.more === true && transfer.aborted !== true) return;

    this.#partial = undefined;
    this.#credit -= 1;
    this.#deliveryCount = (this.#deliveryCount + 1) >>> 0;
    const fits = partial.size <= this.#maxMessageSize;
    const { id, format, settled } = partial;
    if (transfer.aborted !== true) {
      this.onDelivery({ id, format, settled, bytes: fits ? Buffer.concat(partial.pieces) : undefined });
    }
    if (this.isOpen && this.#credit <= this.#window / 2) this.#topUp();
  }

  #topUp(): void {
    this.#credit = this.#window;
    this.session.writeFlow({ handle: this.handle, delivery_count: this.#deliveryCount, link_credit: this.#credit });
  }
}

/** The peer receives, we send. */
export class OutgoingLink extends LinkBase {
  readonly direction = 'outgoing';
  onCredit: () => void = () => undefined;
  onOutcome: (about: unknown, deliveryId: number, outcome: Outcome, settled: boolean) => void = () => undefined;
  #credit = 0;
  #deliveryCount = 0;
  #draining = false;
  readonly #waiting: OutgoingDelivery[] = [];

  get address(): string {
    return this.source?.address ?? '';
  }

  /** True when the peer takes messages as settled: receive-and-delete. */
  get presettled(): boolean {
    return this.peer.snd_settle_mode === 1;
  }

  /** Credit that is not promised to anything yet. */
  get credit(): number {
    return this.#credit;
  }

  accept(): void {
    this.session.writeAttach({
      name: this.name,
      handle: this.handle,
      role: false,
      source: this.peer.source,
      target: this.peer.target,
      snd_settle_mode: this.peer.snd_settle_mode,
      rcv_settle_mode: this.peer.rcv_settle_mode,
      initial_delivery_count: 0,
    });
  }

  refuse(error: AmqpError): void {
    this.session.writeAttach({
      name: this.name,
      handle: this.handle,
      role: false,
      target: this.peer.target,
      initial_delivery_count: 0,
    });
    this.close(error);
  }

  /** Sends at once, or when the peer gives credit. */
  send(delivery: OutgoingDelivery): void {
    if (!this.isOpen) return;
    if (this.#credit === 0) {
      this.#waiting.push(delivery);
      return;
    }
    this.#credit -= 1;
    this.#deliveryCount = (this.#deliveryCount + 1) >>> 0;
    this.session.transfer(this, delivery);
  }

  settle(deliveryId: number, answer: Answer): void {
    if (this.isOpen) this.session.answer(false, deliveryId, answer);
  }

  onFlow(flow: Flow): void {
    const seen = flow.delivery_count ?? 0;
    this.#credit = Math.max(0, (seen + (flow.link_credit ?? 0) - this.#deliveryCount) | 0);
    this.#draining = flow.drain === true;
    while (this.#credit > 0 && this.#waiting.length > 0) this.send(this.#waiting.shift()!);
    this.onCredit();
    this.answerDrain();
    if (flow.echo === true && flow.drain !== true) this.#writeFlow(false);
  }

  /** A drain is answered always, also when a delivery that crossed it used the last credit. */
  answerDrain(): void {
    if (!this.#draining || !this.isOpen || this.session.transfersWaiting(this)) return;
    this.#draining = false;
    this.#deliveryCount = (this.#deliveryCount + this.#credit) >>> 0;
    this.#credit = 0;
    this.#writeFlow(true);
  }

  #writeFlow(drain: boolean): void {
    const { handle } = this;
    this.session.writeFlow({ handle, delivery_count: this.#deliveryCount, link_credit: this.#credit, drain });
  }
}

export type Link = IncomingLink | OutgoingLink;

/** The outcome in the state of a disposition; undefined for a state that settles nothing. */
export const readOutcome = (state: Typed | null | undefined): Outcome | undefined => {
  const fields = state?.value as readonly (Typed | undefined)[] | undefined;
  switch (state?.descriptor?.value) {
    case 0x24:
      return { kind: 'accepted' };
    case 0x25: {
      const error = fields?.[0]?.value as readonly (Typed | undefined)[] | undefined;
      return { kind: 'rejected', info: entriesOf(error?.[2]) };
    }
    case 0x26:
      return { kind: 'released' };
    case 0x27:
      return {
        kind: 'modified',
        undeliverableHere: fields?.[1]?.value === true || fields?.[1]?.value === 1,
        changes: entriesOf(fields?.[2]),
      };
    default:
      return undefined;
  }
};

/** Keys and values of a map, the values with their types. */
export const entriesOf = (map: Typed | undefined): [string, Typed][] => {
  if (map === undefined || !types.is_map(map)) return [];
  const flat = map.value as Typed[];
  const entries: [string, Typed][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    entries.push([String(flat[index]!.value), flat[index + 1]!]);
  }
  return entries;
};

import { frames, type AmqpError, type Attach, type Begin, type Detach, type Disposition, type Flow } from './codec.ts';
import type { Frame, Transfer } from './codec.ts';
import { Dispositions, type Answer } from './dispositions.ts';
import {
  IncomingLink,
  OutgoingLink,
  readOutcome,
  type Link,
  type LinkSession,
  type OutgoingDelivery,
} from './links.ts';
import { transferFrame, transferOverhead } from './transfer-frame.ts';

/** What a session needs of its connection. */
export interface SessionConnection {
  readonly maxFrameSize: number;
  writeFrame(channel: number, performative: object): void;
  writeBytes(frame: Buffer): void;
  attached(link: Link): void;
}

const INCOMING_WINDOW = 2048;
const MAX_UINT = 4294967295;

interface Unsettled {
  link: OutgoingLink;
  about: unknown;
}

interface Queued {
  link: OutgoingLink;
  delivery: OutgoingDelivery;
  offset: number;
  id: number | undefined;
}

export class AmqpSession implements LinkSession {
  readonly #connection: SessionConnection;
  readonly #channel: number;
  readonly #links = new Map<number, Link>();
  readonly #unsettled = new Map<number, Unsettled>();
  readonly #queued: Queued[] = [];
  readonly #answersToSends: Dispositions;
  readonly #answersToSettlements: Dispositions;
  #nextIncomingId: number;
  #transfersSinceFlow = 0;
  #nextOutgoingId = 0;
  #nextDeliveryId = 0;
  #peerNextIncomingId = 0;
  #peerWindow: number;

  constructor(connection: SessionConnection, channel: number, begin: Begin) {
    this.#connection = connection;
    this.#channel = channel;
    this.#nextIncomingId = begin.next_outgoing_id;
    this.#peerWindow = begin.incoming_window;
    const write = (performative: object): void => connection.writeFrame(channel, performative);
    this.#answersToSends = new Dispositions(true, write);
    this.#answersToSettlements = new Dispositions(false, write);
    write(
      frames.begin({
        remote_channel: channel,
        next_outgoing_id: 0,
        incoming_window: INCOMING_WINDOW,
        outgoing_window: MAX_UINT,
      }),
    );
  }

  onAttach(attach: Attach): void {
    const link = attach.role ? new OutgoingLink(this, attach) : new IncomingLink(this, attach);
    this.#links.set(attach.handle, link);
    this.#connection.attached(link);
  }

  onFlow(flow: Flow): void {
    this.#peerNextIncomingId = flow.next_incoming_id ?? 0;
    this.#peerWindow = flow.incoming_window;
    this.#sendQueued();
    if (typeof flow.handle !== 'number') return;
    const link = this.#links.get(flow.handle);
    if (link?.direction === 'outgoing') link.onFlow(flow);
  }

  onTransfer(frame: Frame<Transfer>): void {
    this.#nextIncomingId = (this.#nextIncomingId + 1) >>> 0;
    this.#transfersSinceFlow += 1;
    const link = this.#links.get(frame.performative.handle);
    if (link?.direction === 'incoming') link.onTransfer(frame.performative, frame.payload ?? Buffer.alloc(0));
    if (this.#transfersSinceFlow >= INCOMING_WINDOW / 2) this.#connection.writeFrame(this.#channel, this.#flow({}));
  }

  onDisposition({ role, first, last, settled, state }: Disposition): void {
    if (!role) return; // we settle what we receive; the peer's word about it changes nothing
    for (let id = first; id <= (last ?? first); id += 1) {
      const unsettled = this.#unsettled.get(id);
      const outcome = readOutcome(state);
      if (unsettled === undefined) continue;
      if (outcome !== undefined || settled === true) this.#unsettled.delete(id);
      if (outcome !== undefined) unsettled.link.onOutcome(unsettled.about, id, outcome, settled === true);
    }
  }

  onDetach(detach: Detach): void {
    const link = this.#links.get(detach.handle);
    if (link === undefined) return; // the answer to our own detach
    this.flushAnswers();
    this.#connection.writeFrame(this.#channel, frames.detach({ handle: detach.handle, closed: detach.closed ?? true }));
    link.gone();
  }

  /** The session or its connection has ended. */
  gone(): void {
    for (const link of [...this.#links.values()]) link.gone();
  }

  flushAnswers(): void {
    this.#answersToSends.flush();
    this.#answersToSettlements.flush();
  }

  get links(): readonly Link[] {
    return [...this.#links.values()];
  }

  writeAttach(fields: object): void {
    this.#connection.writeFrame(this.#channel, frames.attach(fields));
  }

  writeDetach(handle: number, error: AmqpError | undefined): void {
    this.flushAnswers();
    this.#connection.writeFrame(this.#channel, frames.detach({ handle, closed: true, error }));
  }

  writeFlow(link: object): void {
    this.#connection.writeFrame(this.#channel, this.#flow(link));
  }

  answer(received: boolean, deliveryId: number, answer: Answer): void {
    (received ? this.#answersToSends : this.#answersToSettlements).add(deliveryId, answer);
    this.#connection.writeBytes(NOTHING); // has the connection flush in this tick
  }

  transfer(link: OutgoingLink, delivery: OutgoingDelivery): void {
    this.#queued.push({ link, delivery, offset: 0, id: undefined });
    this.#sendQueued();
  }

  transfersWaiting(link: OutgoingLink): boolean {
    return this.#queued.some((queued) => queued.link === link);
  }

  forget(link: Link): void {
    if (this.#links.get(link.handle) === link) this.#links.delete(link.handle);
    if (link.direction === 'incoming') return;
    for (const [id, unsettled] of this.#unsettled) if (unsettled.link === link) this.#unsettled.delete(id);
    const others = this.#queued.filter((queued) => queued.link !== link);
    this.#queued.splice(0, this.#queued.length, ...others);
  }

  #flow(link: object): object {
    this.#transfersSinceFlow = 0;
    return frames.flow({
      next_incoming_id: this.#nextIncomingId,
      incoming_window: INCOMING_WINDOW,
      next_outgoing_id: this.#nextOutgoingId,
      outgoing_window: MAX_UINT,
      ...link,
    });
  }

  #windowLeft(): number {
    return this.#peerWindow - ((this.#nextOutgoingId - this.#peerNextIncomingId) | 0);
  }

  #sendQueued(): void {
    while (this.#queued.length > 0 && this.#windowLeft() > 0) {
      const queued = this.#queued[0]!;
      if (!this.#sendPieces(queued)) return;
      this.#queued.shift();
      queued.link.answerDrain();
    }
  }

  /** Writes as many frames of a delivery as the peer's window allows; true when it is written to its end. */
  #sendPieces(queued: Queued): boolean {
    const { link, delivery } = queued;
    if (queued.id === undefined) {
      queued.id = this.#nextDeliveryId;
      this.#nextDeliveryId = (this.#nextDeliveryId + 1) >>> 0;
      if (!delivery.settled) this.#unsettled.set(queued.id, { link, about: delivery.about });
    }
    const pieceSize = this.#connection.maxFrameSize - transferOverhead;
    while (this.#windowLeft() > 0) {
      const end = Math.min(queued.offset + pieceSize, delivery.bytes.length);
      const more = end < delivery.bytes.length;
      this.#connection.writeBytes(
        transferFrame({
          channel: this.#channel,
          handle: link.handle,
          deliveryId: queued.id,
          tag: delivery.tag,
          settled: delivery.settled,
          more,
          payload: delivery.bytes.subarray(queued.offset, end),
        }),
      );
      this.#nextOutgoingId = (this.#nextOutgoingId + 1) >>> 0;
      queued.offset = end;
      if (!more) return true;
    }
    return false;
  }
}

const NOTHING = Buffer.alloc(0);

import { frames, messages, type AmqpError, type Typed } from './codec.ts';

/** How a delivery was answered: accepted, or refused with an error. */
export type Answer = 'accepted' | AmqpError;

const accepted = messages.accepted().described();
const stateOf = (answer: Answer): Typed =>
  answer === 'accepted' ? accepted : messages.rejected({ error: answer }).described();

/** Writes the answers of one direction of a session; only neighbours that were all accepted share a frame. */
export class Dispositions {
  #run: { first: number; last: number } | undefined;
  readonly #role: boolean;
  readonly #write: (performative: object) => void;

  /** `role` is true for deliveries that we received. */
  constructor(role: boolean, write: (performative: object) => void) {
    this.#role = role;
    this.#write = write;
  }

  add(deliveryId: number, answer: Answer): void {
    if (answer === 'accepted') {
      if (this.#run?.last === deliveryId - 1) {
        this.#run.last = deliveryId;
        return;
      }
      this.flush();
      this.#run = { first: deliveryId, last: deliveryId };
    } else {
      this.flush();
      this.#output(deliveryId, deliveryId, answer);
    }
  }

  flush(): void {
    if (this.#run === undefined) return;
    const { first, last } = this.#run;
    this.#run = undefined;
    this.#output(first, last, 'accepted');
  }

  #output(first: number, last: number, answer: Answer): void {
    this.#write(frames.disposition({ role: this.#role, first, last, settled: true, state: stateOf(answer) }));
  }
}

// Sessions of a trace, asked for at the gate. Who has to wait waits, and does then what the trace says; who is refused
// gives this session up.
//
//   trace   token ─ 18 s ─ spoof             gate   token? ──── wait ────▶ token ─ 18 s ─ spoof

import type { Outcome } from '../../shared/domain/events.ts';
import type { TraceEvent } from '../trace.ts';
import type { GatedId } from './gated-id.ts';

interface PlannedSession {
  sessionId: string;
  deviceKey: string;
  /** After its token; no outcome where the client deletes the session or lets it expire. */
  steps: { afterMs: number; outcome: Outcome | undefined }[];
}

interface Due {
  atMs: number;
  session: PlannedSession;
  /** Asks for the token if absent. */
  step?: PlannedSession['steps'][number];
}

export class SessionsAtGate {
  readonly id: GatedId;
  /** The earliest last. */
  readonly #agenda: Due[] = [];

  /** `events` of one correlation id in the order of time. */
  constructor(id: GatedId, events: readonly TraceEvent[]) {
    this.id = id;
    for (const ofSession of Map.groupBy(events, ({ sessionId }) => sessionId).values()) {
      const [issued, ...later] = ofSession;
      if (issued?.type !== 'session.issued') continue;
      const { sessionId, deviceKey = '', atMs } = issued;
      const steps = later.map((event) => ({
        afterMs: event.atMs - atMs,
        outcome: event.type === 'attempt' ? event.outcome : undefined,
      }));
      this.#agenda.push({ atMs, session: { sessionId, deviceKey, steps } });
    }
    this.#agenda.sort((a, b) => b.atMs - a.atMs);
  }

  /** Everything that happens before this moment. */
  playUntil(untilMs: number): void {
    for (let due = this.#agenda.at(-1); due !== undefined && due.atMs < untilMs; due = this.#agenda.at(-1)) {
      this.#agenda.pop();
      this.#play(due);
    }
  }

  #play({ atMs, session, step }: Due): void {
    const { sessionId, deviceKey, steps } = session;
    if (step?.outcome !== undefined) this.id.attempt(sessionId, step.outcome, atMs);
    else if (step !== undefined) this.id.close(sessionId, atMs);
    else {
      const answer = this.id.ask(sessionId, deviceKey, atMs);
      if (answer.kind === 'wait') this.#add({ atMs: answer.until.getTime(), session });
      if (answer.kind === 'issue') {
        for (const planned of steps) this.#add({ atMs: atMs + planned.afterMs, session, step: planned });
      }
    }
  }

  #add(due: Due): void {
    // What comes soon stands at the end.
    const later = this.#agenda.findLastIndex(({ atMs }) => atMs > due.atMs);
    this.#agenda.splice(later + 1, 0, due);
  }
}

// What a policy would have done: the production fold, patterns and gate, driven by the events themselves. The clock
// stands at the event that is taken; between two events it stops only at ticks of the timer that have something to do, so
// a long silence costs nothing.
//
//   events   ──●──●────────●────────────────────────●──▶ time
//   ticks    ┊     ▲  ┊     ▲  ┊     ┊     ▲  ┊     ▲     ▲ fired: after something that the timer judges, and when a
//                                                        pause lapses; ┊ skipped

import { emptyHistory, type History, withFaceLink } from '../../domain/history.ts';
import {
  identifierIncidentOpen,
  newWatch,
  observe,
  openDriftIncident,
  tick,
  type CustomerWatch,
} from '../../domain/incidents/customer-watch.ts';
import type { Incident } from '../../domain/incidents/incident.ts';
import {
  deviceToLink,
  foldEvent,
  foldIntoDevice,
  linkedDeviceOf,
  newState,
  type JudgedState,
} from '../../domain/judged-state.ts';
import { compareObservations, observationsOf, type Observation } from '../../domain/observations.ts';
import type { Policy } from '../../domain/policy.ts';
import { scoreOf } from '../../domain/score.ts';
import { judge, type Circumstances } from '../../domain/judge.ts';
import type { Occasion } from '../../domain/patterns/pattern.ts';
import type { ReplayedAttempt, ReplayEvent } from './replay-event.ts';
import { compareLines, incidentLine, verdictLine, type ReplayLine } from './replay-line.ts';

export interface ReplayOptions {
  policy: Policy;
  policyHash: string;
  timerMs: number;
  /** The sessions that events name for the same face, when they are known beforehand: no other is remembered then. */
  matchedSessions?: ReadonlySet<string>;
  /** Is told the score after each attempt of an id with a failure. */
  onScore?: (scored: ScoredAttempt) => void;
}

export interface ScoredAttempt {
  customerId: string;
  correlationId: string;
  atMs: number;
  score: number;
}

interface ReplayedId extends JudgedState {
  customer: ReplayedCustomer;
  caseKey?: string;
  /** Of the latest attempt that told it. */
  appVersion?: string;
}

interface ReplayedDevice {
  history: History;
  caseKey?: string;
}

/** Devices and faces are never followed from one customer to another. */
interface ReplayedCustomer {
  customerId: string;
  ids: Map<string, ReplayedId>;
  devices: Map<string, ReplayedDevice>;
  watch: CustomerWatch;
}

export class Replay {
  readonly #policy: Policy;
  /** Nobody asks a device which sessions are settled; in millions of events that takes room. */
  readonly #devicePolicy: Policy;
  readonly #policyHash: string;
  readonly #timerMs: number;
  readonly #matchedSessions: ReadonlySet<string> | undefined;
  readonly #onScore: ReplayOptions['onScore'];
  readonly #customers = new Map<string, ReplayedCustomer>();
  readonly #idOfSession = new Map<string, ReplayedId>();
  readonly #lines: ReplayLine[] = [];
  /** The moment of the newest event; what was observed at it, and what its tick has to judge. */
  #nowMs = -Infinity;
  #observations: Observation[] = [];
  readonly #forNextTick = new Set<ReplayedId>();
  /** Pauses that have not lapsed yet. All are of one length, so they lapse in the order in which they began. */
  readonly #pauses: { id: ReplayedId; untilMs: number }[] = [];
  #lapsed = 0;

  constructor({ policy, policyHash, timerMs, matchedSessions, onScore }: ReplayOptions) {
    this.#policy = policy;
    this.#devicePolicy = { ...policy, keep: { ...policy.keep, settled: 0 } };
    this.#policyHash = policyHash;
    this.#timerMs = timerMs;
    this.#matchedSessions = matchedSessions;
    this.#onScore = onScore;
  }

  /** Events come in the order of (at, key), each key once. */
  take(event: ReplayEvent): void {
    if (event.atMs > this.#nowMs) {
      this.#countObservations();
      this.#fireTicks(event.atMs - 1);
      this.#nowMs = event.atMs;
    }
    const id = this.#idOf(event);
    switch (event.type) {
      case 'session.issued':
        this.#judge(id, 'gate', event.atMs);
        id.history = foldEvent(id.history, event, this.#policy);
        return;
      case 'session.abandoned': {
        id.history = foldEvent(id.history, event, this.#policy);
        this.#forNextTick.add(id);
        this.#followDevice(id, event);
        return;
      }
      case 'attempt':
        id.history = foldEvent(id.history, event, this.#policy);
        if (event.appVersion !== undefined) id.appVersion = event.appVersion;
        this.#renewLink(id);
        this.#judge(id, event.outcome === 'real' ? 'result' : 'failure', event.atMs);
        this.#tellScore(id, event.atMs);
        this.#followDevice(id, event);
        if (event.otherFlaggedSessions !== undefined) this.#linkFaces(id, event);
    }
  }

  /** After the last event exactly one more tick is fired. Sorted. */
  end(): ReplayLine[] {
    this.#countObservations();
    if (this.#nowMs > -Infinity) this.#fireTicks(this.#tickFrom(this.#nowMs));
    return this.#lines.sort(compareLines);
  }

  #idOf({ customerId, correlationId, sessionId }: ReplayEvent): ReplayedId {
    let customer = this.#customers.get(customerId);
    if (customer === undefined) {
      customer = { customerId, ids: new Map(), devices: new Map(), watch: newWatch(customerId) };
      this.#customers.set(customerId, customer);
    }
    let id = customer.ids.get(correlationId);
    if (id === undefined) {
      id = { ...newState(correlationId), customer };
      customer.ids.set(correlationId, id);
    }
    if (this.#matchedSessions?.has(sessionId) !== false && !this.#idOfSession.has(sessionId)) {
      this.#idOfSession.set(sessionId, id);
    }
    return id;
  }

  #tellScore(id: ReplayedId, atMs: number): void {
    const score = this.#onScore && scoreOf(id, this.#policy)?.score;
    if (score === undefined) return;
    const { customer, correlationId } = id;
    this.#onScore?.({ customerId: customer.customerId, correlationId, atMs, score });
  }

  #renewLink(id: ReplayedId): void {
    // Without a spoof of its own an id has no link, as most have none.
    if (id.history.spoof.length === 0) return;
    const deviceKey = deviceToLink(id.history, this.#policy);
    const device = deviceKey === undefined ? undefined : id.customer.devices.get(deviceKey);
    const linked = linkedDeviceOf(id, device?.history, this.#policy);
    if (linked === undefined) delete id.linkedDevice;
    else id.linkedDevice = linked;
  }

  /** After the judging, as the recorder does it: what an id did is no link of its own. */
  #followDevice(id: ReplayedId, event: Exclude<ReplayEvent, { type: 'session.issued' }>): void {
    const device = event.deviceKey === undefined ? undefined : this.#deviceOf(id.customer, event.deviceKey);
    if (device !== undefined) device.history = foldIntoDevice(device.history, event, this.#devicePolicy);
    for (const observation of observationsOf(event, id.history, device?.history, this.#policy)) {
      this.#observations.push(observation);
    }
  }

  #deviceOf({ devices }: ReplayedCustomer, deviceKey: string): ReplayedDevice {
    const known = devices.get(deviceKey);
    if (known !== undefined) return known;
    const fresh = { history: emptyHistory };
    devices.set(deviceKey, fresh);
    return fresh;
  }

  #linkFaces(id: ReplayedId, { atMs, otherFlaggedSessions }: ReplayedAttempt): void {
    for (const { sessionId } of otherFlaggedSessions ?? []) {
      const other = this.#idOfSession.get(sessionId);
      if (other === undefined || other === id || other.customer !== id.customer) continue;
      this.#linkFace(id, other, atMs);
      this.#linkFace(other, id, atMs);
    }
  }

  #linkFace(id: ReplayedId, { correlationId }: ReplayedId, atMs: number): void {
    id.history = withFaceLink(id.history, { correlationId, atMs }, this.#policy.keep);
    this.#forNextTick.add(id);
  }

  /** Observations of one moment are counted in an order of their own, so they wait until the moment is over. */
  #countObservations(): void {
    if (this.#observations.length === 0) return;
    for (const observation of this.#observations.sort(compareObservations)) {
      const watch = this.#customers.get(observation.customerId)?.watch;
      if (watch !== undefined) observe(watch, observation, this.#policy);
    }
    for (const customerId of new Set(this.#observations.map((observation) => observation.customerId))) {
      const watch = this.#customers.get(customerId)?.watch;
      if (watch !== undefined && watch.changes.opened.length > 0) this.#bringToLight(watch, this.#nowMs);
    }
    this.#observations = [];
  }

  /** Closes what is due, and tells what opened at the tick that sees it. */
  #bringToLight(watch: CustomerWatch, nowMs: number): void {
    for (const incident of tick(watch, nowMs, this.#policy).opened) {
      this.#lines.push(incidentLine(incident, this.#tickFrom(incident.openedAtMs), this.#policyHash));
    }
  }

  /** The first tick at or after a moment: events at a tick's time come first. */
  #tickFrom(atMs: number): number {
    return Math.ceil(atMs / this.#timerMs) * this.#timerMs;
  }

  #fireTicks(lastMs: number): void {
    for (let tickMs = this.#nextTick(); tickMs <= lastMs; tickMs = this.#nextTick()) {
      for (let pause = this.#nextPause(); pause !== undefined; pause = this.#nextPause()) {
        if (pause.untilMs > tickMs) break;
        this.#forNextTick.add(pause.id);
        this.#lapsed += 1;
      }
      const due = [...this.#forNextTick];
      this.#forNextTick.clear();
      for (const id of due) this.#judge(id, 'timer', tickMs);
    }
  }

  #nextTick(): number {
    const pause = this.#nextPause();
    return Math.min(
      this.#forNextTick.size === 0 ? Infinity : this.#tickFrom(this.#nowMs),
      pause === undefined ? Infinity : this.#tickFrom(pause.untilMs),
    );
  }

  #nextPause(): { id: ReplayedId; untilMs: number } | undefined {
    return this.#pauses[this.#lapsed];
  }

  #judge(id: ReplayedId, occasion: Occasion, nowMs: number): void {
    // Only the timer looks at more than failures, and most people have none.
    if (occasion !== 'timer' && !hasFailures(id.history)) return;
    for (const finding of judge(id, this.#policy, occasion, nowMs, this.#circumstancesOf(id, occasion, nowMs))) {
      const { verdict } = finding;
      id.caseKey ??= this.#giveCaseKey(id);
      const context = {
        customerId: id.customer.customerId,
        caseKey: id.caseKey,
        policyHash: this.#policyHash,
        incident: this.#driftOf(id, nowMs),
      };
      this.#lines.push(verdictLine(finding, id, this.#policy, context));
      id.verdicts = [...id.verdicts, verdict];
      if (verdict.untilMs !== undefined) this.#pauses.push({ id, untilMs: verdict.untilMs });
    }
  }

  #circumstancesOf({ customer }: ReplayedId, occasion: Occasion, nowMs: number): Circumstances {
    const audit = this.#policy.mode === 'audit';
    // Only the timer looks at faces.
    if (occasion !== 'timer') return { audit };
    this.#bringToLight(customer.watch, nowMs);
    return { audit, identifierIncident: identifierIncidentOpen(customer.watch) };
  }

  #driftOf({ customer: { watch }, appVersion }: ReplayedId, nowMs: number): Incident | undefined {
    if (appVersion === undefined) return undefined;
    this.#bringToLight(watch, nowMs);
    return openDriftIncident(watch, appVersion);
  }

  /** The smallest key already given to a device on which the id failed, else the id; then those that have none get it. */
  #giveCaseKey({ correlationId, customer, history: { spoof, uncertain, technical } }: ReplayedId): string {
    const tags = new Set([...spoof, ...uncertain, ...technical].map(({ tag }) => tag).filter((tag) => tag !== ''));
    // Also a device of which this is the first event: by the time of the flag the recorder knows it.
    const devices = [...tags].map((tag) => this.#deviceOf(customer, tag));
    const given = devices.map(({ caseKey }) => caseKey).filter((caseKey) => caseKey !== undefined);
    const chosen = given.sort()[0] ?? correlationId;
    for (const device of devices) device.caseKey ??= chosen;
    return chosen;
  }
}

const hasFailures = ({ spoof, uncertain, technical }: History): boolean =>
  spoof.length + uncertain.length + technical.length > 0;

// This product's own rule as a detector: the production score, with the threshold as the limit that is tuned. Patterns
// that have no score flag at any limit.

import { latestFailure } from '../../shared/domain/channel.ts';
import { emptyHistory, type History, withFaceLink } from '../../shared/domain/history.ts';
import {
  deviceToLink,
  foldEvent,
  foldIntoDevice,
  type JudgedState,
  linkedDeviceOf,
  newState,
} from '../../shared/domain/judged-state.ts';
import type { Ledgers } from '../../shared/domain/ledger-score.ts';
import { logSumExp } from '../../shared/domain/log-gamma.ts';
import { faceReuse } from '../../shared/domain/patterns/face-reuse.ts';
import { impostor, mismatchesPrevail } from '../../shared/domain/patterns/impostor.ts';
import { machineCadence } from '../../shared/domain/patterns/machine-cadence.ts';
import type { PatternRule } from '../../shared/domain/patterns/pattern.ts';
import type { Pattern } from '../../shared/domain/patterns/pattern-names.ts';
import { tokenHoarding } from '../../shared/domain/patterns/token-hoarding.ts';
import { type Policy, thresholdOf } from '../../shared/domain/policy.ts';
import { type Score, scoreOf } from '../../shared/domain/score.ts';
import type { TraceEvent } from '../trace.ts';
import type { Detector, DetectorRun } from './detector.ts';

export interface Variant {
  name: string;
  policy: Policy;
  withoutLedger?: keyof Ledgers;
  /** Patterns that have no score, so that their flags do not depend on the limit. */
  unscored: readonly UnscoredPattern[];
}

export type UnscoredPattern = keyof typeof unscoredRules;

export const specification = (variant: Variant): Detector => ({
  name: variant.name,
  source: 'this project',
  shipped: thresholdOf(variant.policy),
  by: 'id',
  start: () => new SpecificationRun(variant),
});

const unscoredRules = {
  impostor,
  'machine-cadence': machineCadence,
  'token-hoarding': tokenHoarding,
  'face-reuse': faceReuse,
} satisfies Partial<Record<Pattern, PatternRule>>;

class SpecificationRun implements DetectorRun {
  readonly #policy: Policy;
  readonly #withoutLedger: keyof Ledgers | undefined;
  readonly #unscored: readonly PatternRule[];
  readonly #ids = new Map<string, JudgedState>();
  readonly #devices = new Map<string, History>();
  readonly #idOfSession = new Map<string, string>();

  constructor({ policy, withoutLedger, unscored }: Variant) {
    this.#policy = policy;
    this.#withoutLedger = withoutLedger;
    this.#unscored = unscored.map((name) => unscoredRules[name]);
  }

  see(event: TraceEvent): number {
    const policy = this.#policy;
    const before = this.#ids.get(event.correlationId) ?? newState(event.correlationId);
    const history = foldEvent(before.history, event, policy);
    let state: JudgedState = { ...before, history };
    if (event.type === 'attempt') state = this.#relinked(state);
    if (event.otherFlaggedSessions !== undefined) state = this.#linkFaces(state, event);
    this.#ids.set(event.correlationId, state);
    this.#idOfSession.set(event.sessionId, event.correlationId);
    const statistic = event.type === 'session.issued' ? 0 : this.#judge(state, event);
    if (event.type !== 'session.issued' && event.deviceKey !== undefined) {
      const device = this.#devices.get(event.deviceKey) ?? emptyHistory;
      this.#devices.set(event.deviceKey, foldIntoDevice(device, event, policy));
    }
    return statistic;
  }

  #relinked(state: JudgedState): JudgedState {
    const { linkedDevice: _previous, ...rest } = state;
    const deviceKey = deviceToLink(state.history, this.#policy);
    const device = deviceKey === undefined ? undefined : this.#devices.get(deviceKey);
    const linkedDevice = linkedDeviceOf(state, device, this.#policy);
    return { ...rest, ...(linkedDevice && { linkedDevice }) };
  }

  #linkFaces(state: JudgedState, { atMs, otherFlaggedSessions = [] }: TraceEvent): JudgedState {
    const { keep } = this.#policy;
    let { history } = state;
    for (const { sessionId } of otherFlaggedSessions) {
      const other = this.#idOfSession.get(sessionId);
      const known = other === undefined ? undefined : this.#ids.get(other);
      if (other === undefined || known === undefined || other === state.correlationId) continue;
      history = withFaceLink(history, { correlationId: other, atMs }, keep);
      const link = { correlationId: state.correlationId, atMs };
      this.#ids.set(other, { ...known, history: withFaceLink(known.history, link, keep) });
    }
    return { ...state, history };
  }

  #judge(state: JudgedState, { atMs, type }: TraceEvent): number {
    const { history } = state;
    const nothingToJudge =
      latestFailure(history) === undefined && history.unused.length === 0 && history.links.length === 0;
    if (nothingToJudge) return 0;
    const policy = this.#policy;
    const score = scoreOf(state, policy);
    const spoofSeen = score !== undefined && score.counts.spoofs > 0;
    // Far below any threshold: the crossing of the score itself is told by the statistic.
    const evidence = { history, score: score && { ...score, crossed: false }, nowMs: atMs };
    for (const rule of this.#unscored) {
      if (rule === machineCadence && type !== 'attempt') continue;
      if ((spoofSeen || rule.flagsWithoutSpoof) && rule.crossing(evidence, policy) !== undefined) return Infinity;
    }
    if (score === undefined || !(spoofSeen || mismatchesPrevail(score.counts, policy))) return 0;
    return Math.max(0, this.#withoutLedger === undefined ? score.score : withoutOne(score, this.#withoutLedger));
  }
}

/** The mean of the others. Channel and link stay as they are. */
const withoutOne = ({ ledgers, link }: Score, left: keyof Ledgers): number => {
  const others = (Object.keys(ledgers) as (keyof Ledgers)[]).filter((name) => name !== left);
  return logSumExp(others.map((name) => ledgers[name])) - Math.log(others.length) + (link?.added ?? 0);
};

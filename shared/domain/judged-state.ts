// Everything about one correlation id that is judged, and how an event changes it. Recorder, gate, timer and replay hold
// this state and change it by these functions only.

import { latestFailure } from './channel.ts';
import { isIn, wholeView } from './counts.ts';
import type { LivenessEvent } from './events.ts';
import { emptyHistory, fold, type History } from './history.ts';
import { countLinked, elementsOfOthers, type LinkedCounts, type LinkedElements } from './link.ts';
import type { Policy } from './policy.ts';
import type { Verdict } from './verdict.ts';

export interface JudgedState {
  correlationId: string;
  history: History;
  /**
   * Other ids on the device of the latest failure, as they were when a result of this id was recorded last. What others
   * do never re-judges an id that did nothing.
   */
  linkedDevice?: LinkedCounts;
  /** The predecessors of the same end user, if it was reset without an override; tags are their correlation ids. */
  lineage?: History;
  verdicts: readonly Verdict[];
}

export const newState = (correlationId: string): JudgedState => ({
  correlationId,
  history: emptyHistory,
  verdicts: [],
});

const UNKNOWN_DEVICE = '';

export const foldEvent = (history: History, event: LivenessEvent, policy: Policy): History =>
  fold(history, event, { tag: event.deviceKey ?? UNKNOWN_DEVICE, keep: policy.keep });

/** The history of a device, whose tags are correlation ids. That a session ended tells nothing of the device. */
export const foldIntoDevice = (history: History, event: LivenessEvent, policy: Policy): History =>
  concernsDevice(event) ? fold(history, event, { tag: event.correlationId, keep: policy.keep }) : history;

export const concernsDevice = ({ type }: LivenessEvent): boolean => type !== 'session.closed';

/** The device whose other ids count; `undefined` while there is no spoof of the id's own, or the device is unknown. */
export const deviceToLink = (history: History, policy: Policy): string | undefined => {
  const view = wholeView(history, policy);
  if (view === undefined || !history.spoof.some((fact) => isIn(view, fact))) return undefined;
  const tag = latestFailure(history)?.tag;
  return tag === UNKNOWN_DEVICE ? undefined : tag;
};

/** `device`: the history of the device that `deviceToLink` names; `undefined` when nothing is known of it. */
export const linkedDeviceOf = (
  state: Pick<JudgedState, 'correlationId' | 'history'>,
  device: History | undefined,
  policy: Policy,
): LinkedCounts | undefined => {
  const elements = linkedElements(state, device, policy);
  return elements && countLinked(elements);
};

export const linkedElements = (
  { correlationId, history }: Pick<JudgedState, 'correlationId' | 'history'>,
  subject: History | undefined,
  policy: Policy,
): LinkedElements | undefined => {
  const view = wholeView(history, policy);
  return subject === undefined || view === undefined
    ? undefined
    : elementsOfOthers(subject, correlationId, view, policy);
};

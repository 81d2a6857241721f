// Lock-out defence. Devices on which a person has passed before are familiar; everything else is a channel of its own,
// so that a stranger who tries under somebody's id shuts the door for strangers only.

import { factsIn, type View, wholeView } from './counts.ts';
import type { AttemptFact, History } from './history.ts';
import { ledgerScore, type LedgerScore } from './ledger-score.ts';
import type { Policy } from './policy.ts';
import { MS_PER_HOUR } from './time.ts';

export type Scope = 'correlation' | 'device';

/**
 * The devices that are familiar by what is known at `asOfMs`. A device needs a pass some time ago; and, unless it is the
 * one on which everything began, clean attempts of its own: a single pass must not make a stranger's device familiar.
 */
export const familiarDevices = (history: History, policy: Policy, asOfMs: number): ReadonlySet<string> => {
  const view = wholeView(history, policy);
  if (view === undefined || history.passes.length === 0) return none;
  const passes = factsIn(view, history.passes);
  const [earliest] = passes.toSorted((a, b) => a.atMs - b.atMs);
  const latestMs = asOfMs - policy.channel.familiarAfterHours * MS_PER_HOUR;
  const passedOn = new Set(passes.filter(({ atMs, tag }) => tag !== '' && atMs <= latestMs).map(({ tag }) => tag));
  const isClean = (tag: string): boolean =>
    tag === earliest?.tag || isCleanOn(history, policy, view, (on) => on === tag);
  return new Set([...passedOn].filter(isClean));
};

/** Whether passes and failures are all on the same device, or all on unknown ones. */
export const isOnOneDevice = ({ spoof, uncertain, technical, passes }: History): boolean => {
  const tag = (passes[0] ?? spoof[0] ?? uncertain[0] ?? technical[0])?.tag;
  const isThere = (fact: AttemptFact): boolean => fact.tag === tag;
  return passes.every(isThere) && spoof.every(isThere) && uncertain.every(isThere) && technical.every(isThere);
};

/** What is judged apart from the devices of the owner. */
export interface Channels {
  familiar: ReadonlySet<string>;
  ownerIsClean: boolean;
}

/** As of the latest attempt. `undefined` while no device is familiar: then there is one channel. */
export const channelsOf = (history: History, policy: Policy): Channels | undefined => {
  const view = wholeView(history, policy);
  if (view === undefined || history.lastAttemptAtMs === undefined) return undefined;
  const familiar = familiarDevices(history, policy, history.lastAttemptAtMs);
  if (familiar.size === 0) return undefined;
  return { familiar, ownerIsClean: isCleanOn(history, policy, view, (tag) => familiar.has(tag)) };
};

/** The attempts on unfamiliar devices, judged alone; `undefined` when none of them failed. */
export const scoreElsewhere = (
  history: History,
  policy: Policy,
  view: View,
  { familiar }: Channels,
): LedgerScore | undefined => ledgerScore(history, policy, { ...view, onDevice: (tag) => !familiar.has(tag) });

/** Only what happened on these devices. */
export const onlyOn = (history: History, tags: ReadonlySet<string>): History => {
  const isThere = ({ tag }: { tag: string }): boolean => tags.has(tag);
  return {
    ...history,
    spoof: history.spoof.filter(isThere),
    uncertain: history.uncertain.filter(isThere),
    technical: history.technical.filter(isThere),
    passes: history.passes.filter(isThere),
    issued: history.issued.filter(isThere),
    unused: history.unused.filter(isThere),
  };
};

/** Of the failures, by time and then by key. */
export const latestFailure = ({ spoof, uncertain, technical }: History): AttemptFact | undefined =>
  [spoof.at(-1), uncertain.at(-1), technical.at(-1)].reduce((latest, fact) =>
    fact === undefined || (latest !== undefined && isBefore(fact, latest)) ? latest : fact,
  );

const isBefore = (a: AttemptFact, b: AttemptFact): boolean => {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  return a.sessionId === b.sessionId ? a.attemptId < b.attemptId : a.sessionId < b.sessionId;
};

const none: ReadonlySet<string> = new Set();

const isCleanOn = (history: History, policy: Policy, view: View, onDevice: (tag: string) => boolean): boolean => {
  const own = ledgerScore(history, policy, { ...view, onDevice });
  return own === undefined || own.score < policy.channel.ownerCleanBelow;
};

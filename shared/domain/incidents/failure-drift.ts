// An app version fails more often than this customer's checks usually do. Counted on clean checks: people who passed on
// an earlier day, at their first attempt of the day. A notice only: it changes no score, or an attacker could open it.

import type { Outcome } from '../events.ts';
import type { CleanCheck } from '../observations.ts';
import type { Policy } from '../policy.ts';
import { type FailureKind, type Incident, type IncidentChanges, incidentOf, percentOf } from './incident.ts';
import { countCheck, emptyBaseline, leaveOut, type RateBaseline, turnToHourOf, usualShare } from './rate-baseline.ts';
import { addCheck, closeIfDue, closesAtMs, forgottenAtMs, noRateChange, type RateChange } from './rate-change.ts';

export type FailureDriftWatch = Record<FailureKind, DriftOfKind>;

interface DriftOfKind {
  baseline: RateBaseline;
  /** Those whose sum is above 0 or whose incident is open. */
  versions: VersionChange[];
}

interface VersionChange extends RateChange {
  appVersion: string;
}

export const noDrift = (): FailureDriftWatch => ({
  capture: { baseline: emptyBaseline(), versions: [] },
  spoof: { baseline: emptyBaseline(), versions: [] },
});

/** Changes the watch in place. Checks come in the order of time. */
export const countCleanCheck = (
  watch: FailureDriftWatch,
  check: CleanCheck,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  const { drift } = policy.patterns;
  closeDueDrifts(watch, check.atMs, policy, changes);
  // A check of an unknown version tells what is usual; it belongs to no version that could have drifted.
  const slice = check.appVersion ?? '';
  for (const kind of KINDS) {
    const { baseline } = watch[kind];
    turnToHourOf(baseline, check.atMs, drift.halfLifeDays);
    countCheck(baseline, slice, isFailure[kind](check.outcome));
  }
  if (check.appVersion === undefined) return;
  for (const kind of KINDS) addToVersion(watch[kind], check.appVersion, kind, check, policy, changes);
  if (openDriftsOf(watch, check.appVersion).length === 0) return;
  for (const kind of KINDS) leaveOut(watch[kind].baseline, slice);
};

export const closeDueDrifts = (
  watch: FailureDriftWatch,
  nowMs: number,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  for (const { versions } of KINDS.map((kind) => watch[kind])) {
    for (const version of [...versions]) {
      const closed = closeIfDue(version, nowMs, policy.patterns.drift);
      if (closed === undefined) continue;
      changes.closed.push(closed);
      dropIfNothingIsLeft(versions, version);
    }
  }
};

export const openDrifts = (watch: FailureDriftWatch): Incident[] =>
  KINDS.flatMap((kind) => watch[kind].versions).flatMap(({ incident }) => incident ?? []);

export const openDriftsOf = (watch: FailureDriftWatch, appVersion: string): Incident[] =>
  KINDS.flatMap((kind) => watch[kind].versions.find((version) => version.appVersion === appVersion)?.incident ?? []);

export const nextDriftCloseMs = (watch: FailureDriftWatch, policy: Policy): number =>
  Math.min(
    ...KINDS.flatMap((kind) => watch[kind].versions)
      .filter(({ incident }) => incident !== undefined)
      .map((version) => closesAtMs(version, policy.patterns.drift)),
  );

const KINDS: readonly FailureKind[] = ['capture', 'spoof'];

const isFailure: Record<FailureKind, (outcome: Outcome) => boolean> = {
  capture: (outcome) => outcome === 'uncertain' || outcome === 'technical',
  spoof: (outcome) => outcome === 'spoof',
};

const failing: Record<FailureKind, string> = { capture: 'fail', spoof: 'are spoofs' };

/** Versions that are followed at once; a customer that names every build otherwise would fill the watch. */
const MOST_VERSIONS = 100;

const addToVersion = (
  { baseline, versions }: DriftOfKind,
  appVersion: string,
  kind: FailureKind,
  { atMs, customerId, outcome }: CleanCheck,
  policy: Policy,
  changes: IncidentChanges,
): void => {
  const { drift } = policy.patterns;
  // Also while an incident is open: with nothing to compare with it is forgotten, and what is usual is learned anew.
  if (baseline.checks < drift.baselineChecks) return;
  const version = versionIn(versions, appVersion, atMs, policy);
  const usual = usualShare(baseline);
  const failed = isFailure[kind](outcome);
  const stands = addCheck(version, { atMs, failed, usualShare: usual }, drift, drift.checksSinceZero);
  if (stands && version.incident === undefined) {
    const share = version.failures / version.checks;
    version.incident = incidentOf({
      pattern: 'incident-failure-drift',
      customerId,
      appVersion,
      failureKind: kind,
      openedAtMs: atMs,
      statistic: version.sum,
      limit: drift.openAt,
      reason: `version ${appVersion}: ${percentOf(share)} of first checks ${failing[kind]}, usually ${percentOf(usual)}`,
    });
    changes.opened.push(version.incident);
  }
  dropIfNothingIsLeft(versions, version);
};

const versionIn = (versions: VersionChange[], appVersion: string, atMs: number, policy: Policy): VersionChange => {
  const known = versions.find((version) => version.appVersion === appVersion);
  if (known !== undefined) {
    return atMs < forgottenAtMs(known, policy.patterns.drift) ? known : Object.assign(known, noRateChange());
  }
  if (versions.length >= MOST_VERSIONS) forgetOldest(versions);
  const fresh = { appVersion, ...noRateChange() };
  versions.push(fresh);
  return fresh;
};

const dropIfNothingIsLeft = (versions: VersionChange[], version: VersionChange): void => {
  if (version.sum === 0 && version.incident === undefined) remove(versions, version);
};

const forgetOldest = (versions: VersionChange[]): void => {
  const [oldest] = versions
    .filter(({ incident }) => incident === undefined)
    .sort((a, b) => a.lastCheckAtMs - b.lastCheckAtMs);
  if (oldest !== undefined) remove(versions, oldest);
};

const remove = (versions: VersionChange[], version: VersionChange): void => {
  versions.splice(versions.indexOf(version), 1);
};

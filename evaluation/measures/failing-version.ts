import { emptyHistory, type History } from '../../shared/domain/history.ts';
import { foldEvent } from '../../shared/domain/judged-state.ts';
import { observationsOf } from '../../shared/domain/observations.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { MS_PER_DAY, MS_PER_HOUR } from '../../shared/domain/time.ts';
import { PERIOD_END_MS } from '../period.ts';
import { appVersions } from '../population/app-versions.ts';
import type { TraceEvent } from '../trace.ts';
import { type Distribution, distributionOf } from './distribution.ts';
import { type HonestRates, HonestTally } from './honest-tally.ts';
import { incidentsOf, replayCustomer } from './replay-customer.ts';

export interface FailingVersionOptions {
  seed: number;
  /** Customers that ship such a version, each with so many people of its own. */
  customers: number;
  people: number;
  /** How long nobody repairs it: the last days of the period. */
  failingDays: number;
  policy?: Policy;
}

export interface FailingVersionResult {
  customers: number;
  /** How long it takes until the incident opens, in hours and in clean checks of the version. Infinity: it never did. */
  hoursToIncident: Distribution;
  cleanChecksToIncident: Distribution;
  /** Drift incidents of all customers. One each is right for the version, none for other versions. */
  incidentsOfVersion: number;
  incidentsOfOtherVersions: number;
  /** Honest ids that used the version when it failed, and all others. */
  users: HonestRates;
  others: HonestRates;
}

/**
 * The newest version of the app, used by more than half of all people, makes capture fail five times as often from some
 * day on: when does the incident open, and what do its users suffer? About 4 s for a customer of 20,000 people.
 */
export const failingVersion = (options: FailingVersionOptions): FailingVersionResult => {
  const { seed, customers, people, failingDays, policy = defaultPolicy } = options;
  const failing = { appVersion: appVersions[0].appVersion, fromMs: PERIOD_END_MS - failingDays * MS_PER_DAY };
  const isFailingUse = ({ atMs, appVersion }: TraceEvent): boolean =>
    appVersion === failing.appVersion && atMs >= failing.fromMs;
  const users = new HonestTally();
  const others = new HonestTally();
  const hours: number[] = [];
  const cleanChecks: number[] = [];
  let incidentsOfVersion = 0;
  let incidentsOfOtherVersions = 0;
  for (let index = 0; index < customers; index += 1) {
    const customer = replayCustomer({ seed: seed + index, failingVersion: failing }, people, policy);
    const drifts = incidentsOf(customer, 'incident-failure-drift');
    const ofVersion = drifts.filter(({ appVersion }) => appVersion === failing.appVersion);
    incidentsOfVersion += ofVersion.length;
    incidentsOfOtherVersions += drifts.length - ofVersion.length;

    const openedAtMs = ofVersion.map(({ at }) => Date.parse(at)).find((atMs) => atMs >= failing.fromMs) ?? Infinity;
    hours.push((openedAtMs - failing.fromMs) / MS_PER_HOUR);
    cleanChecks.push(
      openedAtMs === Infinity ? Infinity : cleanChecksIn(customer.events, isFailingUse, openedAtMs, policy),
    );

    const ids = new Set(customer.events.filter(isFailingUse).map(({ correlationId }) => correlationId));
    for (const id of customer.ids) (ids.has(id) ? users : others).add(customer.verdicts.get(id));
  }
  return {
    customers,
    hoursToIncident: distributionOf(hours),
    cleanChecksToIncident: distributionOf(cleanChecks),
    incidentsOfVersion,
    incidentsOfOtherVersions,
    users: users.rates(),
    others: others.rates(),
  };
};

const cleanChecksIn = (
  events: readonly TraceEvent[],
  counts: (event: TraceEvent) => boolean,
  untilMs: number,
  policy: Policy,
): number => {
  const histories = new Map<string, History>();
  let checks = 0;
  for (const event of events) {
    if (event.atMs > untilMs) break;
    if (event.type !== 'attempt') continue;
    const history = foldEvent(histories.get(event.correlationId) ?? emptyHistory, event, policy);
    histories.set(event.correlationId, history);
    if (!counts(event)) continue;
    checks += observationsOf(event, history, undefined, policy).filter(({ kind }) => kind === 'clean-check').length;
  }
  return checks;
};

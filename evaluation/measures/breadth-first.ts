import { newWatch, observe, tick, type CustomerWatch } from '../../shared/domain/incidents/customer-watch.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { MS_PER_DAY } from '../../shared/domain/time.ts';
import { PERIOD_START_MS } from '../period.ts';
import { firstChecks, type FirstCheck } from '../population/first-checks.ts';
import { type Distribution, distributionOf } from './distribution.ts';

export interface BreadthFirstOptions {
  seed: number;
  /** Attacks of each size. */
  runs: number;
  /** Parts of all first checks that are an attacker's. */
  attackShares: readonly number[];
  /** Days of honest first checks before the attack: 0 for a customer of whom nothing is known yet. */
  quietDays: number;
  honestChecksADay: number;
  policy?: Policy;
}

export interface BreadthFirstAttack {
  attackShare: number;
  runs: number;
  /** From the beginning of the attack, with the check that opens the incident. Infinity: it never opened. */
  spoofLabelsBeforeIncident: Distribution;
  attackersTriesBeforeIncident: Distribution;
}

/** An attack that is not seen by then is not seen at all. */
const MOST_CHECKS_OF_AN_ATTACK = 20_000;

/**
 * How many spoof labels attackers get who try once with each of many fresh ids, before the customer's incident opens. The
 * labels are those of attackers; honest people's come on top in the count of the watch. First checks are given to the
 * customer's watch directly. About 0.5 µs a check, most of them before the attack.
 */
export const breadthFirst = (options: BreadthFirstOptions): BreadthFirstAttack[] =>
  options.attackShares.map((attackShare) => {
    const attacks = Array.from({ length: options.runs }, (_, run) => attack(options, attackShare, run));
    return {
      attackShare,
      runs: options.runs,
      spoofLabelsBeforeIncident: distributionOf(attacks.map(({ spoofLabels }) => spoofLabels)),
      attackersTriesBeforeIncident: distributionOf(attacks.map(({ tries }) => tries)),
    };
  });

export interface FalseBreadthFirstOptions {
  seed: number;
  checks: number;
  honestChecksADay: number;
  policy?: Policy;
}

/** Incidents that open although all first checks are honest. About 2 s for 3 million. */
export const falseBreadthFirstIncidents = (
  options: FalseBreadthFirstOptions,
): { checks: number; incidents: number } => {
  const { seed, checks, honestChecksADay, policy = defaultPolicy } = options;
  const watch = newWatch(CUSTOMER_ID);
  let incidents = 0;
  for (const check of firstChecks({ seed, checks, honestChecksADay })) {
    if (opensIncident(watch, check, policy)) incidents += 1;
  }
  return { checks, incidents };
};

const CUSTOMER_ID = 'customer-of-first-checks';

const attack = (
  { seed, quietDays, honestChecksADay, policy = defaultPolicy }: BreadthFirstOptions,
  attackShare: number,
  run: number,
): { spoofLabels: number; tries: number } => {
  const fromMs = PERIOD_START_MS + quietDays * MS_PER_DAY;
  const stream = firstChecks({
    seed: seed + run,
    checks: Infinity,
    honestChecksADay,
    attack: { shareOfFirstChecks: attackShare, fromMs },
  });
  const watch = newWatch(CUSTOMER_ID);
  let spoofLabels = 0;
  let tries = 0;
  let checksOfAttack = 0;
  for (const check of stream) {
    if (check.group === undefined) {
      tries += 1;
      if (check.outcome === 'spoof') spoofLabels += 1;
    }
    const opens = opensIncident(watch, check, policy);
    // One that opened before the attack is a false one, and counted as such elsewhere.
    if (check.atMs < fromMs) continue;
    checksOfAttack += 1;
    if (opens) return { spoofLabels, tries };
    if (checksOfAttack >= MOST_CHECKS_OF_AN_ATTACK) break;
  }
  return { spoofLabels: Infinity, tries: Infinity };
};

const opensIncident = (watch: CustomerWatch, { number, atMs, outcome }: FirstCheck, policy: Policy): boolean => {
  const key = `first-check:${number}`;
  observe(watch, { kind: 'first-check', key, customerId: watch.customerId, atMs, outcome }, policy);
  return watch.changes.opened.length > 0 && tick(watch, atMs, policy).opened.length > 0;
};

import { channelsOf, familiarDevices } from '../../shared/domain/channel.ts';
import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { MS_PER_DAY } from '../../shared/domain/time.ts';
import { blockOf } from '../../shared/domain/verdict.ts';
import { attackTraces } from '../adversaries/attack-traces.ts';
import { thirdPartyVictim } from '../adversaries/third-party-victim.ts';
import { PERIOD_END_MS } from '../period.ts';
import type { Trace, TraceEvent } from '../trace.ts';
import { GatedId } from './gated-id.ts';
import { SessionsAtGate } from './sessions-at-gate.ts';

export interface VictimAttemptsOptions {
  seed: number;
  victims: number;
  policy?: Policy;
}

export interface VictimAttempts {
  victims: number;
  /** Over all victims and days. */
  fewestAttempts: number;
  /** The same without the moments at which the victim's own failures are the reason for fewer than three. */
  fewestAttemptsBecauseOfStranger: number;
  /** Victims who at some moment have fewer than three, by the reason of the first such moment. */
  victimsBelowThree: Readonly<Record<TooFewBecause, number>>;
}

/**
 * `own-failures`: it would be so without the stranger too, for the budget holds for everybody. `own-devices-not-clean`:
 * the victim's own failures widened the flag to the own devices. `stranger-passed`: the stranger got through, and a day
 * later the device counts as one of the victim's. `stranger`: none of these, which must not happen.
 */
export type TooFewBecause = 'own-failures' | 'own-devices-not-clean' | 'stranger-passed' | 'stranger';

/** Of one token. */
const ENOUGH = 3;
/** Of each day after the first try of the stranger. */
const MOMENTS_MS = [0, 0.25, 0.5, 0.75].map((part) => part * MS_PER_DAY);

/**
 * How many attempts the gate leaves a victim on the own phone, at four moments of each day after a stranger's first try.
 * Here the gate answers everybody: what it does not issue, neither the stranger nor the victim has. About 3 s for 300
 * victims.
 */
export const victimAttempts = (options: VictimAttemptsOptions): VictimAttempts => {
  const { seed, victims: wanted, policy = defaultPolicy } = options;
  const victimsBelowThree = { 'own-failures': 0, 'own-devices-not-clean': 0, 'stranger-passed': 0, stranger: 0 };
  let victims = 0;
  let fewestAttempts = Infinity;
  let fewestAttemptsBecauseOfStranger = Infinity;
  for (const trace of attackTraces({ seed, attack: thirdPartyVictim }, wanted)) {
    for (const victim of victimsOf(trace)) {
      const moments = followVictim(victim, policy);
      victims += 1;
      for (const { attempts, because } of moments) {
        fewestAttempts = Math.min(fewestAttempts, attempts);
        if (because !== 'own-failures' && because !== 'own-devices-not-clean') {
          fewestAttemptsBecauseOfStranger = Math.min(fewestAttemptsBecauseOfStranger, attempts);
        }
      }
      const because = moments.find((moment) => moment.because !== undefined)?.because;
      if (because !== undefined) victimsBelowThree[because] += 1;
    }
  }
  return { victims, fewestAttempts, fewestAttemptsBecauseOfStranger, victimsBelowThree };
};

interface Victim {
  correlationId: string;
  phone: string;
  events: readonly TraceEvent[];
  attackedFromMs: number;
}

const victimsOf = ({ events, subjects }: Trace): Victim[] => {
  const eventsOfId = Map.groupBy(events, ({ correlationId }) => correlationId);
  return subjects
    .filter(({ role }) => role === 'victim')
    .flatMap(({ correlationIds: [correlationId = ''] }) => {
      const ofId = eventsOfId.get(correlationId) ?? [];
      // The victim was there before the stranger.
      const phone = ofId[0]?.deviceKey;
      const attack = ofId.find(({ type, deviceKey }) => type === 'attempt' && deviceKey !== phone);
      if (phone === undefined || attack === undefined) return [];
      return [{ correlationId, phone, events: ofId, attackedFromMs: attack.atMs }];
    });
};

interface Moment {
  attempts: number;
  because: TooFewBecause | undefined;
}

const followVictim = ({ correlationId, phone, events, attackedFromMs }: Victim, policy: Policy): Moment[] => {
  const ownEvents = events.filter(({ deviceKey }) => deviceKey === phone);
  const attacked = new SessionsAtGate(new GatedId(correlationId, policy), events);
  const leftAlone = new SessionsAtGate(new GatedId(correlationId, policy), ownEvents);
  return momentsAfter(attackedFromMs).map((atMs) => {
    attacked.playUntil(atMs);
    leftAlone.playUntil(atMs);
    const attempts = attemptsLeft(attacked.id, phone, atMs);
    const attemptsAlone = attemptsLeft(leftAlone.id, phone, atMs);
    return { attempts, because: attempts >= ENOUGH ? undefined : reasonOf(attacked.id, phone, attemptsAlone, atMs) };
  });
};

const momentsAfter = (fromMs: number): number[] => {
  const moments: number[] = [];
  for (let dayMs = (Math.floor(fromMs / MS_PER_DAY) + 1) * MS_PER_DAY; dayMs < PERIOD_END_MS; dayMs += MS_PER_DAY) {
    moments.push(...MOMENTS_MS.map((afterMs) => dayMs + afterMs));
  }
  return moments;
};

/** After the waits that the gate asks for, if they end within a day. */
const attemptsLeft = (id: GatedId, phone: string, fromMs: number): number => {
  const probe = id.copy();
  for (let atMs = fromMs; atMs < fromMs + MS_PER_DAY;) {
    const answer = probe.ask(`${phone}.probe`, phone, atMs);
    switch (answer.kind) {
      case 'issue':
        return answer.attemptsAllowed + answer.remainingAttempts;
      case 'refuse':
        return 0;
      case 'wait':
        atMs = answer.until.getTime();
    }
  }
  return 0;
};

const reasonOf = ({ state, policy }: GatedId, phone: string, attemptsAlone: number, atMs: number): TooFewBecause => {
  if (attemptsAlone < ENOUGH) return 'own-failures';
  const ownerIsClean = channelsOf(state.history, policy)?.ownerIsClean === true;
  const blocksOwner = blockOf(state.verdicts, atMs)?.scope === 'correlation';
  if (blocksOwner && !ownerIsClean) return 'own-devices-not-clean';
  const familiar = familiarDevices(state.history, policy, atMs);
  return [...familiar].some((device) => device !== phone) ? 'stranger-passed' : 'stranger';
};

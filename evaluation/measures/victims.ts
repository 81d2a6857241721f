import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { attackTraces } from '../adversaries/attack-traces.ts';
import { thirdPartyVictim } from '../adversaries/third-party-victim.ts';
import { type Rate, rateOf } from './rate.ts';
import { replayTraces } from './replay-traces.ts';
import { verdictsOfIds } from './verdicts-of-ids.ts';

export interface VictimsOptions {
  seed: number;
  victims: number;
  policy?: Policy;
}

export interface Victims {
  /** Of all victims. */
  flagged: Rate;
  /** Of the flagged ones: each flag is for unfamiliar devices only, so the person's own devices stay open. */
  ownDevicesOpen: Rate | undefined;
}

/**
 * What the flag does to a person whose id a stranger attacks. By the replay, so nothing is refused to the stranger. About
 * 0.2 s for 300 victims.
 */
export const victims = ({ seed, victims: wanted, policy = defaultPolicy }: VictimsOptions): Victims => {
  let all = 0;
  let flagged = 0;
  let open = 0;
  for (const trace of attackTraces({ seed, attack: thirdPartyVictim }, wanted)) {
    const verdicts = verdictsOfIds(replayTraces([trace], policy));
    for (const { correlationIds } of trace.subjects.filter(({ role }) => role === 'victim')) {
      const ofId = correlationIds.map((id) => verdicts.get(id)).find((found) => found?.isFlagged === true);
      all += 1;
      if (ofId === undefined) continue;
      flagged += 1;
      if (!ofId.isFlaggedEverywhere) open += 1;
    }
  }
  return { flagged: rateOf(flagged, all), ownDevicesOpen: flagged === 0 ? undefined : rateOf(open, flagged) };
};

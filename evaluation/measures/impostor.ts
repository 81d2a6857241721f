import { defaultPolicy, type Policy } from '../../shared/domain/policy.ts';
import { attackTraces } from '../adversaries/attack-traces.ts';
import { impostorLiveFace } from '../adversaries/impostor-live-face.ts';
import { type Distribution, distributionOf } from './distribution.ts';
import { isVerdict, replayTraces } from './replay-traces.ts';

export interface ImpostorOptions {
  seed: number;
  attackers: number;
  policy?: Policy;
}

export interface Impostor {
  attackers: number;
  /** Tries that were judged and did not pass, until the flag, the one that brought it included. Infinity: never. */
  judgedTriesToFlag: Distribution;
}

/**
 * How soon somebody is flagged who shows a live face that is not the one of the reference image. Tries that fail for
 * technical reasons are not judged, so they tell nothing about whose face it is. About a second for 300 attackers.
 */
export const impostor = ({ seed, attackers, policy = defaultPolicy }: ImpostorOptions): Impostor => {
  const judgedTries: number[] = [];
  for (const trace of attackTraces({ seed, attack: impostorLiveFace }, attackers)) {
    const flags = replayTraces([trace], policy)
      .filter(isVerdict)
      .filter(({ pattern }) => !pattern.startsWith('pause-'));
    for (const { role, correlationIds, tries } of trace.subjects) {
      if (role !== 'attacker') continue;
      const flag = flags.find(({ correlationId }) => correlationIds.includes(correlationId));
      const flaggedAtMs = flag === undefined ? undefined : Date.parse(flag.at);
      const judged = tries
        .map((index) => trace.events[index])
        .filter((event) => event?.type === 'attempt' && (event.outcome === 'spoof' || event.outcome === 'uncertain'));
      judgedTries.push(
        flaggedAtMs === undefined
          ? Infinity
          : judged.filter((event) => event !== undefined && Math.trunc(event.atMs) <= flaggedAtMs).length,
      );
    }
  }
  return { attackers: judgedTries.length, judgedTriesToFlag: distributionOf(judgedTries) };
};

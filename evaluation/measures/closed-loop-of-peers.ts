import { MS_PER_SECOND } from '../../shared/domain/time.ts';
import { PERIOD_END_MS, PERIOD_START_MS } from '../period.ts';
import { peersWithWaits, type PeerWaits } from './peer-waits.ts';

export interface PeerTries {
  name: string;
  source: string;
  tries: number;
  /** With which he gets them: time between two tries, and tries between two own passes. Infinity: no own passes. */
  gapSeconds: number;
  triesBetweenPasses: number;
}

const GAPS_SECONDS = [15, 30, 46, 60, 300, 3600];
const TRIES_BETWEEN_PASSES = [Infinity, 1, 4, 9, 29, 99];

/**
 * Failed tries within 30 days under the limits of others, with the waits that they ask for, by somebody who knows them:
 * the best of some gaps between tries and some numbers of tries between own passes. One id; whoever rotates ids or
 * devices gets more. No chance is in it. About a second.
 */
export const closedLoopOfPeers = (): PeerTries[] =>
  peersWithWaits.map((peer) => {
    const { name, source } = peer;
    const results = GAPS_SECONDS.flatMap((gapSeconds) =>
      TRIES_BETWEEN_PASSES.map((triesBetweenPasses) => ({
        name,
        source,
        tries: triesUnder(peer, gapSeconds, triesBetweenPasses),
        gapSeconds,
        triesBetweenPasses,
      })),
    );
    return results.reduce((best, result) => (result.tries > best.tries ? result : best));
  });

const triesUnder = (peer: PeerWaits, gapSeconds: number, triesBetweenPasses: number): number => {
  const id = peer.newId();
  let tries = 0;
  let sincePass = 0;
  for (let atMs = PERIOD_START_MS; ; atMs += gapSeconds * MS_PER_SECOND) {
    atMs = Math.max(atMs, id.nextTryMs());
    if (atMs >= PERIOD_END_MS) return tries;
    if (sincePass >= triesBetweenPasses) {
      id.passed(atMs);
      sincePass = 0;
    } else {
      id.failed(atMs);
      tries += 1;
      sincePass += 1;
    }
  }
};

// The limits of others as they ship them, with the waits that they ask for: when may the next try be made?

import { auth0BruteForce } from '../detectors/auth0-brute-force.ts';
import { entraSmartLockout } from '../detectors/entra-smart-lockout.ts';
import { keycloakBruteForce } from '../detectors/keycloak-brute-force.ts';
import { loginGovTries } from '../detectors/login-gov-tries.ts';
import { nistConsecutiveFailures } from '../detectors/nist-consecutive-failures.ts';
import { rekognitionRecommendations } from '../detectors/rekognition-recommendations.ts';
import type { Rule } from '../detectors/rule.ts';
import { slidingDayCount } from '../detectors/sliding-day-count.ts';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '../../shared/domain/time.ts';

export interface PeerWaits extends Pick<Rule, 'name' | 'source'> {
  newId(): WaitingId;
}

export interface WaitingId {
  /** Infinity: never again. */
  nextTryMs(): number;
  failed(atMs: number): void;
  passed(atMs: number): void;
}

const peerOf = ({ name, source }: Rule, newId: () => WaitingId): PeerWaits => ({ name, source, newId });

/** Waits once so many failures are in a row, which a pass ends; failure number `limit` is the first to cost a wait. */
const waitsAfterRow = (
  rule: Rule,
  waitMs: (failures: number) => number,
  { forgetsAfterMs = Infinity }: { forgetsAfterMs?: number } = {},
): PeerWaits =>
  peerOf(rule, () => {
    let failures = 0;
    let lastMs = -Infinity;
    return {
      nextTryMs: () => (failures < rule.shipped ? -Infinity : lastMs + waitMs(failures)),
      failed: (atMs) => {
        failures = atMs - lastMs > forgetsAfterMs ? 1 : failures + 1;
        lastMs = atMs;
      },
      passed: () => {
        failures = 0;
      },
    };
  });

/** So many failures in a window; the next one when the oldest has left it. */
const atMostInWindow = (rule: Rule, windowMs: number): PeerWaits =>
  peerOf(rule, () => {
    const failures: number[] = [];
    return {
      nextTryMs: () => (failures.at(-rule.shipped) ?? -Infinity) + windowMs,
      failed: (atMs) => failures.push(atMs),
      passed: () => undefined,
    };
  });

const nist = waitsAfterRow(nistConsecutiveFailures, (failures) => (failures >= 100 ? Infinity : 30 * MS_PER_SECOND));

/** How fast the lock grows is not published: doubled here. */
const entra = waitsAfterRow(
  entraSmartLockout,
  (failures) => 60 * MS_PER_SECOND * 2 ** (failures - entraSmartLockout.shipped),
);

/** One minute for each 30 failures, at most 15. */
const keycloak = waitsAfterRow(
  keycloakBruteForce,
  (failures) => Math.min(15, Math.floor(failures / keycloakBruteForce.shipped)) * 60 * MS_PER_SECOND,
  { forgetsAfterMs: 12 * MS_PER_HOUR },
);

/** Every try counts, a pass too; after the fifth none for 6 hours. */
const loginGov = peerOf(loginGovTries, () => {
  const quietMs = 6 * MS_PER_HOUR;
  let tries = 0;
  let lastMs = -Infinity;
  const tried = (atMs: number): void => {
    tries = atMs - lastMs >= quietMs ? 1 : tries + 1;
    lastMs = atMs;
  };
  return {
    nextTryMs: () => (tries < loginGovTries.shipped ? -Infinity : lastMs + quietMs),
    failed: tried,
    passed: tried,
  };
});

/** Five failures in three minutes: 30 minutes; the third time: never again. */
const rekognition = peerOf(rekognitionRecommendations, () => {
  const failures: number[] = [];
  let pauses = 0;
  let pausedUntilMs = -Infinity;
  return {
    nextTryMs: () => (pauses >= 3 ? Infinity : pausedUntilMs),
    failed: (atMs) => {
      failures.push(atMs);
      if ((failures.at(-rekognitionRecommendations.shipped) ?? -Infinity) <= atMs - 180 * MS_PER_SECOND) return;
      failures.length = 0;
      pauses += 1;
      pausedUntilMs = atMs + 1800 * MS_PER_SECOND;
    },
    passed: () => undefined,
  };
});

export const peersWithWaits: readonly PeerWaits[] = [
  loginGov,
  rekognition,
  nist,
  atMostInWindow(auth0BruteForce, 30 * MS_PER_DAY),
  entra,
  keycloak,
  atMostInWindow(slidingDayCount, MS_PER_DAY),
];

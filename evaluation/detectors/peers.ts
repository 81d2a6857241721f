import { auth0BruteForce } from './auth0-brute-force.ts';
import { cusum } from './cusum.ts';
import { decayedLogLikelihood } from './decayed-log-likelihood.ts';
import { decayedScore } from './decayed-score.ts';
import type { Detector } from './detector.ts';
import { detectorOf } from './detector-of.ts';
import { entraSmartLockout } from './entra-smart-lockout.ts';
import { gcra } from './gcra.ts';
import { keycloakBruteForce } from './keycloak-brute-force.ts';
import { loginGovTries } from './login-gov-tries.ts';
import { nistConsecutiveFailures } from './nist-consecutive-failures.ts';
import { rekognitionRecommendations } from './rekognition-recommendations.ts';
import type { Rule } from './rule.ts';
import { slidingDayCount } from './sliding-day-count.ts';
import { spoofDayCount } from './spoof-day-count.ts';
import { twoBucketHour } from './two-bucket-hour.ts';

const byIdAndByDevice = (...rules: readonly Rule[]): readonly Detector[] =>
  rules.flatMap((rule) => [detectorOf(rule, 'id'), detectorOf(rule, 'device')]);

/** What a named system ships, recommends or requires. */
export const rulesOfSystems = byIdAndByDevice(
  nistConsecutiveFailures,
  rekognitionRecommendations,
  auth0BruteForce,
  entraSmartLockout,
  keycloakBruteForce,
  loginGovTries,
);

/** The usual rate limiters, over failures. */
export const rateLimiters = byIdAndByDevice(slidingDayCount, twoBucketHour, gcra);

/** What one would build who looks at how attempts end: simple counts and sums of evidence. */
export const evidenceRules = byIdAndByDevice(spoofDayCount, decayedScore, decayedLogLikelihood, cusum);

/** Every rule that the evaluation compares with. */
export const peers: readonly Detector[] = [...rulesOfSystems, ...rateLimiters, ...evidenceRules];

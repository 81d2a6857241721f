// Every number that decides something, with its unit in the name or beside it, and its source. Weights of ledgers are
// round guesses from published error rates (a few percent of genuine checks refused, at least 90 % of attacks caught,
// technical failures common); they are deliberately not fitted to data of ours.

import { MS_PER_DAY } from './time.ts';

export interface Policy {
  name: string;
  score: {
    /** Chance that an honest user, drawn at random, is at or over the threshold at a fixed moment. */
    alpha: number;
    /** UTC days that count, the day of the latest attempt included. */
    windowDays: number;
    ledgers: {
      mix: Profiles<ClassMixProfile>;
      burst: Profiles<DailyAmountProfile> & { weightHundredths: FailureWeights };
      recurrence: Profiles<DayShareProfile>;
      quality: Profiles<DailyAmountProfile> & { weightHundredths: FailureWeights };
      afterPass: Profiles<DayShareProfile>;
    };
  };
  channel: {
    /** A device is familiar this long after its first pass. */
    familiarAfterHours: number;
    /** Familiar devices with a score below this are clean: what happens elsewhere is not held against them. */
    ownerCleanBelow: number;
  };
  /** What other ids on the same device, and predecessors, add to the score: `mix - shift`, from 0 to `max`, in nats. */
  link: { device: LinkPolicy; lineage: LinkPolicy };
  patterns: {
    repeatedFailures: { explainLedgersAboveNats: number };
    impostor: { judgedFailures: number; mismatchShare: number };
    machineCadence: { tokens: number; longestGapSeconds: number; spreadOfLogGap: number; failedAttempts: number };
    tokenHoarding: { unusedTokens: number; windowHours: number };
    faceReuse: { otherIds: number; windowDays: number };
    drift: RateChangePolicy & { baselineChecks: number; checksSinceZero: number };
    breadthFirst: RateChangePolicy & { baselineChecks: number; priorShare: number; attemptsWhileOpen: number };
    integration: {
      returningDevices: number;
      newIdShare: number;
      devicesOfOneId: number;
      closeAfterHours: number;
    };
  };
  pause: { hours: number };
  gate: {
    budget: { breach: number; pass: number; windowDays: number };
    delay: { after: number; seconds: number; factor: number; maxSeconds: number };
    maxAliveTokens: number;
    replaceUnusedAfterSeconds: number;
    settleSeconds: number;
  };
  /** How many of the newest elements each set of a history keeps. */
  keep: {
    spoof: number;
    uncertain: number;
    technical: number;
    passes: number;
    issued: number;
    unused: number;
    settled: number;
    links: number;
  };
  /** `audit`: judged and recorded as if, but nobody is blocked. The budget holds all the same. */
  mode: 'enforce' | 'audit';
}

export type KeepPolicy = Policy['keep'];

/** Weighted kinds of people; the weights of each side add up to 1. */
export interface Profiles<Profile> {
  honest: readonly Profile[];
  abuse: readonly Profile[];
}

/** Dirichlet-multinomial: expected share of each outcome, and how alike people of this profile are. */
export interface ClassMixProfile {
  weight: number;
  means: { real: number; spoof: number; uncertain: number; technical: number };
  concentration: number;
}

/** Gamma-Poisson: expected amount in one active day, and the shape of its spread. */
export interface DailyAmountProfile {
  weight: number;
  meanPerDay: number;
  shape: number;
}

/** Beta-binomial: expected share of the days, and how alike people of this profile are. */
export interface DayShareProfile {
  weight: number;
  mean: number;
  concentration: number;
}

export interface LinkPolicy {
  max: number;
  shift: number;
}

/** A cumulative sum of log-likelihood ratios that looks for a multiple of the usual share of failures (Page 1954). */
export interface RateChangePolicy {
  /** How many times the usual share is looked for, and the largest share that this may come to. */
  ratio: number;
  mostShare: number;
  /** The sum stays between 0 and `ceiling`; at `openAt` the incident opens, `closeAfterHours` after its return to 0 it closes. */
  openAt: number;
  ceiling: number;
  closeAfterHours: number;
  /** How fast the baseline forgets. */
  halfLifeDays: number;
}

/** What one failure adds to a day's amount. Whole hundredths, so that sums are exact. */
export interface FailureWeights {
  spoof: number;
  uncertain: number;
  technical: number;
}

export const defaultPolicy: Policy = {
  name: 'default',
  score: {
    alpha: 0.005, // Markov: at most one honest id in 200 at a fixed moment; measured far lower
    windowDays: 30, // days; half-lives of 3 to 14 days were not better and break the bound on honest flags
    ledgers: {
      mix: {
        honest: [
          { weight: 0.86, means: { real: 0.88, spoof: 0.02, uncertain: 0.03, technical: 0.07 }, concentration: 15 },
          { weight: 0.12, means: { real: 0.58, spoof: 0.04, uncertain: 0.13, technical: 0.25 }, concentration: 10 },
          { weight: 0.02, means: { real: 0.72, spoof: 0.13, uncertain: 0.09, technical: 0.06 }, concentration: 15 },
        ], // typical · weak camera · often mistaken for a spoof
        abuse: [
          { weight: 0.25, means: { real: 0.05, spoof: 0.65, uncertain: 0.18, technical: 0.12 }, concentration: 8 },
          { weight: 0.25, means: { real: 0.45, spoof: 0.35, uncertain: 0.12, technical: 0.08 }, concentration: 8 },
          { weight: 0.25, means: { real: 0.08, spoof: 0.14, uncertain: 0.42, technical: 0.36 }, concentration: 10 },
          { weight: 0.25, means: { real: 0.65, spoof: 0.22, uncertain: 0.07, technical: 0.06 }, concentration: 12 },
        ], // brute force · interleaving own passes · probing with poor quality · patient
      },
      burst: {
        weightHundredths: { spoof: 100, uncertain: 25, technical: 7 }, // how much each outcome tells of an attack
        honest: [
          { weight: 0.86, meanPerDay: 0.04, shape: 0.5 },
          { weight: 0.12, meanPerDay: 0.15, shape: 0.5 },
          { weight: 0.02, meanPerDay: 0.3, shape: 1 },
        ],
        abuse: [
          { weight: 0.5, meanPerDay: 3, shape: 1 },
          { weight: 0.5, meanPerDay: 10, shape: 1 },
        ],
      },
      recurrence: {
        honest: [
          { weight: 0.86, mean: 0.03, concentration: 15 },
          { weight: 0.12, mean: 0.08, concentration: 12 },
          { weight: 0.02, mean: 0.2, concentration: 12 },
        ],
        abuse: [{ weight: 1, mean: 0.7, concentration: 5 }],
      },
      quality: {
        weightHundredths: { spoof: 50, uncertain: 100, technical: 40 }, // how much each outcome tells of bad pictures
        honest: [
          { weight: 0.86, meanPerDay: 0.1, shape: 0.5 },
          { weight: 0.14, meanPerDay: 0.6, shape: 0.5 },
        ],
        abuse: [
          { weight: 0.5, meanPerDay: 4, shape: 1 },
          { weight: 0.5, meanPerDay: 10, shape: 1 },
        ],
      },
      afterPass: {
        honest: [
          { weight: 0.9, mean: 0.01, concentration: 20 },
          { weight: 0.08, mean: 0.05, concentration: 12 },
          { weight: 0.02, mean: 0.15, concentration: 12 },
        ],
        abuse: [{ weight: 1, mean: 0.6, concentration: 4 }],
      },
    },
  },
  channel: {
    familiarAfterHours: 24, // hours; a pass of a stranger does not open the way for his next tries on the same day
    ownerCleanBelow: 1, // nats; e = 2.7 times likelier under abuse than under honest use
  },
  link: {
    device: { max: 6, shift: 1 }, // nats; E exp(max(0, ln ratio - 1)) <= 1 + 1/e bounds what it adds to honest flags
    lineage: { max: 6, shift: 1 },
  },
  patterns: {
    repeatedFailures: { explainLedgersAboveNats: 3 }, // nats; e^3 = 20 times likelier under abuse
    impostor: {
      judgedFailures: 10, // NIST SP 800-63B 5.2.3: ten consecutive failures where presentation attacks are detected
      mismatchShare: 0.5, // share of the failures; the larger part of them has to be another person's face
    },
    machineCadence: {
      tokens: 9, // tokens; eight gaps in a row
      longestGapSeconds: 3600, // seconds
      spreadOfLogGap: 0.12, // population standard deviation of ln(gap); people spread their gaps by a factor of two and more
      failedAttempts: 4, // attempts in the sessions of these tokens
    },
    tokenHoarding: {
      unusedTokens: 12, // tokens; above the runs of unused tokens that a refused camera permission makes
      windowHours: 24, // hours
    },
    faceReuse: {
      otherIds: 2, // ids; two false matches at 1e-3 a search and three searches an id have a chance of about 5e-6
      windowDays: 30, // days
    },
    drift: {
      ratio: 2, // times the usual share
      mostShare: 0.95,
      openAt: 15, // nats
      ceiling: 30, // nats; an end is noticed after at most twice as long as the beginning
      closeAfterHours: 6, // hours
      halfLifeDays: 7, // days; a week of traffic is one cycle
      baselineChecks: 200, // checks; below, the usual share is not known well enough
      checksSinceZero: 40, // checks
    },
    breadthFirst: {
      ratio: 2, // times the usual share
      mostShare: 0.95,
      openAt: 15, // nats
      ceiling: 30, // nats
      closeAfterHours: 6, // hours
      halfLifeDays: 7, // days
      baselineChecks: 500, // checks
      priorShare: 0.016, // share of first checks of honest people that are labelled a spoof, until the customer's own is known
      attemptsWhileOpen: 1, // attempts of an id that never passed, on a device that never passed
    },
    integration: {
      returningDevices: 20, // devices a UTC day
      newIdShare: 0.5, // share of them
      devicesOfOneId: 15, // devices; families and kiosks stay below
      closeAfterHours: 6, // hours
    },
  },
  pause: { hours: 24 }, // hours; light and cameras change within a day, and the alternative path is named
  gate: {
    budget: {
      breach: 0.2, // stated chance that some try passes; with `pass` it gives 22 judged failures
      pass: 0.01, // chance that one judged try of an attack passes
      windowDays: 30, // days of 24 hours that end now
    },
    delay: {
      after: 5, // failures since the last pass; NIST SP 800-63B 5.2.3: five in a row
      seconds: 30, // NIST SP 800-63B 5.2.3: at least 30 s, growing exponentially
      factor: 2,
      maxSeconds: 3600, // NIST SP 800-63B 5.2.2: 30 s up to an hour
    },
    maxAliveTokens: 2, // tokens; one in use and one after a restarted app
    replaceUnusedAfterSeconds: 15, // seconds; an app that got its token has started the check by then
    settleSeconds: 30, // seconds after its end until a session's result has usually been collected
  },
  keep: {
    spoof: 64, // at least the budget of both channels
    uncertain: 48, // at least the budget of both channels
    technical: 48,
    passes: 40, // (day, device) pairs: 30 days and some second devices
    issued: 64,
    unused: 48,
    settled: 64,
    links: 16, // other ids with the same face
  },
  mode: 'enforce',
};

/** The score at which an id crosses, in nats: ln(1/alpha), rounded like the score. Finite for every alpha above 0. */
export const thresholdOf = (policy: Policy): number => roundToMillionth(-Math.log(policy.score.alpha));

/** Judged failures that keep the chance of a breach at what the policy states: 1-(1-pass)^N <= breach. */
export const budgetOf = ({ gate: { budget } }: Policy): number =>
  Math.floor(Math.log(1 - budget.breach) / Math.log(1 - budget.pass));

/** Whole milliseconds, also when the days are none: a moment cannot be told more finely. */
export const budgetWindowMs = ({ gate: { budget } }: Policy): number => Math.round(budget.windowDays * MS_PER_DAY);

/** Adding 0 turns -0 into 0, which JSON does not tell apart. */
export const roundToMillionth = (value: number): number => Math.round(value * 1e6) / 1e6 + 0;

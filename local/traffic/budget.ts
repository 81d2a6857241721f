// How many judged failures one end user may have, as policies state it.

export interface Budget {
  /** The chance that an attacker passes, with all tries of the budget together. */
  breach: number;
  /** The chance that one try of an attacker passes. */
  pass: number;
}

/** Of the default policy. */
export const DEFAULT_BUDGET: Budget = { breach: 0.2, pass: 0.01 };

/** In the window of the policy: 1-(1-0.01)^22 stays below a chance of 0.2. */
export const permittedFailures = ({ breach, pass }: Budget): number =>
  Math.floor(Math.log(1 - breach) / Math.log(1 - pass));

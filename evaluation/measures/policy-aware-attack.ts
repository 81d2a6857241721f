// One attack by somebody who knows the policy and the state of the own id, and who follows a strategy to make as many
// judged tries as possible before nothing more is to be had.

import { dayOf, MS_PER_DAY, MS_PER_SECOND } from '../../shared/domain/time.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { blockOf } from '../../shared/domain/verdict.ts';
import { PERIOD_END_MS, PERIOD_START_MS } from '../period.ts';
import { drawOutcome, type OutcomeRates } from '../population/outcome-rates.ts';
import type { Random } from '../random.ts';
import { GatedId } from './gated-id.ts';

export interface Strategy {
  /** How his tries fail, which he steers by the quality of his pictures. */
  pictures: keyof typeof failuresOfPictures;
  triesPerToken: 1 | 2 | 3;
  /** Between one token and the next. */
  gapSeconds: number;
  /** His own face, alive. */
  ownPasses: 'none' | 'once a day' | 'before each token' | 'after each token';
  devices: 'one' | 'another for own passes' | 'two in turn' | 'ever new';
  /** Days before the first try, on each of which he passes once. */
  quietDays: number;
  /** Does without a try that would get him blocked if it were labelled a spoof, and waits for the next day. */
  looksAhead: boolean;
}

export const failuresOfPictures = {
  good: { real: 0, spoof: 0.74, uncertain: 0.15, technical: 0.11 },
  poor: { real: 0, spoof: 0.14, uncertain: 0.46, technical: 0.4 },
  /** No attack is known to pass like this; a bound for what pictures can do. */
  'never labelled': { real: 0, spoof: 0, uncertain: 1, technical: 0 },
} as const satisfies Record<string, OutcomeRates>;

const TRY_MS = 12 * MS_PER_SECOND;

/** The tries of 30 days that were judged and did not pass. */
export const policyAwareAttack = (strategy: Strategy, policy: Policy, random: Random): number =>
  new Attack(strategy, policy, random).play();

class Attack {
  readonly #strategy: Strategy;
  readonly #random: Random;
  readonly #id: GatedId;
  #atMs: number;
  #tokens = 0;
  #judgedTries = 0;
  /** The device of the next try. */
  #device = 1;
  #passedOnDay = -Infinity;

  constructor(strategy: Strategy, policy: Policy, random: Random) {
    this.#strategy = strategy;
    this.#random = random;
    this.#id = new GatedId('policy-aware', policy);
    this.#atMs = PERIOD_START_MS - strategy.quietDays * MS_PER_DAY;
  }

  play(): number {
    for (let day = 0; day < this.#strategy.quietDays; day += 1) {
      this.#passOnce();
      this.#atMs = startOfDayAfter(this.#atMs);
    }
    while (this.#atMs < PERIOD_END_MS && this.#visit() === 'goes on');
    return this.#judgedTries;
  }

  /** Tries with one token, and what belongs to it. */
  #visit(): 'goes on' | 'over' {
    const { ownPasses, gapSeconds, devices } = this.#strategy;
    const wantsDailyPass = ownPasses === 'once a day' && this.#passedOnDay < dayOf(this.#atMs);
    if (ownPasses === 'before each token' || wantsDailyPass) this.#passOnce();
    const token = this.#ask(this.#devicesForTries());
    if (token === undefined) return 'over';
    const dared = this.#tryWith(token);
    if (ownPasses === 'after each token') this.#passOnce();
    this.#atMs = dared ? this.#atMs + gapSeconds * MS_PER_SECOND : startOfDayAfter(this.#atMs);
    if (devices === 'two in turn') this.#device = 3 - this.#device;
    if (devices === 'ever new') this.#device += 1;
    return 'goes on';
  }

  /** `false` when he does without. */
  #tryWith(token: string): boolean {
    const { triesPerToken, looksAhead, pictures } = this.#strategy;
    const failures = failuresOfPictures[pictures];
    let dares = true;
    for (let tries = 0; tries < triesPerToken; tries += 1) {
      dares = !looksAhead || !this.#couldBlock(token, failures);
      if (!dares) break;
      this.#atMs += TRY_MS;
      const outcome = drawOutcome(this.#random, failures);
      if (this.#atMs >= PERIOD_END_MS || !this.#id.attempt(token, outcome, this.#atMs)) break;
      if (outcome !== 'technical') this.#judgedTries += 1;
    }
    // What he did not use counts until the session is closed, so he closes it.
    this.#id.close(token, this.#atMs);
    return dares;
  }

  #couldBlock(token: string, failures: OutcomeRates): boolean {
    const ahead = this.#id.copy();
    ahead.attempt(token, failures.spoof > 0 ? 'spoof' : 'uncertain', this.#atMs + TRY_MS);
    return blockOf(ahead.state.verdicts, this.#atMs + TRY_MS)?.kind === 'flagged';
  }

  #passOnce(): void {
    const token = this.#ask([this.#strategy.devices === 'another for own passes' ? 2 : this.#device]);
    if (token === undefined) return;
    this.#atMs += TRY_MS;
    this.#id.attempt(token, 'real', this.#atMs);
    this.#passedOnDay = dayOf(this.#atMs);
  }

  /** Those that he would take, the first if it may. */
  #devicesForTries(): number[] {
    switch (this.#strategy.devices) {
      case 'one':
      case 'another for own passes':
        return [1];
      case 'two in turn':
        return [this.#device, 3 - this.#device];
      case 'ever new':
        return [this.#device, 1];
    }
  }

  /** Waits until one of the devices gets a token; `undefined` when none does within the period. */
  #ask(devices: readonly number[]): string | undefined {
    while (this.#atMs < PERIOD_END_MS) {
      let nextMs = Infinity;
      for (const device of devices) {
        this.#tokens += 1;
        const token = `policy-aware.${this.#tokens}`;
        const answer = this.#id.ask(token, `device-${device}`, this.#atMs);
        if (answer.kind === 'issue') return token;
        nextMs = Math.min(nextMs, answer.until?.getTime() ?? Infinity);
      }
      this.#atMs = nextMs;
    }
    return undefined;
  }
}

const startOfDayAfter = (atMs: number): number => (dayOf(atMs) + 1) * MS_PER_DAY;

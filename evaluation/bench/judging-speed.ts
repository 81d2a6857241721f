// How long one judgement takes, as the recorder of results makes it: fold the attempt, renew the link, judge.

import { latestFailure } from '../../shared/domain/channel.ts';
import type { AttemptJudged } from '../../shared/domain/events.ts';
import { emptyHistory, type History } from '../../shared/domain/history.ts';
import {
  deviceToLink,
  foldEvent,
  foldIntoDevice,
  type JudgedState,
  linkedDeviceOf,
  newState,
} from '../../shared/domain/judged-state.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { judge } from '../../shared/domain/judge.ts';
import { PERIOD_END_MS } from '../period.ts';
import { honestTraces } from '../population/honest-traces.ts';
import { median } from '../statistics/quantiles.ts';
import type { Trace } from '../trace.ts';
import { atMost, type Figure } from './figure.ts';
import { fullestDeviceHistory, fullestHistory, WORST_ABUSER } from './fullest-history.ts';
import { deviceKeyFor, sessionIdFor } from './stored-form.ts';

/** Specification, section 3. */
const MOST_MICROSECONDS = 10;

const PEOPLE = 1000;
const WARM_UP_BATCHES = 10;
const BATCHES = 41;

interface Case {
  before: JudgedState;
  attempt: AttemptJudged;
  /** The device that the attempt came from, as it was before. */
  device: History;
}

export const measureJudging = ({ seed, policy }: { seed: number; policy: Policy }): Figure[] => {
  const cases = [...honestTraces({ seed }, PEOPLE)].flatMap((trace) => casesOf(trace, policy));
  const hasFailed = ({ before, attempt }: Case): boolean =>
    attempt.outcome !== 'real' || latestFailure(before.history) !== undefined;
  const failed = cases.filter(hasFailed);
  const unfailed = cases.filter((one) => !hasFailed(one));
  const abuser = Array.from({ length: 100 }, () => worstCase(policy));

  const microseconds = { unit: 'µs', digits: 2 };
  const usual = microsecondsEach(cases, policy);
  const worst = microsecondsEach(abuser, policy);
  return [
    { measure: 'usual id', value: usual, ...microseconds, ...atMost(MOST_MICROSECONDS) },
    {
      measure: 'the same, without a failure',
      value: microsecondsEach(unfailed, policy),
      ...microseconds,
      ...atMost(MOST_MICROSECONDS),
    },
    {
      measure: 'the same, with failures',
      value: microsecondsEach(failed, policy),
      ...microseconds,
      ...atMost(MOST_MICROSECONDS),
    },
    { measure: 'worst abuser, every set full', value: worst, ...microseconds },
    { measure: 'ratio, worst abuser to usual id', value: worst / usual, unit: '', digits: 1 },
  ];
};

/** Every attempt of the trace, with what was known before it. */
const casesOf = ({ events }: Trace, policy: Policy): Case[] => {
  const ids = new Map<string, JudgedState>();
  const devices = new Map<string, History>();
  const cases: Case[] = [];
  for (const event of events) {
    const { correlationId, deviceKey = '' } = event;
    const before = ids.get(correlationId) ?? newState(correlationId);
    const device = devices.get(deviceKey) ?? emptyHistory;
    if (event.type === 'attempt') cases.push({ before, attempt: event, device });
    ids.set(correlationId, { ...before, history: foldEvent(before.history, event, policy) });
    if (event.type !== 'session.issued') devices.set(deviceKey, foldIntoDevice(device, event, policy));
  }
  return cases;
};

const worstCase = (policy: Policy): Case => ({
  before: { ...newState(WORST_ABUSER), history: fullestHistory(policy, Infinity) },
  attempt: {
    type: 'attempt',
    atMs: PERIOD_END_MS - 1,
    customerId: 'customer',
    correlationId: WORST_ABUSER,
    sessionId: sessionIdFor(WORST_ABUSER, 'one more'),
    deviceKey: deviceKeyFor('one more'),
    attemptId: 1,
    outcome: 'spoof',
  },
  device: fullestDeviceHistory(policy),
});

/** The median of batches, each of which is all cases once. In processor time, which busy neighbours change less. */
const microsecondsEach = (cases: readonly Case[], policy: Policy): number => {
  const batch = (): number => {
    const before = process.cpuUsage();
    for (const one of cases) judgeOne(one, policy);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / cases.length;
  };
  for (let index = 0; index < WARM_UP_BATCHES; index += 1) batch();
  return median(Array.from({ length: BATCHES }, batch));
};

const judgeOne = ({ before, attempt, device }: Case, policy: Policy): void => {
  const history = foldEvent(before.history, attempt, policy);
  const folded = { ...before, history };
  const deviceKey = deviceToLink(history, policy);
  const linkedDevice = linkedDeviceOf(folded, deviceKey === undefined ? undefined : device, policy);
  const state = { ...folded, ...(linkedDevice && { linkedDevice }) };
  judge(state, policy, attempt.outcome === 'real' ? 'result' : 'failure', attempt.atMs);
};

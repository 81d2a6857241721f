import { correlationIdOf } from '../domain/session-id.ts';
import { decide, remainingAttempts, type GateRequest } from '../domain/gate.ts';
import {
  attemptEvents,
  endEvent,
  type ClientReport,
  type ClosedSession,
  type CloseLivenessSession,
} from './close-liveness-session.ts';
import { devicesToRead, gateStateOf, recordResults } from './correlation.ts';
import type { Clock, Correlations, Devices, ResultEvent, Sha256Hex } from './ports.ts';
import { limitsFreshIds } from './limits-fresh-ids.ts';
import { readDeviceHistories } from './read-device-histories.ts';
import type { RulesFor } from './rules.ts';
import type { AttemptResult, SessionRecord, SessionResult } from './records.ts';

interface Ports {
  correlations: Correlations;
  devices: Devices;
  clock: Clock;
  rulesFor: RulesFor;
  sha256Hex: Sha256Hex;
  closeLivenessSession: CloseLivenessSession;
}

export type NextAction = 'proceed' | 'retry-now' | 'retry-later' | 'use-alternative' | 'contact-support';

export type CompletionReason =
  'live' | 'mismatch' | 'not-live' | 'not-certain' | 'integrity' | 'technical' | 'no-attempt' | 'no-result';

export type Completion =
  | {
      kind: 'completed';
      decision: 'passed' | 'not-passed';
      reason: CompletionReason;
      nextAction: NextAction;
      retryAt?: Date;
      remainingAttempts: number;
      attempts: AttemptResult[];
      verify?: { isIdentical: boolean; matchConfidence: number };
    }
  | { kind: 'no-result-yet' }
  | { kind: 'not-found' };

export type CompleteLivenessSession = (request: {
  customerId: string;
  sessionId: string;
  report: ClientReport;
}) => Promise<Completion>;

/** The client says it has finished. Reads what Face decided, closes the session, and says what to do next. */
export const makeCompleteLivenessSession =
  ({ correlations, devices, clock, rulesFor, sha256Hex, closeLivenessSession }: Ports): CompleteLivenessSession =>
  async ({ customerId, sessionId, report }) => {
    const found = await findOwnSession(correlations, customerId, sessionId);
    if (found === undefined) return { kind: 'not-found' };

    const closing = await closeLivenessSession(found, 'completed', report);
    if (closing.kind === 'no-result-yet') return closing;

    const { result } = closing.session;
    const latest = result.attempts.at(-1);
    const reason = reasonFor(result, latest, report);
    const correlation = await correlations.find(closing.session.correlationId);
    if (correlation === undefined) throw new Error('a session has no correlation id');

    // The queue may not have counted this result yet; what comes next is judged as if it had.
    const results = uncounted(closing.session, result, correlation.record);
    const linkable = await readDeviceHistories(devices, devicesToRead(correlation.record, results));
    const { policy, circumstances, incidents } = await rulesFor(customerId, closing.session.appVersion);
    const limitFreshIds = !circumstances.audit && (await limitsFreshIds(devices, incidents, closing.session.deviceKey));
    const now = clock.now();
    const counted = recordResults(correlation.record, results, linkable, {
      policy,
      circumstances,
      sha256Hex,
      now,
      newId: () => '',
    });
    const state = gateStateOf(counted.record);
    const gateRequest = { ...gateRequestOf(closing.session), audit: circumstances.audit, limitFreshIds };
    const next = nextStep(reason, decide(state, policy, gateRequest, now).decision);
    return {
      kind: 'completed',
      decision: reason === 'live' ? 'passed' : 'not-passed',
      reason,
      ...next,
      remainingAttempts: remainingAttempts(state, policy, gateRequest, now),
      attempts: result.attempts,
      ...(result.verify !== undefined && { verify: result.verify }),
    };
  };

/** A session of this customer that reached a caller; another customer's looks like one that is not there. */
export const findOwnSession = async (correlations: Correlations, customerId: string, sessionId: string) => {
  const correlationId = correlationIdOf(sessionId);
  if (correlationId === undefined) return undefined;
  // The token came from another process perhaps, a moment ago.
  const found = await correlations.findNewestSession(correlationId, sessionId);
  if (found?.record.customerId !== customerId || found.record.faceSessionId === undefined) return undefined;
  return found.record.state === 'released' ? undefined : found;
};

const reasonFor = (
  result: SessionResult,
  latest: AttemptResult | undefined,
  report: ClientReport,
): CompletionReason => {
  if (result.lost === true) return 'no-result';
  if (latest === undefined) return result.clientError === undefined ? 'no-attempt' : 'technical';
  // A repeated or late report can only make the answer worse, never better.
  const forged =
    report.digest !== undefined &&
    latest.digest !== undefined &&
    report.digest.toUpperCase() !== latest.digest.toUpperCase();
  if (forged) return 'integrity';
  switch (latest.outcome) {
    case 'real':
      return 'live';
    case 'spoof':
      return latest.reason === 'integrity' ? 'integrity' : 'not-live';
    case 'uncertain':
      return latest.reason === 'mismatch' ? 'mismatch' : 'not-certain';
    case 'technical':
      return 'technical';
  }
};

const nextStep = (
  reason: CompletionReason,
  decision: ReturnType<typeof decide>['decision'],
): { nextAction: NextAction; retryAt?: Date } => {
  if (reason === 'live') return { nextAction: 'proceed' };
  switch (decision.kind) {
    case 'issue':
    case 'replace':
      return { nextAction: 'retry-now' };
    case 'wait':
      return { nextAction: 'retry-later', retryAt: decision.until };
    case 'refuse':
      return {
        nextAction: decision.because === 'correlation-flagged' ? 'contact-support' : 'use-alternative',
        ...(decision.until !== undefined && { retryAt: decision.until }),
      };
  }
};

const gateRequestOf = (session: SessionRecord): GateRequest => ({
  attemptsWanted: session.attemptsAllowed,
  attemptsFixed: true,
  ...(session.deviceKey !== undefined && { deviceKey: session.deviceKey }),
});

/** The attempts that the history does not show yet, and the end of the session, as the queue will bring them. */
const uncounted = (
  session: ClosedSession,
  result: SessionResult,
  record: { outstanding: readonly { sessionId: string; recorded: readonly number[] }[] },
): ResultEvent[] => {
  const outstanding = record.outstanding.find(({ sessionId }) => sessionId === session.sessionId);
  if (outstanding === undefined) return [];
  const attempts = attemptEvents(session, result).filter(
    (event) => event.type === 'attempt' && !outstanding.recorded.includes(event.attemptId),
  );
  // What Face has lost stays reserved: its end is not sent yet.
  return result.lost === true ? attempts : [...attempts, endEvent(session, result.readAt)];
};

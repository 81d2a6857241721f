// I3: the judged attempts that can be made before a human looks never exceed the budget. The sum is made from the ledger
// and the sessions that were stored, not from what the history says of itself.

import type { CorrelationRecord, LedgerRecord, SessionRecord } from '../../shared/application/records.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import type { Model, TokenRequest } from './model.ts';
import { attemptsIn, attemptsToComeOf, inheritedFailuresOf, judgedFailuresIn, lineOf, type Story } from './story.ts';

/** The list of open sessions is what the ledger leaves open: nothing leaves it by time. */
export const checkOutstanding = (model: Model, story: Story, record: CorrelationRecord): void => {
  const listed = new Map(record.outstanding.map((session) => [session.sessionId, session]));
  for (const session of story.sessions.values()) {
    const toCome = attemptsToComeOf(story, session);
    if (toCome > 0 && !listed.has(session.sessionId)) {
      model.breaks('I3', `session ${session.sessionId} may still bring ${toCome} attempts, and holds no budget`);
    }
  }
};

/** A token is worth what its session holds of the budget, and nothing any more once that was given back. */
export const checkAttempt = (model: Model, sessionId: string, attemptId: number): void => {
  const story = model.story(sessionId.slice(0, sessionId.indexOf('.')));
  const session = story.sessions.get(sessionId);
  const isEnded = ['closed', 'abandoned'].some((end) => story.ledger.has(`${sessionId}/${end}`));
  if (isEnded || session?.state === 'released') {
    model.breaks('I3', `an attempt was made with the token of ${sessionId}, whose session holds no budget any more`);
  }
  if (session !== undefined && attemptId > session.attemptsAllowed) {
    model.breaks(
      'I3',
      `attempt ${attemptId} was made in ${sessionId}, which holds budget for ${session.attemptsAllowed}`,
    );
  }
};

/**
 * The end of a session gives back what its result leaves over. What was tried in a session that Face has forgotten is not
 * known: its budget stays taken as long as the tries would.
 */
export const checkEnd = (model: Model, story: Story, { key, type, sessionId, attempts = 0 }: LedgerRecord): void => {
  if (type === 'attempt') return;
  const result = story.sessions.get(sessionId)?.result;
  if (result === undefined) {
    model.breaks('I3', `${key} was counted, and no result of its session is stored`);
  } else if (result.lost === true) {
    model.breaks('I3', `session ${sessionId}, which Face has forgotten, has given its budget back`);
  } else if (attempts !== result.attempts.length) {
    model.breaks('I3', `${key} tells of ${attempts} attempts, its result has ${result.attempts.length}`);
  }
};

/** Two correlation ids at once would be two budgets. */
export const checkWhose = (model: Model, { name, endUserKey }: TokenRequest, story: Story): void => {
  const current = model.endUsers.get(endUserKey);
  if (current === undefined || !lineOf(model.story(current)).includes(story)) {
    model.breaks('I3', `${name} got a token for a correlation id that is not the end user's`);
  }
};

const ROUNDING = 1e-12;

/** Judged failures that a policy permits: with one more the stated chance of a breach would be exceeded. */
export const permittedFailures = ({ gate: { budget } }: Policy): number => {
  let failures = 0;
  while (1 - (1 - budget.pass) ** (failures + 1) <= budget.breach + ROUNDING) failures += 1;
  return failures;
};

/** `budget`: the largest that any policy in force may have given. */
export const checkBudget = (model: Model, story: Story, reserved: SessionRecord, budget: number): void => {
  const line = lineOf(story);
  const passedOn = new Set(
    line.flatMap((one) =>
      attemptsIn(one).flatMap(({ outcome, deviceKey }) => (outcome === 'real' && deviceKey ? [deviceKey] : [])),
    ),
  );
  const failures = [...judgedFailuresIn(story), ...inheritedFailuresOf(story)];
  const used = [
    ...failures.map(({ deviceKey }) => ({ device: deviceKey, attempts: 1 })),
    ...line.flatMap((one) =>
      [...one.sessions.values()].map((session) => ({
        device: session.deviceKey,
        attempts: attemptsToComeOf(one, session),
      })),
    ),
  ];
  const sum = (fits: (device: string | undefined) => boolean): number =>
    used.reduce((total, { device, attempts }) => total + (fits(device) ? attempts : 0), 0);
  const neverPassed = sum((device) => device === undefined || !passedOn.has(device));
  const all = sum(() => true);
  const isOnNewDevice = reserved.deviceKey === undefined || !passedOn.has(reserved.deviceKey);
  if (isOnNewDevice && neverPassed > budget) {
    model.breaks('I3', `${neverPassed} attempts on devices that never passed, the budget is ${budget}`);
  }
  // Strangers leave the owner's devices a budget of their own, also when a new policy has shrunk what they had used up.
  if (all > 2 * budget && all - neverPassed > budget) {
    model.breaks('I3', `${all} attempts on all devices, the budget of both channels is ${2 * budget}`);
  }
};

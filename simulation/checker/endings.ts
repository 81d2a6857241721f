// What must be true once nothing goes wrong any more and the sweeps have had their time.

import type { SimulatedCloud } from '../world/local-cloud.ts';
import { checkFaceTruth } from './face-truth.ts';
import { checkDevices, checkObservations, checkWatches } from './follow-ups.ts';
import type { Broken, Model } from './model.ts';
import { inheritedFailuresOf, judgedFailuresIn } from './story.ts';

/** I4 and I8: what is half done, and still waits for a sweep. */
export const unfinished = (model: Model, cloud: SimulatedCloud): Broken[] => [
  ...openSessions(model),
  ...unpublishedEvents(model),
  ...undoneDecisions(model),
  ...untoldEnforcement(model),
  ...leftBehind(model),
  ...messagesLeft(cloud),
];

/** What must be true for good, whatever has gone wrong before. */
export const checkEndings = async (model: Model, cloud: SimulatedCloud): Promise<void> => {
  model.broken.push(...unfinished(model, cloud));
  checkFaceTruth(model, cloud);
  checkLineage(model);
  await checkDevices(model, cloud.database);
  await checkObservations(model, cloud.database);
  await checkWatches(model, cloud.database);
};

function* openSessions(model: Model): Generator<Broken> {
  for (const story of model.stories.values()) {
    for (const { sessionId, state, dueAt } of story.sessions.values()) {
      const hasEnded = state === 'closed' || state === 'released';
      if (hasEnded && dueAt !== undefined) {
        yield { promise: 'I8', what: `session ${sessionId} has ended, and is looked at for ever` };
      }
      if (hasEnded || isLost(model, sessionId)) continue;
      yield { promise: 'I8', what: `session ${sessionId} is still ${state}` };
    }
    for (const { sessionId } of story.record?.outstanding ?? []) {
      if (!isLost(model, sessionId)) yield { promise: 'I8', what: `session ${sessionId} still holds its budget` };
    }
    // A retired id hands its verdicts on to its successor.
    if (story.record?.status === 'retired') continue;
    if (story.record?.verdicts.some(({ pending }) => pending !== undefined) === true) {
      yield { promise: 'I8', what: `a verdict of ${story.correlationId} has no flag yet` };
    }
  }
}

/** Face forgot it: what was tried with it is not known, so it holds its budget for as long as the tries would. */
const isLost = (model: Model, sessionId: string): boolean => model.session(sessionId)?.result?.lost === true;

function* unpublishedEvents(model: Model): Generator<Broken> {
  const committed = [...model.stories.values()].flatMap(({ events }) => [...events.keys()]);
  for (const eventId of [...committed, ...model.customerEvents.keys()]) {
    if (model.published.has(eventId)) continue;
    yield { promise: 'I4', what: `event ${eventId} was committed and never published` };
  }
}

/** Every message was applied: none is left, none was given up, and as all were ours none was parked. */
function* messagesLeft({ serviceBus }: SimulatedCloud): Generator<Broken> {
  for (const [path, state] of Object.entries(serviceBus.inspect().entities)) {
    const left = state.active + state.locked + state.scheduled;
    if (left > 0) yield { promise: 'I8', what: `${left} messages are left in ${path}` };
    if (state.deadLettered > 0) {
      yield { promise: 'I8', what: `${state.deadLettered} messages of ${path} were given up` };
    }
  }
}

/** I9: a reset takes all failures along, those of sessions included that ended after it was asked for. */
const checkLineage = (model: Model): void => {
  for (const story of model.stories.values()) {
    const { record } = story;
    if (record === undefined) continue;
    const carried = record.lineage?.failures.length ?? 0;
    const own = new Set(judgedFailuresIn(story).map(({ key }) => key));
    // A blocked successor has the history itself.
    const inherited = [...record.history.spoof, ...record.history.uncertain].filter(
      ({ sessionId, attemptId }) => !own.has(`${sessionId}/${attemptId}`),
    ).length;
    const made = inheritedFailuresOf(story).length;
    if (carried + inherited < made) {
      model.breaks('I9', `after a reset ${made} failures were to be carried on, and ${carried + inherited} were`);
    }
  }
};

/** What somebody has decided is carried out. */
function* undoneDecisions(model: Model): Generator<Broken> {
  for (const [decisionId, isDone] of model.decisions) {
    if (!isDone) yield { promise: 'I8', what: `decision ${decisionId} is not carried out` };
  }
}

/** Enforcement that comes back by itself is told of. */
function* untoldEnforcement(model: Model): Generator<Broken> {
  for (const [customerId, endsAt] of model.enforcementEnds) {
    if (endsAt === undefined || endsAt.getTime() > model.nowMs) continue;
    yield { promise: 'I8', what: `${customerId} is enforced again, and nobody has told it` };
  }
}

/** Nobody is left with a correlation id that never gets a session again. */
function* leftBehind(model: Model): Generator<Broken> {
  for (const correlationId of model.endUsers.values()) {
    if (model.story(correlationId).record?.status !== 'retired') continue;
    yield { promise: 'I8', what: `an end user is left with ${correlationId}, which is retired` };
  }
}

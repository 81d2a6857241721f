// What must be true once nothing goes wrong any more and the sweeps have had their time.

import type { Database } from '@azure/cosmos';
import { deviceDocuments } from '../../shared/adapters/cosmos/documents.ts';
import type { InspectedAttempt } from '../../local/face/inspection.ts';
import { dayOf } from '../../shared/domain/time.ts';
import type { SimulatedCloud } from '../world/local-cloud.ts';
import type { Broken, Model } from './model.ts';
import { attemptsIn, judgedFailuresIn, lineOf } from './story.ts';

/** I4 and I8: what is half done, and still waits for a sweep. */
export const unfinished = (model: Model, cloud: SimulatedCloud): Broken[] => [
  ...openSessions(model),
  ...unpublishedEvents(model),
  ...undoneDecisions(model),
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
};

function* openSessions(model: Model): Generator<Broken> {
  for (const story of model.stories.values()) {
    for (const session of story.sessions.values()) {
      if (session.state === 'closed' || session.state === 'released' || isLost(model, session.sessionId)) continue;
      yield { promise: 'I8', what: `session ${session.sessionId} is still ${session.state}` };
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
const isLost = (model: Model, sessionId: string): boolean =>
  model.story(sessionId.slice(0, sessionId.indexOf('.'))).sessions.get(sessionId)?.result?.lost === true;

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

/** I1: what Face has judged, and the product has read, is in the ledger, with the outcome that it was. */
const checkFaceTruth = (model: Model, { face }: SimulatedCloud): void => {
  const sessions = new Map(
    [...model.stories.values()].flatMap((story) =>
      [...story.sessions.values()].map((session) => [session.faceSessionId, { story, session }] as const),
    ),
  );
  for (const atFace of face.inspect().list) {
    const known = sessions.get(atFace.sessionId);
    if (known === undefined) {
      if (atFace.attempts.length > 0) model.breaks('I5', 'attempts were made with a token that nobody stored');
      continue;
    }
    const { story, session } = known;
    // Seen in use before Face forgot it, and not counted then: it holds its budget as if all its tries had failed.
    if (session.result?.lost === true) continue;
    const seen = model.faceSessions.get(atFace.sessionId);
    // A try between the look that counts and the deletion cannot pass, as nobody takes it for the result.
    const read = Math.min(seen?.attemptsRead ?? 0, session.result?.attempts.length ?? Infinity);
    for (const attempt of atFace.attempts.slice(0, read)) {
      const key = `${session.sessionId}/${attempt.attemptId}`;
      const outcome = story.ledger.get(key)?.outcome;
      if (outcome === undefined) model.breaks('I1', `${key} was judged by Face and is not in the ledger`);
      else if (!outcomesOf(attempt).includes(outcome)) {
        model.breaks('I1', `${key} is ${outcome} in the ledger, and ${outcomesOf(attempt).join(' or ')} by Face`);
      }
    }
    if (seen?.attemptsRead === undefined && session.state === 'closed') {
      model.breaks('I9', `session ${session.sessionId} is closed and was never read`);
    }
  }
};

/** A digest that differs makes a spoof of anything. */
const outcomesOf = ({ livenessDecision, isIdentical, errorCode }: InspectedAttempt): string[] => {
  if (errorCode !== undefined) return ['technical'];
  if (livenessDecision === 'realface') return [isIdentical === false ? 'uncertain' : 'real', 'spoof'];
  return livenessDecision === 'spoofface' ? ['spoof'] : ['uncertain', 'spoof'];
};

/** I9: a reset takes all failures along, those of sessions included that ended after it was asked for. */
const checkLineage = (model: Model): void => {
  for (const story of model.stories.values()) {
    const { record, predecessor } = story;
    if (record === undefined || predecessor === undefined) continue;
    const carried = record.lineage?.failures.length ?? 0;
    const own = new Set(judgedFailuresIn(story).map(({ key }) => key));
    // A blocked successor has the history itself.
    const inherited = [...record.history.spoof, ...record.history.uncertain].filter(
      ({ sessionId, attemptId }) => !own.has(`${sessionId}/${attemptId}`),
    ).length;
    const made = lineOf(predecessor).reduce((sum, one) => sum + judgedFailuresIn(one).length, 0);
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

/** Nobody is left with a correlation id that never gets a session again. */
function* leftBehind(model: Model): Generator<Broken> {
  for (const correlationId of model.endUsers.values()) {
    if (model.story(correlationId).record?.status !== 'retired') continue;
    yield { promise: 'I8', what: `an end user is left with ${correlationId}, which is retired` };
  }
}

/** I1: a device has seen every attempt that was made on it, once each. */
const checkDevices = async (model: Model, database: Database): Promise<void> => {
  const { resources } = await database.container('devices').items.readAll<Record<string, unknown>>().fetchAll();
  const histories = new Map(
    resources.map((document) => {
      const { deviceKey, history } = deviceDocuments.record(document);
      const facts = [...history.spoof, ...history.uncertain, ...history.technical];
      return [deviceKey, facts.map(({ sessionId, attemptId }) => `${sessionId}/${attemptId}`).sort()];
    }),
  );
  const made = new Map<string, string[]>();
  for (const attempt of [...model.stories.values()].flatMap(attemptsIn)) {
    if (attempt.deviceKey === undefined || attempt.outcome === 'real') continue;
    made.set(attempt.deviceKey, [...(made.get(attempt.deviceKey) ?? []), attempt.key].sort());
  }
  for (const [deviceKey, keys] of made) {
    if (keys.join() === histories.get(deviceKey)?.join()) continue;
    model.breaks('I1', `a device has seen ${histories.get(deviceKey)?.length ?? 0} of ${keys.length} failed attempts`);
  }
};

/** I1: what incidents are counted from is there, whatever came between counting and observing. */
const checkObservations = async (model: Model, database: Database): Promise<void> => {
  const { resources } = await database
    .container('observations')
    .items.query<string>('SELECT VALUE c.id FROM c')
    .fetchAll();
  const made = new Set(resources);
  const wanted = new Set<string>();
  for (const story of model.stories.values()) {
    const counted = [...story.ledger.values()].filter(({ type }) => type !== 'session.closed');
    const [first] = attemptsIn(story).toSorted((a, b) => a.atMs - b.atMs);
    // A blocked successor has its predecessor's history, so nothing is its first.
    if (first !== undefined && story.predecessor === undefined) {
      wanted.add(`first-check:${story.correlationId}:${dayOf(first.atMs)}`);
    }
    for (const { deviceKey, atMs } of counted) {
      if (deviceKey !== undefined) wanted.add(`device-day:${deviceKey}:${dayOf(atMs)}`);
    }
  }
  for (const key of wanted) {
    if (!made.has(key)) model.breaks('I1', `the observation ${key} was never made`);
  }
};

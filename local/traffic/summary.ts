// What a day came to, counted from what the product stored, what the Face service knows, and what people did.

import { DEFAULT_BUDGET, permittedFailures } from './budget.ts';
import { type Incident, scenarioOfIncident } from './incidents.ts';
import { isHonest } from './scenario.ts';
import { ofKind, type Stored, type StoredDocument } from './stored.ts';
import { keyOf, shownAbandoned, shownTries } from './stored-history.ts';

/** What somebody did and was answered, beside what is stored about them. */
export interface Doings {
  scenario: string;
  customerId: string;
  correlationIds: ReadonlySet<string>;
  tries: readonly { sessionId: string; attemptId: number; atMs: number }[];
  tokensAtMs: readonly number[];
  refusals: readonly string[];
  waits: number;
}

export interface FaceTruth {
  list: readonly { sessionId: string; attempts: readonly { attemptId: number }[] }[];
}

export interface Summary {
  sessions: number;
  attempts: number;
  recorded: number;
  honestFlagged: number;
  lost: number;
  doubleCounted: number;
  maxBudgetExceeded: number;
  /** Of all verdicts. */
  cases: number;
  /** The person under whose id a stranger tries. */
  victim: { tokens: number; refused: number; waited: number };
  stranger: { tokens: number; refusedWith: string[] };
  flagged: FlaggedSummary[];
  incidents: IncidentSummary[];
}

export interface FlaggedSummary {
  scenario: string;
  pattern: string;
  verdict: 'flagged' | 'paused';
  scope: 'correlation' | 'device';
  /** Under the same id. */
  attemptsBeforeFlag: number;
}

export interface IncidentSummary {
  scenario: string;
  pattern: string;
  customerId: string;
  appVersion?: string;
  /** Ids of the scenario, verdicts on them, and requests for a token that were refused. */
  ids: number;
  verdicts: number;
  refused: number;
}

const BUDGET = permittedFailures(DEFAULT_BUDGET);

export const summarize = (
  documents: readonly StoredDocument[],
  people: readonly Doings[],
  face: FaceTruth,
  incidents: readonly Incident[],
): Summary => {
  const sessions = ofKind(documents, 'session').filter(
    ({ faceSessionId, state }) => faceSessionId && state !== 'released',
  );
  const ledger = ofKind(documents, 'attempt');
  const flags = ofKind(documents, 'flag').sort((a, b) => a.verdict.sinceMs - b.verdict.sinceMs);
  const recorded = new Set(ledger.filter(({ type }) => type === 'attempt').map(keyOf));
  const made = new Set([...people.flatMap(({ tries }) => tries.map(keyOf)), ...triesAtFace(sessions, face)]);
  const blamed = new Set(flags.map((flag) => whoIsBlamed(flag, people)));
  const victim = answersOf('victim', people);
  const stranger = answersOf('stranger', people);
  return {
    sessions: sessions.length,
    attempts: made.size,
    recorded: recorded.size,
    honestFlagged: [...blamed].filter((person) => person !== undefined && isHonest(person.scenario)).length,
    lost: [...made].filter((key) => !recorded.has(key)).length,
    doubleCounted: countedTwice(ofKind(documents, 'history'), ledger) + completedTwice(ofKind(documents, 'event')),
    maxBudgetExceeded: overBudget(ledger),
    cases: new Set(flags.map(({ caseKey }) => caseKey)).size,
    victim: { tokens: victim.tokens, refused: victim.refusals.length, waited: victim.waits },
    stranger: { tokens: stranger.tokens, refusedWith: [...new Set(stranger.refusals)] },
    flagged: flags.map((flag) => flaggedSummary(flag, people)),
    incidents: incidents.map((incident) => incidentSummary(incident, people, flags)),
  };
};

/** How many tries had been made when the verdict came. */
export const flaggedSummary = (flag: Stored<'flag'>, people: readonly Doings[]): FlaggedSummary => {
  const { correlationId, verdict } = flag;
  const person = whoIsBlamed(flag, people);
  const tries = person?.tries.filter(({ sessionId }) => sessionId.startsWith(`${correlationId}.`)) ?? [];
  return {
    scenario: person?.scenario ?? 'unknown',
    pattern: verdict.pattern,
    verdict: verdict.kind,
    scope: verdict.scope,
    attemptsBeforeFlag: tries.filter(({ atMs }) => atMs <= verdict.sinceMs).length,
  };
};

/** Of two who use one id, a verdict for unfamiliar devices is the stranger's; one for the whole id meets its owner. */
export const whoIsBlamed = <Person extends Doings>(
  { correlationId, verdict }: Stored<'flag'>,
  people: readonly Person[],
): Person | undefined => {
  const users = people.filter(({ correlationIds }) => correlationIds.has(correlationId));
  const meetsHonest = verdict.scope === 'correlation';
  return users.find(({ scenario }) => isHonest(scenario) === meetsHonest) ?? users[0];
};

const answersOf = (wanted: string, people: readonly Doings[]) => {
  const those = people.filter(({ scenario }) => scenario === wanted);
  return {
    tokens: those.reduce((sum, { tokensAtMs }) => sum + tokensAtMs.length, 0),
    refusals: those.flatMap(({ refusals }) => refusals),
    waits: those.reduce((sum, { waits }) => sum + waits, 0),
  };
};

const incidentSummary = (
  incident: Incident,
  people: readonly Doings[],
  flags: readonly Stored<'flag'>[],
): IncidentSummary => {
  const { pattern, customerId, appVersion } = incident;
  const scenario = scenarioOfIncident(incident, people);
  const ids = new Set(
    people.filter((person) => person.scenario === scenario).flatMap(({ correlationIds }) => [...correlationIds]),
  );
  return {
    scenario,
    pattern,
    customerId,
    ...(appVersion !== undefined && { appVersion }),
    ids: ids.size,
    verdicts: flags.filter(({ correlationId }) => ids.has(correlationId)).length,
    refused: answersOf(scenario, people).refusals.length,
  };
};

/** By the product's ids of sessions. A try whose answer got lost on the way to the client is here too. */
const triesAtFace = (sessions: readonly Stored<'session'>[], face: FaceTruth): string[] => {
  const ours = new Map(sessions.map(({ faceSessionId, sessionId }) => [faceSessionId, sessionId]));
  return face.list.flatMap(({ sessionId: faceSessionId, attempts }) => {
    const sessionId = ours.get(faceSessionId);
    return sessionId === undefined ? [] : attempts.map(({ attemptId }) => keyOf({ sessionId, attemptId }));
  });
};

/** Elements of histories that have no ledger record of their own. */
const countedTwice = (histories: readonly Stored<'history'>[], ledger: readonly Stored<'attempt'>[]): number => {
  const records = new Set(
    ledger.map((record) => `${record.type === 'attempt' ? record.outcome : record.type} ${keyOf(record)}`),
  );
  const elements = histories.flatMap(({ history }) => [
    ...shownTries(history).map(({ outcome, key }) => `${outcome} ${key}`),
    ...shownAbandoned(history).map((sessionId) => `session.abandoned ${keyOf({ sessionId })}`),
  ]);
  return elements.filter((element) => !records.delete(element)).length;
};

const completedTwice = (events: readonly Stored<'event'>[]): number => {
  const completions = Map.groupBy(
    events.filter(({ type }) => type === 'session.completed'),
    ({ data }) => data.sessionId,
  );
  return [...completions.values()].filter(({ length }) => length > 1).length;
};

const overBudget = (ledger: readonly Stored<'attempt'>[]): number => {
  const judged = ledger.filter(({ outcome }) => outcome === 'spoof' || outcome === 'uncertain');
  const byCorrelation = Map.groupBy(judged, ({ correlationId }) => correlationId);
  return [...byCorrelation.values()].filter(({ length }) => length > BUDGET).length;
};

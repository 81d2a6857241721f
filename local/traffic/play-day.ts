// A day of people and its eve, played against the running product: moment after moment, those who act at the same moment
// side by side. Nobody stands between a token and a try when the clock is moved.

import type { LocalCloud } from '../cloud.ts';
import { keepAccessTokens } from './access-tokens.ts';
import { ApiClient } from './api-client.ts';
import { castOf, type CastMember } from './cast.ts';
import { type Incident, incidentsSince, scenarioOfIncident } from './incidents.ts';
import { CLOSING_HOUR, DAY_MS, HOUR_MS, MINUTE_MS, OPENING_HOUR, startOfDayToPlay } from './moments.ts';
import { untilAtRest } from './rest.ts';
import type { Scenario } from './scenario.ts';
import { ofKind, readFlags, readIncidentEvents, readStored, type Stored } from './stored.ts';
import { flaggedSummary, type FlaggedSummary, summarize, type Summary, whoIsBlamed } from './summary.ts';

export interface DayOptions {
  cloud: Pick<LocalCloud, 'database' | 'face' | 'identity' | 'serviceBus'>;
  apiUrl: string;
  /** Resolves when the app runs no function. */
  idle: () => Promise<void>;
  /** Moves the clock of everything. */
  advance: (ms: number) => Promise<void>;
  /** References, device ids and addresses carry it; another mark means other people. */
  mark: string;
  seed: number;
  honestUsers: number;
  /** Who comes; without it, everybody. */
  scenarios?: readonly Scenario[];
  onFlag?: (flag: RaisedFlag) => void;
  onIncident?: (incident: ToldIncident) => void;
  onProgress?: (progress: DayProgress) => void;
  signal?: AbortSignal;
}

export interface RaisedFlag extends FlaggedSummary {
  reasons: readonly string[];
  statistic: number;
  limit: number;
  tokensBeforeFlag: number;
  caseKey: string;
  at: Date;
  /** As it is stored. */
  receipt: unknown;
}

export interface ToldIncident extends Incident {
  scenario: string;
}

export interface DayProgress {
  /** From 0 to 1. */
  done: number;
  now: Date;
  tokens: number;
  tries: number;
}

const SIDE_BY_SIDE = 8;
/** A token lives ten minutes, and its result is collected a minute later. */
const LAST_TOKEN_MS = 11 * MINUTE_MS;
const MOST_ROUNDS_OF_COLLECTING = 20;

export const playDay = async (options: DayOptions): Promise<Summary> => {
  const { cloud, apiUrl, mark, seed, honestUsers, scenarios, onFlag, onIncident, onProgress, signal } = options;
  const accessToken = keepAccessTokens(cloud.identity);
  const dayStartMs = startOfDayToPlay(Date.now());
  const eveStartMs = dayStartMs - DAY_MS;
  const cast = castOf({
    seed,
    honestUsers,
    ...(scenarios && { scenarios }),
    mark,
    dayStartMs,
    apiOf: (clientId) => new ApiClient(apiUrl, () => accessToken(clientId)),
    faceEndpoint: cloud.face.endpoint,
  });
  const people = cast.map(({ person }) => person);
  const rest = (): Promise<void> => untilAtRest({ serviceBus: cloud.serviceBus, idle: options.idle });
  const known = new Set([
    ...(await readFlags(cloud.database)).map(({ flagId }) => flagId),
    ...(await readIncidents()).map(({ incidentId }) => incidentId),
  ]);

  let waiting: Waiting[] = cast.map((member) => ({ ...member, goesOnAtMs: member.arrivesAtMs }));
  while (waiting.length > 0) {
    await moveTo(Math.min(...waiting.map(({ goesOnAtMs }) => goesOnAtMs)));
    const nowMs = Date.now();
    const acting = waiting.filter(({ goesOnAtMs }) => goesOnAtMs <= nowMs);
    const goOn = await sideBySide(acting, act);
    waiting = [...waiting.filter(({ goesOnAtMs }) => goesOnAtMs > nowMs), ...goOn.filter((next) => next !== undefined)];
    tellProgress(nowMs);
  }
  await collectEverything();
  tellProgress(dayStartMs + DAY_MS);
  return summarize(await readOurs(), people, cloud.face.inspect(), await readIncidents());

  async function moveTo(atMs: number): Promise<void> {
    signal?.throwIfAborted();
    await rest();
    const ms = atMs - Date.now();
    if (ms > 0) {
      await options.advance(ms);
      await rest();
    }
    await tellFlags();
    await tellIncidents();
  }

  /** Until every token has come to its end and every event is published. */
  async function collectEverything(): Promise<void> {
    await moveTo(Date.now() + LAST_TOKEN_MS);
    for (let round = 0; round < MOST_ROUNDS_OF_COLLECTING; round += 1) {
      await moveTo(Date.now() + MINUTE_MS);
      const documents = await readOurs();
      const events = [...ofKind(documents, 'event'), ...(await readIncidentEvents(cloud.database))];
      const unfinished = [...ofKind(documents, 'session'), ...events].some(({ dueAt }) => dueAt);
      if (!unfinished) return;
    }
  }

  async function readIncidents(): Promise<Incident[]> {
    return incidentsSince(await readIncidentEvents(cloud.database), eveStartMs);
  }

  function readOurs(): ReturnType<typeof readStored> {
    return readStored(cloud.database, new Set(people.flatMap(({ correlationIds }) => [...correlationIds])));
  }

  async function tellFlags(): Promise<void> {
    if (onFlag === undefined) return;
    const fresh = (await readFlags(cloud.database)).filter(({ flagId }) => !known.has(flagId));
    for (const flag of fresh) {
      known.add(flag.flagId);
      onFlag(raisedFlag(flag));
    }
  }

  async function tellIncidents(): Promise<void> {
    if (onIncident === undefined) return;
    const fresh = (await readIncidents()).filter(({ incidentId }) => !known.has(incidentId));
    for (const incident of fresh) {
      known.add(incident.incidentId);
      onIncident({ ...incident, scenario: scenarioOfIncident(incident, people) });
    }
  }

  function raisedFlag(flag: Stored<'flag'>): RaisedFlag {
    const { sinceMs, statistic, limit } = flag.verdict;
    return {
      ...flaggedSummary(flag, people),
      reasons: flag.reasons,
      statistic,
      limit,
      tokensBeforeFlag: whoIsBlamed(flag, people)?.tokensAtMs.filter((atMs) => atMs <= sinceMs).length ?? 0,
      caseKey: flag.caseKey,
      receipt: flag.receipt,
      at: new Date(sinceMs),
    };
  }

  function tellProgress(nowMs: number): void {
    const firstMs = eveStartMs + OPENING_HOUR * HOUR_MS;
    const lastMs = dayStartMs + CLOSING_HOUR * HOUR_MS;
    onProgress?.({
      done: Math.min(1, Math.max(0, (nowMs - firstMs) / (lastMs - firstMs))),
      now: new Date(nowMs),
      tokens: people.reduce((sum, { tokensAtMs }) => sum + tokensAtMs.length, 0),
      tries: people.reduce((sum, { tries }) => sum + tries.length, 0),
    });
  }
};

interface Waiting extends CastMember {
  goesOnAtMs: number;
}

const act = async (member: Waiting): Promise<Waiting | undefined> => {
  const { value, done } = await member.script.next();
  return done === true ? undefined : { ...member, goesOnAtMs: value };
};

const sideBySide = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return results;
};

// A day of people, played against the running product: moment after moment, those who act at the same moment side by
// side. Nobody stands between a token and a try when the clock is moved.

import type { LocalCloud } from '../cloud.ts';
import { keepAccessTokens } from './access-tokens.ts';
import { ApiClient } from './api-client.ts';
import { castOf, type CastMember } from './cast.ts';
import { CLOSING_HOUR, HOUR_MS, MINUTE_MS, startOfNextDay } from './moments.ts';
import { untilAtRest } from './rest.ts';
import { ofKind, readFlags, readStored, type Stored } from './stored.ts';
import { flaggedSummary, type FlaggedSummary, summarize, type Summary } from './summary.ts';

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
  onFlag?: (flag: RaisedFlag) => void;
  onProgress?: (progress: DayProgress) => void;
  signal?: AbortSignal;
}

export interface RaisedFlag extends FlaggedSummary {
  reasons: readonly string[];
  statistic: number;
  limit: number;
  tokensBeforeFlag: number;
  at: Date;
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
const FIRST_HOUR = 6;

export const playDay = async (options: DayOptions): Promise<Summary> => {
  const { cloud, apiUrl, mark, seed, honestUsers, onFlag, onProgress, signal } = options;
  const accessToken = keepAccessTokens(cloud.identity);
  const dayStartMs = startOfNextDay(Date.now());
  const cast = castOf({
    seed,
    honestUsers,
    mark,
    dayStartMs,
    apiOf: (clientId) => new ApiClient(apiUrl, () => accessToken(clientId)),
    faceEndpoint: cloud.face.endpoint,
  });
  const people = cast.map(({ person }) => person);
  const rest = (): Promise<void> => untilAtRest({ serviceBus: cloud.serviceBus, idle: options.idle });
  const known = new Set((await readFlags(cloud.database)).map(({ flagId }) => flagId));

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
  tellProgress(dayStartMs + 24 * HOUR_MS);
  return summarize(await readOurs(), people, cloud.face.inspect());

  async function moveTo(atMs: number): Promise<void> {
    signal?.throwIfAborted();
    await rest();
    const ms = atMs - Date.now();
    if (ms > 0) {
      await options.advance(ms);
      await rest();
    }
    await tellFlags();
  }

  /** Until every token has come to its end and every event is published. */
  async function collectEverything(): Promise<void> {
    await moveTo(Date.now() + LAST_TOKEN_MS);
    for (let round = 0; round < MOST_ROUNDS_OF_COLLECTING; round += 1) {
      await moveTo(Date.now() + MINUTE_MS);
      const documents = await readOurs();
      const unfinished = [...ofKind(documents, 'session'), ...ofKind(documents, 'event')].some(({ dueAt }) => dueAt);
      if (!unfinished) return;
    }
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

  function raisedFlag(flag: Stored<'flag'>): RaisedFlag {
    const { sinceMs, statistic, limit } = flag.verdict;
    const person = people.find(({ correlationIds }) => correlationIds.has(flag.correlationId));
    return {
      ...flaggedSummary(flag, people),
      reasons: flag.reasons,
      statistic,
      limit,
      tokensBeforeFlag: person?.tokensAtMs.filter((atMs) => atMs <= sinceMs).length ?? 0,
      at: new Date(sinceMs),
    };
  }

  function tellProgress(nowMs: number): void {
    const hours = (nowMs - dayStartMs) / HOUR_MS;
    onProgress?.({
      done: Math.min(1, Math.max(0, (hours - FIRST_HOUR) / (CLOSING_HOUR - FIRST_HOUR))),
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

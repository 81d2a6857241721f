// A block of honest people who may share devices, each with all sessions of the period.

import { PERIOD_END_MS, PERIOD_START_MS } from '../period.ts';
import { Random } from '../random.ts';
import type { Subject, Trace } from '../trace.ts';
import { TraceWriter } from '../trace-writer.ts';
import { groupsOf, type Population } from './groups.ts';
import { drawMembers } from './households.ts';
import { drawPerson } from './person.ts';
import { MOST_SESSIONS_FOR_ONE_NEED, playPerson, type FailingVersion } from './play-person.ts';
import { addFaceMatches } from './same-face.ts';

/** How the integration assigns ids: as asked, or with one of the two mistakes. */
export type Identifiers = 'per-person' | 'per-session' | 'shared';

export interface HonestOptions {
  seed: number;
  population?: Population;
  /** How many times as frequent all failures are. */
  rateFactor?: number;
  failingVersion?: FailingVersion;
  identifiers?: Identifiers;
  /** How often a person begins again at most before giving up; Infinity leaves it to chance alone. */
  mostSessionsForOneNeed?: number;
  customerId?: string;
}

export const PEOPLE_IN_A_BLOCK = 500;

const SECOND_DEVICE_SHARE = 0.15;
const FRESH_IDENTIFIER_SHARE = 0.02;
const TWIN_PAIR_SHARE = 0.002;

export const honestBlock = (options: HonestOptions, block: number, people = PEOPLE_IN_A_BLOCK): Trace => {
  const { seed, population = 'ordinary', rateFactor = 1, identifiers = 'per-person', failingVersion } = options;
  const random = new Random(seed, 'honest', population, rateFactor, block);
  const writer = new TraceWriter(options.customerId ?? `${population}-customer`);
  const subjects: Subject[] = [];
  const faces: string[][] = [];

  drawMembers(random, people, groupsOf(population)).forEach(({ group, device, isKiosk }, index) => {
    const name = `${population}-${block}-${index}`;
    const person = drawPerson(random, group, rateFactor);
    const ids = identifiersOf(name, `${population}-${block}`, identifiers, random);
    const deviceKey = `${population}-${block}-device-${device}`;
    const hasSecond = !isKiosk && random.happens(SECOND_DEVICE_SHARE);
    playPerson(writer, random, person, {
      population,
      correlationIdAt: ids.at,
      deviceKey,
      ...(hasSecond && { secondDeviceKey: `${name}-second-device` }),
      failingVersion,
      mostSessionsForOneNeed: options.mostSessionsForOneNeed ?? MOST_SESSIONS_FOR_ONE_NEED,
    });
    subjects.push({ correlationIds: ids.used, role: 'honest', group: person.group, tries: [] });

    const previousFace = faces.at(-1);
    const isTwin = index > 0 && identifiers === 'per-person' && random.happens(TWIN_PAIR_SHARE);
    if (isTwin && previousFace !== undefined) previousFace.push(...ids.used);
    else faces.push([...ids.used]);
  });

  const events = writer.events.sort((a, b) => a.atMs - b.atMs);
  addFaceMatches(
    events,
    faces.filter((ids) => ids.length > 1),
    random,
  );
  return { events, subjects };
};

/** `used` fills as sessions are asked for. */
const identifiersOf = (
  name: string,
  blockName: string,
  identifiers: Identifiers,
  random: Random,
): { at: (atMs: number) => string; used: string[] } => {
  const used: string[] = [];
  const use = (id: string): string => {
    if (!used.includes(id)) used.push(id);
    return id;
  };
  switch (identifiers) {
    case 'per-session':
      return { at: () => use(`${name}-session-${used.length + 1}`), used };
    case 'shared':
      return { at: () => use(`${blockName}-shared`), used };
    case 'per-person': {
      if (!random.happens(FRESH_IDENTIFIER_SHARE)) return { at: () => use(name), used };
      const freshFromMs = random.between(PERIOD_START_MS, PERIOD_END_MS);
      return { at: (atMs) => use(atMs < freshFromMs ? name : `${name}-fresh`), used };
    }
  }
};

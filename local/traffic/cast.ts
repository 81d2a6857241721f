// Who comes on a day, when, and at which customer.

import { defaultConfiguration } from '../identity/configuration.ts';
import type { ApiClient } from './api-client.ts';
import { Chance } from './chance.ts';
import { honestScript } from './honest.ts';
import { bruteForcer, impostor, slowDripper, tokenGrabber, tokenHoarder } from './hostile.ts';
import { marksOf } from './mark.ts';
import { HOUR_MS, slotAtOrAfter } from './moments.ts';
import { Person, type Scenario, type Script } from './person.ts';

export interface CastMember {
  person: Person;
  arrivesAtMs: number;
  script: Script;
}

interface Parts {
  seed: number;
  honestUsers: number;
  mark: string;
  dayStartMs: number;
  apiOf: (clientId: string) => ApiClient;
  faceEndpoint: string;
}

type MakeScript = (person: Person) => Script;

const hostile: Record<Exclude<Scenario, 'honest'>, { script: MakeScript; hour: number; withDevice: boolean }> = {
  'slow-dripper': { script: slowDripper, hour: 6.5, withDevice: true },
  'token-hoarder': { script: tokenHoarder, hour: 7, withDevice: false },
  'brute-forcer': { script: bruteForcer, hour: 9, withDevice: true },
  impostor: { script: impostor, hour: 11, withDevice: true },
  'token-grabber': { script: tokenGrabber, hour: 14, withDevice: true },
};

const FIRST_HOUR = 6;
const LAST_HOUR = 21;

export const castOf = (parts: Parts): CastMember[] => [
  ...Object.entries(hostile).map(([scenario, { script, hour, withDevice }]) =>
    member(parts, { name: scenario, scenario: scenario as Scenario, hour, script, withDevice }),
  ),
  ...Array.from({ length: parts.honestUsers }, (_, index) => {
    const name = `honest-${index + 1}`;
    // Two draws: more people come around noon than at the edges of the day.
    const chance = new Chance(parts.seed, `${name} arrives`);
    const hour = FIRST_HOUR + ((LAST_HOUR - FIRST_HOUR) * (chance.fraction() + chance.fraction())) / 2;
    return member(parts, { name, scenario: 'honest', hour, script: honestScript, withDevice: chance.happens(0.9) });
  }),
];

const clientIds = defaultConfiguration.tenants.flatMap(({ clients }) => clients.map(({ clientId }) => clientId));
const apps = [
  { platform: 'android', appVersion: '5.3.1', sdkVersion: '1.4.1' },
  { platform: 'ios', appVersion: '5.3.0', sdkVersion: '1.4.1' },
  { platform: 'web', appVersion: '2026.11', sdkVersion: '1.3.0' },
] as const;

const member = (
  { seed, mark, dayStartMs, apiOf, faceEndpoint }: Parts,
  who: { name: string; scenario: Scenario; hour: number; script: MakeScript; withDevice: boolean },
): CastMember => {
  const marks = marksOf(mark);
  const chance = new Chance(seed, who.name);
  const clientId = clientIds[chance.whole(clientIds.length)] ?? '';
  const person = new Person({
    name: who.name,
    scenario: who.scenario,
    chance,
    fields: {
      endUserRef: marks.endUserRef(who.name),
      clientIp: marks.clientIp(who.name),
      ...chance.oneOf(apps),
      ...(who.withDevice && { deviceId: marks.deviceId(who.name) }),
    },
    api: apiOf(clientId),
    faceEndpoint,
  });
  return { person, arrivesAtMs: slotAtOrAfter(dayStartMs + who.hour * HOUR_MS), script: who.script(person) };
};

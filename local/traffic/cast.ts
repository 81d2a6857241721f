// Who comes on a day and its eve, when, and at which customer.

import { customers } from '../seed.ts';
import type { ApiClient, SessionFields } from './api-client.ts';
import { apps } from './app-versions.ts';
import { Chance } from './chance.ts';
import { honestScript } from './honest.ts';
import { bruteForcer, clockwork, impostor, slowDripper, stranger, tokenGrabber, tokenHoarder } from './hostile.ts';
import { breadthFirstWave, deviceFarm } from './many-ids.ts';
import { marksOf } from './mark.ts';
import { HOUR_MS, slotAtOrAfter } from './moments.ts';
import { Person, type Script } from './person.ts';
import { onFailingVersion, regular, underNewIdEachTime, victim } from './returning.ts';
import type { Scenario } from './scenario.ts';

export interface CastMember {
  person: Person;
  arrivesAtMs: number;
  script: Script;
}

interface Parts {
  seed: number;
  honestUsers: number;
  /** Without it, everybody comes. */
  scenarios?: readonly Scenario[];
  mark: string;
  dayStartMs: number;
  apiOf: (clientId: string) => ApiClient;
  faceEndpoint: string;
}

interface Role {
  name: string;
  scenario: Scenario;
  script: (person: Person) => Script;
  /** Of the day; below 0 it is on the eve. */
  hour: number;
  clientIds: readonly string[];
  withDevice: boolean;
  /** Somebody else's reference. */
  endUserOf?: string;
}

export const castOf = (parts: Parts): CastMember[] =>
  [...hostileRoles, ...returningRoles, ...honestRoles(parts)]
    .filter(({ scenario }) => parts.scenarios?.includes(scenario) ?? true)
    .map((role) => member(parts, role));

const clientIdsOf = (customerId: string): string[] =>
  customers.find((customer) => customer.customerId === customerId)?.tenant?.clients.map(({ clientId }) => clientId) ??
  [];

const contoso = clientIdsOf('contoso');
/** Where many fresh ids come, and where references change with each session: nothing else should be mistaken for it. */
const fabrikam = clientIdsOf('fabrikam');
const everywhere = [...contoso, ...fabrikam];

const eve = (hour: number): number => hour - 24;

const alone = (
  scenario: Scenario,
  script: Role['script'],
  hour: number,
  others: Partial<Pick<Role, 'clientIds' | 'withDevice' | 'endUserOf'>> = {},
): Role => ({ name: scenario, scenario, script, hour, clientIds: contoso, withDevice: true, ...others });

const hostileRoles: readonly Role[] = [
  alone('slow-dripper', slowDripper, 6.5),
  alone('token-hoarder', tokenHoarder, 7, { withDevice: false }),
  alone('brute-forcer', bruteForcer, 9),
  alone('stranger', stranger, 10, { endUserOf: 'victim' }),
  alone('impostor', impostor, 11),
  alone('clockwork', clockwork, 12),
  alone('token-grabber', tokenGrabber, 14),
  alone('device-farm', deviceFarm, 15),
  alone('breadth-first', breadthFirstWave, 20, { clientIds: fabrikam }),
];

/** More than the checks of usual people that a customer must have had before a version is compared with them. */
const REGULARS = 210;
/** More than the checks of one version, and the devices that come back, without which nothing is told. */
const ON_FAILING_VERSION = 48;
const UNDER_NEW_IDS = 24;

const crowd = (
  scenario: Scenario,
  script: Role['script'],
  { size, hours, clientIds = contoso }: { size: number; hours: readonly number[]; clientIds?: readonly string[] },
): Role[] =>
  Array.from({ length: size }, (_, index) => ({
    name: `${scenario}-${index + 1}`,
    scenario,
    script,
    hour: hours[index % hours.length] ?? 0,
    clientIds,
    withDevice: true,
  }));

const returningRoles: readonly Role[] = [
  alone('victim', victim, eve(7.5)),
  ...crowd('regular', regular, { size: REGULARS, hours: [7, 8, 9, 10, 11, 12].map(eve) }),
  ...crowd('failing-version', onFailingVersion, { size: ON_FAILING_VERSION, hours: [eve(13)] }),
  ...crowd('per-session-ids', underNewIdEachTime, {
    size: UNDER_NEW_IDS,
    hours: [8, 9, 10].map(eve),
    clientIds: fabrikam,
  }),
];

const FIRST_HOUR = 6;
const LAST_HOUR = 21;

const honestRoles = ({ seed, honestUsers }: Parts): Role[] =>
  Array.from({ length: honestUsers }, (_, index) => {
    const name = `honest-${index + 1}`;
    // Two draws: more people come around noon than at the edges of the day.
    const chance = new Chance(seed, `${name} arrives`);
    const hour = FIRST_HOUR + ((LAST_HOUR - FIRST_HOUR) * (chance.fraction() + chance.fraction())) / 2;
    const withDevice = chance.happens(0.9);
    return { name, scenario: 'honest', script: honestScript, hour, clientIds: everywhere, withDevice };
  });

const member = ({ seed, mark, dayStartMs, apiOf, faceEndpoint }: Parts, role: Role): CastMember => {
  const { name, scenario, script, hour, clientIds, withDevice, endUserOf = name } = role;
  const marks = marksOf(mark);
  const chance = new Chance(seed, name);
  const clientId = chance.oneOf(clientIds);
  const fields: SessionFields = {
    endUserRef: marks.endUserRef(endUserOf),
    clientIp: marks.clientIp(name),
    ...chance.oneOf(apps),
    ...(withDevice && { deviceId: marks.deviceId(name) }),
  };
  const customerId = customerOf(clientId);
  const person = new Person({ name, scenario, customerId, chance, fields, api: apiOf(clientId), faceEndpoint });
  return { person, arrivesAtMs: slotAtOrAfter(dayStartMs + hour * HOUR_MS), script: script(person) };
};

const customerOf = (wanted: string): string =>
  customers.find(({ tenant }) => tenant?.clients.some(({ clientId }) => clientId === wanted))?.customerId ?? '';

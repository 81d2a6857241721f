// The people of a run and what they do: a quiet beginning the day before, then everybody at once.

import type { Database } from '@azure/cosmos';
import type { Random } from '../../evaluation/random.ts';
import { behaviours, type Behaviour } from './behaviours.ts';
import { makeClientApp, type Person } from './client-app.ts';
import { makeOperators } from './operators.ts';
import type { Stage } from './stage.ts';

interface Member {
  person: Person;
  behaviour: Behaviour;
  /** Seconds after the beginning. */
  startsAt: number;
}

const shares: readonly { share: number; name: keyof typeof behaviours }[] = [
  { share: 4, name: 'honest' },
  { share: 4, name: 'bruteForce' },
  { share: 1, name: 'hoarder' },
  { share: 2, name: 'silent' },
  { share: 2, name: 'hesitant' },
  { share: 2, name: 'repeater' },
  { share: 1, name: 'forger' },
];

const HOURS_25_MS = 25 * 3_600_000;

/** Some people pass on their own device a day earlier, so that it is familiar. */
export const playDayBefore = async (stage: Stage, owners: readonly Person[]): Promise<void> => {
  const app = makeClientApp(stage);
  for (const owner of owners) {
    const token = await app.askForToken(owner);
    if (token?.kind !== 'issued') continue;
    const played = await app.attempt(owner, token, 'real');
    await app.complete(owner, token, played.kind === 'played' && played.digest ? { digest: played.digest } : {});
  }
  await stage.time.sleep(20_000);
  stage.time.jump(HOURS_25_MS);
  await stage.time.sleep(1000);
};

export const drawPeople = (random: Random): { owners: Person[]; cast: Omit<Member, 'startsAt'>[] } => {
  const people = Array.from({ length: random.whole(2, 5) }, (_, index): Person => ({
    ref: ['alice', 'bob', 'carol', 'dave', 'erin'][index] ?? 'frank',
    customerId: random.oneOf(['contoso', 'contoso', 'fabrikam']),
    deviceId: random.happens(0.8) ? `phone ${random.whole(1, 3)}` : undefined,
  }));
  const owners = random.happens(0.4) ? people.filter(({ deviceId }) => deviceId !== undefined).slice(0, 2) : [];
  const cast = people.map((person) => ({ person, behaviour: behaviours[random.byShare(shares).name] }));
  // A stranger who tries in somebody's name.
  const [victim] = people;
  if (victim !== undefined && random.happens(0.5)) {
    const person = { ...victim, deviceId: random.happens(0.7) ? "a stranger's" : undefined };
    cast.push({ person, behaviour: behaviours.bruteForce });
  }
  return { owners, cast };
};

/** Ends when everybody has come to an end. */
export const play = async (
  stage: Stage,
  cast: readonly Omit<Member, 'startsAt'>[],
  database: Database,
): Promise<void> => {
  const { random, time } = stage;
  const app = makeClientApp(stage);
  const operators = makeOperators(stage, database);
  const seconds = (stage.untilMs - time.nowMs) / 1000;
  const members = cast.map((member) => ({ ...member, startsAt: random.between(0, seconds / 3) }));

  const acting = members.map(async ({ person, behaviour, startsAt }) => {
    await time.sleep(startsAt * 1000);
    await behaviour({ app, stage, random, person });
  });
  const decisions: readonly { share: number; decide: () => Promise<void> }[] = [
    { share: 3, decide: () => operators.reset(random.oneOf(people)) },
    { share: 2, decide: () => operators.publishPolicy(random) },
    { share: 1, decide: () => operators.setCustomerPolicy(random, random.oneOf(['contoso', 'fabrikam'])) },
    { share: 1, decide: () => operators.turnEnforcementOff('contoso', random.whole(1, 3)) },
    { share: 2, decide: () => operators.suspend('contoso', random.between(1, 60)) },
  ];
  const [first, ...rest] = members.map(({ person }) => person);
  if (first === undefined) return;
  const people = [first, ...rest] as const;
  const deciding = Array.from({ length: random.whole(0, 3) }, async () => {
    await time.sleep(1000 * random.between(0, seconds));
    await random.byShare(decisions).decide();
  });
  await Promise.all([...acting, ...deciding]);
};

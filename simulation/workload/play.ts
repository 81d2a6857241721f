// The people of a run and what they do: some pass a day earlier, then everybody comes at once.

import type { Database } from '@azure/cosmos';
import type { Random } from '../../evaluation/random.ts';
import { behaviours } from './behaviours.ts';
import { makeClientApp, type Person } from './client-app.ts';
import { type Decision, makeOperators } from './operators.ts';
import type { Stage } from './stage.ts';

export interface Member {
  person: Person;
  behaviour: keyof typeof behaviours;
  startsAtSecond: number;
  random: Random;
}

/** Who comes and what is decided. Each part draws for itself, so that the others stay the same without it. */
export interface Cast {
  /** Their device is familiar. */
  owners: readonly Person[];
  members: readonly Member[];
  decisions: readonly Decision[];
}

const shares: readonly { share: number; name: keyof typeof behaviours }[] = [
  { share: 3, name: 'honest' },
  { share: 1, name: 'flawless' },
  { share: 4, name: 'bruteForce' },
  { share: 2, name: 'inBadLight' },
  { share: 3, name: 'impatient' },
  { share: 2, name: 'stubborn' },
  { share: 1, name: 'hoarder' },
  { share: 2, name: 'silent' },
  { share: 2, name: 'hesitant' },
  { share: 2, name: 'repeater' },
  { share: 1, name: 'forger' },
];

const refs = ['alice', 'bob', 'carol', 'dave', 'erin'];

export const drawCast = (draw: (...purpose: string[]) => Random, seconds: number): Cast => {
  const random = draw('cast');
  const people = refs.slice(0, random.whole(2, refs.length)).map((ref): Person => ({
    ref,
    customerId: random.oneOf(['contoso', 'contoso', 'fabrikam']),
    deviceId: random.happens(0.8) ? `phone ${random.whole(1, 2)}` : undefined,
    ...(random.happens(0.25) && { hasVerifyImage: true as const }),
  }));
  const owners = random.happens(0.4) ? people.filter(({ deviceId }) => deviceId !== undefined).slice(0, 2) : [];
  const roles = people.map((person) => ({
    person,
    behaviour: owners.includes(person) && random.happens(0.7) ? ('flawless' as const) : random.byShare(shares).name,
  }));
  const victim = owners[0] ?? people[0];
  if (victim !== undefined && random.happens(owners.length > 0 ? 0.8 : 0.4)) {
    const deviceId = random.happens(0.7) ? 'a device of a stranger' : undefined;
    roles.push({ person: { ...victim, deviceId }, behaviour: random.oneOf(['bruteForce', 'impatient']) });
  }
  const members = roles.map((role, index) => ({
    ...role,
    startsAtSecond: random.between(0, seconds / 3),
    random: draw('member', String(index)),
  }));
  return { owners, members, decisions: drawDecisions(draw('decisions'), people, seconds) };
};

const drawDecisions = (random: Random, people: readonly Person[], seconds: number): Decision[] => {
  const [first, ...rest] = people;
  if (first === undefined) return [];
  const customerId = random.oneOf(['contoso', 'fabrikam']);
  const kinds: readonly { share: number; draw: () => Decision }[] = [
    {
      share: 4,
      draw: () => ({
        kind: 'reset',
        person: random.oneOf([first, ...rest]),
        times: random.whole(1, 6),
        seconds: random.between(1, 15),
      }),
    },
    { share: 2, draw: () => ({ kind: 'publish-policy', ...drawGate(random) }) },
    {
      share: 1,
      draw: () => ({
        kind: 'set-customer-policy',
        customerId,
        ...drawGate(random),
        ...(random.happens(0.5) && { takenBackAfterSeconds: random.between(1, 60) }),
      }),
    },
    {
      share: 1,
      draw: () => ({
        kind: 'turn-enforcement-off',
        customerId,
        forMinutes: random.whole(1, 3),
        ...(random.happens(0.5) && { onAgainAfterSeconds: random.between(1, 60) }),
      }),
    },
    {
      share: 2,
      draw: () => ({
        kind: 'suspend',
        customerId,
        seconds: random.oneOf([0.2, 0.5, 15]),
        forSeconds: random.between(1, 60),
      }),
    },
  ];
  const decisions = Array.from({ length: random.whole(0, 3) }, () => ({
    ...random.byShare(kinds).draw(),
    atSecond: random.between(0, seconds),
  }));
  // Half of the runs begin with a small budget, so that its end comes within reach.
  return random.happens(0.5) ? [{ kind: 'publish-policy', ...drawGate(random), atSecond: 0 }, ...decisions] : decisions;
};

const drawGate = (random: Random) => ({
  breach: random.oneOf([0.03, 0.05, 0.08, 0.12, 0.2]),
  maxAliveTokens: random.oneOf([2, 2, 4, 6]),
});

const DAY_AND_MORE_MS = 25 * 3_600_000;

/** The owners pass on their own device, a day earlier. */
export const playDayBefore = async (stage: Stage, { owners }: Cast): Promise<void> => {
  const app = makeClientApp(stage);
  for (const owner of owners) {
    const token = await app.askForToken(owner);
    if (token?.kind !== 'issued') continue;
    const played = await app.attempt(owner, token, 'real');
    await app.complete(owner, token, played.kind === 'played' && played.digest ? { digest: played.digest } : {});
  }
  await stage.time.sleep(20_000);
  stage.time.jump(DAY_AND_MORE_MS);
  await stage.time.sleep(1000);
};

/** Ends when everybody has come to an end. */
export const play = async (stage: Stage, { members, decisions }: Cast, database: Database): Promise<void> => {
  const { time } = stage;
  const app = makeClientApp(stage);
  const decide = makeOperators(stage, database);
  await Promise.all([
    ...members.map(async ({ person, behaviour, startsAtSecond, random }) => {
      await time.sleep(startsAtSecond * 1000);
      await behaviours[behaviour]({ app, stage, random, person });
    }),
    ...decisions.map(async (decision) => {
      await time.sleep((decision.atSecond ?? 0) * 1000);
      await decide(decision);
    }),
  ]);
};

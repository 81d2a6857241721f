import { MS_PER_DAY, MS_PER_HOUR, MS_PER_SECOND } from '../../shared/domain/time.ts';
import { PERIOD_END_MS } from '../period.ts';
import { groupsOf } from '../population/groups.ts';
import { drawPerson } from '../population/person.ts';
import { MOST_SESSIONS_FOR_ONE_NEED, playPerson } from '../population/play-person.ts';
import type { TraceEvent } from '../trace.ts';
import type { Client } from '../trace-writer.ts';
import type { Attack } from './attack.ts';
import type { Attacker } from './attacker.ts';

/** Before the first try, on the victim's own device. */
export const OWN_PASSES_BEFORE = 2;
/** A device becomes familiar a day after its first pass. */
const FAMILIAR_AFTER_MS = 24 * MS_PER_HOUR;
const ATTACK_MS = 6 * MS_PER_DAY;

/** A stranger attacks the id of an honest person, who goes on using it, from a device on which that person never was. */
export const thirdPartyVictim: Attack = {
  kind: 'third-party-victim',
  play: (attacker) => {
    const { random } = attacker;
    const { correlationId, attackFromMs } = playVictim(attacker);
    const client: Client = { ...attacker.client(), correlationId };
    // Half of them in one go, half every few hours.
    const gapMs = random.happens(0.5) ? 60 * MS_PER_SECOND : 3 * MS_PER_HOUR;
    let atMs = random.between(attackFromMs, PERIOD_END_MS - ATTACK_MS);
    while (attacker.goesOn) {
      atMs = attacker.attack(client, atMs, { tries: random.whole(1, 3) });
      atMs += random.logNormal(gapMs, 0.5);
    }
  },
};

/** Draws honest people until one has passed often and early enough. */
const playVictim = (attacker: Attacker): { correlationId: string; attackFromMs: number } => {
  const { random, name, writer } = attacker;
  const writtenBefore = writer.events.length;
  const correlationId = `${name}-victim`;
  const deviceKey = `${name}-victim-device`;
  for (;;) {
    const person = drawPerson(random, random.byShare(groupsOf('ordinary')), 1);
    playPerson(writer, random, person, {
      population: 'ordinary',
      correlationIdAt: () => correlationId,
      deviceKey,
      mostSessionsForOneNeed: MOST_SESSIONS_FOR_ONE_NEED,
    });
    const attackFromMs = earliestAttackOn(passesIn(writer.events.slice(writtenBefore)));
    if (attackFromMs < PERIOD_END_MS - ATTACK_MS) {
      attacker.victims.push({ correlationIds: [correlationId], role: 'victim', group: person.group, tries: [] });
      return { correlationId, attackFromMs };
    }
    writer.events.length = writtenBefore;
  }
};

const earliestAttackOn = (passes: readonly number[]): number => {
  const [firstMs = Infinity] = passes;
  return Math.max(firstMs + FAMILIAR_AFTER_MS, passes[OWN_PASSES_BEFORE - 1] ?? Infinity);
};

const passesIn = (events: readonly TraceEvent[]): number[] =>
  events.flatMap((event) => (event.type === 'attempt' && event.outcome === 'real' ? [event.atMs] : []));

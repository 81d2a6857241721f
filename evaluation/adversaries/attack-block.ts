// A block of attackers of one kind. Nothing is refused to them: a replay asks what would have been.

import { Random } from '../random.ts';
import type { Subject, Trace, TraceEvent } from '../trace.ts';
import { TraceWriter } from '../trace-writer.ts';
import type { Attack } from './attack.ts';
import { Attacker } from './attacker.ts';
import { drawTryRates, passChances, usualFailures } from './try-rates.ts';

export interface AttackOptions {
  seed: number;
  attack: Attack;
  customerId?: string;
}

export const ATTACKERS_IN_A_BLOCK = 50;
export const attackBlock = (options: AttackOptions, block: number, attackers = ATTACKERS_IN_A_BLOCK): Trace => {
  const { seed, attack, customerId = 'attacked-customer' } = options;
  const random = new Random(seed, 'attack', attack.kind, block);
  const writer = new TraceWriter(customerId);
  const played = Array.from({ length: attackers }, (_, index) => {
    const number = block * ATTACKERS_IN_A_BLOCK + index;
    const passChance = passChances[number % passChances.length] ?? passChances[0];
    const attacker = new Attacker(
      {
        name: `${attack.kind}-${number}`,
        passChance,
        rates: drawTryRates(random, passChance, attack.failures ?? usualFailures),
        impostor: attack.impostor === true,
      },
      random,
      writer,
    );
    attack.play(attacker);
    return attacker;
  });

  const events = writer.events.sort((a, b) => a.atMs - b.atMs);
  return { events, subjects: subjectsOf(events, played, attack.kind) };
};

const subjectsOf = (events: readonly TraceEvent[], attackers: readonly Attacker[], kind: string): Subject[] => {
  const indexes = new Map(events.map((event, index) => [event, index]));
  return attackers.flatMap((attacker) => [
    {
      correlationIds: [...attacker.correlationIds],
      role: 'attacker',
      group: kind,
      passChance: attacker.passChance,
      tries: attacker.tries.flatMap((event) => indexes.get(event) ?? []).sort((a, b) => a - b),
    },
    ...attacker.victims,
  ]);
};

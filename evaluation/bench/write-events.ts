import { closeSync, openSync, writeSync } from 'node:fs';
import { encodeLedgerEvent } from '../../shared/contracts/ledger-event.ts';
import { attacks } from '../adversaries/attacks.ts';
import { attackTraces } from '../adversaries/attack-traces.ts';
import { disturb } from '../disturb.ts';
import { honestTraces } from '../population/honest-traces.ts';
import { Random } from '../random.ts';
import type { Trace } from '../trace.ts';
import { inStoredForm } from './stored-form.ts';

const ATTACKERS_OF_EACH_KIND = 50;

/**
 * A file of about so many events: attackers of every kind, and as many honest people as it takes. Within a block of
 * people the lines come in any order, and some twice. Answers how many different events it holds.
 */
export const writeEvents = (path: string, atLeast: number, seed: number): number => {
  const random = new Random(seed, 'bench', 'delivery');
  const file = openSync(path, 'w');
  let events = 0;
  try {
    for (const trace of tracesOf(seed)) {
      const lines = disturb(trace, random).map(
        (event) => `${JSON.stringify(encodeLedgerEvent(inStoredForm(event)))}\n`,
      );
      writeSync(file, lines.join(''));
      events += trace.events.length;
      if (events >= atLeast) break;
    }
  } finally {
    closeSync(file);
  }
  return events;
};

const tracesOf = function* (seed: number): Generator<Trace> {
  for (const attack of attacks) yield* attackTraces({ seed, attack }, ATTACKERS_OF_EACH_KIND);
  yield* honestTraces({ seed }, Infinity);
};

import { EventTable } from './event-table.ts';
import { fileError, pathOf } from './files.ts';
import { readEvent } from './read-event.ts';
import { readLines } from './read-lines.ts';

export interface EventFile {
  table: EventTable;
  /** In the order of (at, key), each key once. */
  rows: Uint32Array;
}

/** Tells on `tell` what was left out, and why: a bad line is no reason to stop. */
export const readEvents = (file: string, tell: (sentence: string) => void): EventFile => {
  const table = new EventTable();
  let badLines = 0;
  let firstMistake = '';
  const take = (line: string, number: number): void => {
    if (line.trim() === '') return;
    const event = readEvent(line);
    if (typeof event !== 'string') {
      table.add(event);
      return;
    }
    badLines += 1;
    if (badLines === 1) firstMistake = `line ${number}: ${event}`;
  };
  try {
    readLines(pathOf(file), take);
  } catch (error) {
    throw fileError(file, 'read', error);
  }

  const { rows, contradictions } = table.inOrder();
  if (badLines > 0) tell(`${badLines} bad lines were left out, the first one ${firstMistake}`);
  if (contradictions > 0) tell(`${contradictions} events were left out that contradict an earlier one with their key`);
  return { table, rows };
};

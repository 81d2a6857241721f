// What is shown while a day is played: a bar on a terminal, plain lines otherwise.

import type { WriteStream } from 'node:tty';

export interface Screen {
  say(line: string): void;
  progress(done: number, text: string): void;
  /** The bar is complete: what comes is written below it. */
  endProgress(): void;
}

const BAR_WIDTH = 30;
const PLAIN_STEPS = 10;
const DEFAULT_COLUMNS = 80;

type Output = Pick<NodeJS.WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;

export const makeScreen = (output: Output): Screen => (output.isTTY === true ? withBar(output) : inLines(output));

const inLines = (output: Output): Screen => {
  let step = 0;
  return {
    say: (line) => void output.write(`${line}\n`),
    progress: (done, text) => {
      if (Math.floor(done * PLAIN_STEPS) <= step) return;
      step = Math.floor(done * PLAIN_STEPS);
      output.write(`${Math.round(done * 100)} % ${text}\n`);
    },
    endProgress: () => undefined,
  };
};

const ERASE_LINE = '\r\u001b[K';

const withBar = (output: Output): Screen => {
  let bar = '';
  return {
    say: (line) => void output.write(`${ERASE_LINE}${line}\n${bar}`),
    progress: (done, text) => {
      const full = Math.round(done * BAR_WIDTH);
      const line = `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${text}`;
      // A line that wraps could not be erased. A terminal that does not know its width says 0.
      const { columns = 0 } = output;
      bar = line.slice(0, (columns > 0 ? columns : DEFAULT_COLUMNS) - 1);
      output.write(`${ERASE_LINE}${bar}`);
    },
    endProgress: () => {
      if (bar !== '') output.write('\n');
      bar = '';
    },
  };
};

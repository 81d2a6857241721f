import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 4_194_304;
const NEWLINE = 10;
const BYTE_ORDER_MARK = '\uFEFF';

/** Hands over the lines of a UTF-8 file one by one, with their numbers from 1. The file is never in memory as a whole. */
export const readLines = (path: string, take: (line: string, number: number) => void): void => {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    let unfinished: Buffer = Buffer.alloc(0);
    let number = 0;
    const takeLine = (line: string): void => {
      number += 1;
      take(number === 1 && line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line, number);
    };

    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
      const bytes = chunk.subarray(0, size);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        if (unfinished.length === 0) {
          takeLine(bytes.toString('utf8', start, end));
        } else {
          takeLine(Buffer.concat([unfinished, bytes.subarray(start, end)]).toString());
          unfinished = Buffer.alloc(0);
        }
        start = end + 1;
      }
      unfinished = Buffer.concat([unfinished, bytes.subarray(start)]);
    }
    if (unfinished.length > 0) takeLine(unfinished.toString());
  } finally {
    closeSync(file);
  }
};

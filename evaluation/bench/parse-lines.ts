// The plain way through a file of events, which only reads: node parse-lines.ts FILE

import { readLines } from '../../scripts/replay/read-lines.ts';

let events = 0;
readLines(process.argv[2] ?? '', (line) => {
  const { type } = JSON.parse(line) as { type?: string };
  if (type !== undefined) events += 1;
});
console.log(events);

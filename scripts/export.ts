// `npm run --silent export`: writes the stored ledger as events, one a line and in the order of time, for `npm run replay`
// and `npm run calibrate`. Ids of devices are keyed hashes; nothing else about a person is in it.

import { encodeLedgerEvent, type LedgerEvent } from '../shared/contracts/ledger-event.ts';
import { connect } from './export/connect.ts';
import { EXPORT_USAGE, parseExportCommand } from './export/options.ts';
import { readLedger } from './export/read-ledger.ts';
import { EventTable } from './replay/event-table.ts';
import { writeJsonLines } from './replay/files.ts';
import { runCommand } from './replay/run-command.ts';

function* inOrder(table: EventTable, rows: Uint32Array): Generator<LedgerEvent> {
  for (const row of rows) yield encodeLedgerEvent(table.eventAt(row));
}

await runCommand(EXPORT_USAGE, async (args) => {
  const { part, output } = parseExportCommand(args);
  const table = new EventTable();
  for await (const event of readLedger(connect(process.env), part)) table.add(event);
  const { rows } = table.inOrder();
  await writeJsonLines(output, inOrder(table, rows));
  console.error(`${rows.length} events`);
});

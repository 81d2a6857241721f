// The command line of `npm run export`.

import { needed, nothingMore, parseOptions, UsageError } from '../replay/run-command.ts';
import type { LedgerPart } from './read-ledger.ts';

export interface ExportCommand {
  part: LedgerPart;
  /** To stdout without it. */
  output?: string;
}

export const EXPORT_USAGE = `Usage:
  npm run --silent export -- --from TIME --to TIME [--customer ID] [--output EVENTS]
A TIME is a UTC day or moment: 2026-03-01 or 2026-03-01T12:00:00Z. What happened at --to is not included.`;

const text = { type: 'string' } as const;

export const parseExportCommand = (args: readonly string[]): ExportCommand => {
  const { values, positionals } = parseOptions(args, { from: text, to: text, customer: text, output: text });
  nothingMore(positionals);
  const from = momentOf(needed(values.from, '--from'), '--from');
  const to = momentOf(needed(values.to, '--to'), '--to');
  if (to <= from) throw new UsageError('--to must be later than --from.');
  const { customer, output } = values;
  return {
    part: { from, to, ...(customer !== undefined && { customerId: needed(customer, '--customer') }) },
    ...(output !== undefined && { output: needed(output, '--output') }),
  };
};

const MOMENT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)?$/;

const momentOf = (given: string, option: string): Date => {
  const moment = new Date(given);
  if (!MOMENT.test(given) || Number.isNaN(moment.getTime())) throw new UsageError(`${option} is no UTC day or moment.`);
  return moment;
};

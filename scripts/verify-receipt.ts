// `npm run --silent verify-receipt -- FILE`: recomputes a flag from its receipt, and prints `same` or the first difference.
// The file holds a receipt, or a flag with its receipt in it.

import { type Receipt, verifyReceipt } from '../shared/domain/receipt.ts';
import { sha256Hex } from '../shared/platform/hashes.ts';
import { CommandError } from './policy/command-error.ts';
import { readDocument } from './policy/read-document.ts';
import { needed, nothingMore, parseOptions, runCommand } from './replay/run-command.ts';

const USAGE = 'Usage: npm run --silent verify-receipt -- FILE';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

const isReceipt = (value: unknown): value is Receipt =>
  isObject(value) &&
  typeof value.hash === 'string' &&
  isObject(value.verdict) &&
  isObject(value.evidence) &&
  isObject(value.policy);

const receiptIn = (file: string): Receipt => {
  const document = readDocument(file);
  const receipt = isObject(document) && 'receipt' in document ? document.receipt : document;
  if (!isReceipt(receipt)) throw new CommandError(`${file} holds no receipt.`);
  return receipt;
};

const check = (file: string): ReturnType<typeof verifyReceipt> => {
  const receipt = receiptIn(file);
  try {
    return verifyReceipt(receipt, sha256Hex);
  } catch (error) {
    throw new CommandError(`${file} cannot be recomputed: ${(error as Error).message}.`, { cause: error });
  }
};

await runCommand(USAGE, (args) => {
  const [file, ...more] = parseOptions(args, {}).positionals;
  nothingMore(more);
  const found = check(needed(file, 'FILE'));
  if (found.kind === 'same') {
    console.log('same');
    return;
  }
  console.log(`different at ${found.path}`);
  console.log(`  expected ${JSON.stringify(found.expected)}`);
  console.log(`  found    ${JSON.stringify(found.found)}`);
  process.exitCode = 1;
});

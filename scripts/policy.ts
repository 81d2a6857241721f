// `npm run policy`: shows and checks policy documents, publishes them, and takes enforcement off for a time.

import { CommandError } from './policy/command-error.ts';
import { parsePolicyCommand, POLICY_USAGE } from './policy/options.ts';
import { runPolicyCommand } from './policy/run-policy-command.ts';

const parsed = parsePolicyCommand(process.argv.slice(2));
if (parsed.kind === 'mistake') {
  console.error(`${parsed.sentence}\n${POLICY_USAGE}`);
  process.exit(2);
}
try {
  process.exitCode = await runPolicyCommand(parsed.command, process.env, (line) => console.log(line));
} catch (error) {
  console.error(error instanceof CommandError ? error.message : error);
  process.exitCode = 1;
}

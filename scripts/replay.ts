// `npm run --silent replay`: what a policy would have done with the events of a file. The same fold, patterns and gate as
// in production; no setting is read and nothing is hashed but the policy.

import type { ReplayLine } from '../shared/application/replay/replay-line.ts';
import { comparePolicies } from './replay/compare-policies.ts';
import { describeComparison } from './replay/describe-comparison.ts';
import { writeJsonLines } from './replay/files.ts';
import { parseReplayCommand, REPLAY_USAGE } from './replay/options.ts';
import { type EventFile, readEvents } from './replay/read-events.ts';
import { readPolicy } from './replay/read-policy.ts';
import { readReviews } from './replay/read-reviews.ts';
import { replayFile } from './replay/replay-file.ts';
import { runCommand } from './replay/run-command.ts';

const tell = (sentence: string): void => console.error(sentence);

const summaryOf = ({ rows }: EventFile, lines: readonly ReplayLine[]): string => {
  const pauses = lines.filter(({ pattern }) => pattern.startsWith('pause-')).length;
  const incidents = lines.filter(({ pattern }) => pattern.startsWith('incident-')).length;
  const flags = lines.length - pauses - incidents;
  return `${rows.length} events: ${flags} flags, ${pauses} pauses, ${incidents} incidents`;
};

await runCommand(REPLAY_USAGE, async (args) => {
  const { input, timerSeconds, what } = parseReplayCommand(args);
  if (what.kind === 'write') {
    const policy = readPolicy(what.policy);
    const events = readEvents(input, tell);
    const lines = replayFile(events, policy, timerSeconds);
    await writeJsonLines(what.output, lines);
    tell(summaryOf(events, lines));
    return;
  }

  const policies = [what.before, what.after].map(readPolicy);
  const reviews = what.reviews === undefined ? undefined : readReviews(what.reviews, tell);
  const events = readEvents(input, tell);
  const [before = [], after = []] = policies.map((policy) => replayFile(events, policy, timerSeconds));
  const comparison = comparePolicies(before, after, reviews);
  console.log(what.json ? JSON.stringify(comparison) : describeComparison(comparison).join('\n'));
});

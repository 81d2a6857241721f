// The command line of `npm run replay`.

import { needed, nothingMore, parseOptions, UsageError } from './run-command.ts';

export interface ReplayCommand {
  input: string;
  timerSeconds: number;
  what: WriteLines | ComparePolicies;
}

export interface WriteLines {
  kind: 'write';
  output: string;
  policy: string | undefined;
}

export interface ComparePolicies {
  kind: 'compare';
  before: string;
  after: string;
  reviews: string | undefined;
  json: boolean;
}

export const REPLAY_USAGE = `Usage:
  npm run --silent replay -- --input EVENTS --output LINES [--policy POLICY] [--timer-seconds 60]
  npm run --silent replay -- --input EVENTS --compare POLICY POLICY [--reviews REVIEWS] [--json] [--timer-seconds 60]`;

const text = { type: 'string' } as const;

export const parseReplayCommand = (args: readonly string[]): ReplayCommand => {
  const { values, positionals } = parseOptions(args, {
    input: text,
    output: text,
    policy: text,
    'timer-seconds': { ...text, default: '60' },
    compare: text,
    reviews: text,
    json: { type: 'boolean', default: false },
  });
  const input = needed(values.input, '--input');
  const timerSeconds = wholeSeconds(values['timer-seconds']);
  const { compare, output, policy, reviews, json } = values;
  if (compare === undefined) {
    nothingMore(positionals);
    if (reviews !== undefined || json) throw new UsageError('--reviews and --json go with --compare only.');
    return { input, timerSeconds, what: { kind: 'write', output: needed(output, '--output'), policy } };
  }
  const [after, ...more] = positionals;
  nothingMore(more);
  if (output !== undefined || policy !== undefined)
    throw new UsageError('--compare goes without --output and --policy.');
  const before = needed(compare, 'the first policy');
  return {
    input,
    timerSeconds,
    what: { kind: 'compare', before, after: needed(after, 'the second policy'), reviews, json },
  };
};

const wholeSeconds = (given: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(given)) throw new UsageError('--timer-seconds is a whole number from 1 on.');
  return Number(given);
};

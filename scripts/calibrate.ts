// `npm run --silent calibrate`: proposes the alpha of one customer from its own past, as a policy file that a human looks
// at before it is published. On stdout what was found, as JSON.

import { readReviews } from './replay/read-reviews.ts';
import { highestScores } from './calibrate/highest-scores.ts';
import { proposeAlpha } from './calibrate/propose-alpha.ts';
import { CommandError } from './policy/command-error.ts';
import { writeText } from './replay/files.ts';
import { readEvents } from './replay/read-events.ts';
import { readPolicy } from './replay/read-policy.ts';
import { needed, nothingMore, parseOptions, runCommand, UsageError } from './replay/run-command.ts';

const USAGE = 'Usage: npm run --silent calibrate -- --input EVENTS --reviews REVIEWS --rate 0.001 [--output POLICY]';

const tell = (sentence: string): void => console.error(sentence);

const rateOf = (given: string): number => {
  const rate = Number(given);
  if (!(rate > 0 && rate < 1)) throw new UsageError('--rate is a number between 0 and 1.');
  return rate;
};

await runCommand(USAGE, (args) => {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseOptions(args, { input: text, reviews: text, rate: text, output: text });
  nothingMore(positionals);
  const input = needed(values.input, '--input');
  const reviewsFile = needed(values.reviews, '--reviews');
  const rate = rateOf(needed(values.rate, '--rate'));

  const { abuse } = readReviews(reviewsFile, tell);
  const scores = highestScores(readEvents(input, tell), readPolicy(undefined), (id) => abuse.has(id));
  const proposal = proposeAlpha(scores, rate);
  if (proposal.kind === 'too-few-ids') {
    throw new CommandError(
      `A rate of ${rate} needs at least ${proposal.needed} ids that were not confirmed; there are ${scores.length}.`,
    );
  }

  const { alpha, threshold, conformalThreshold, guarantee } = proposal;
  const policy = {
    extends: 'default',
    name: guarantee ? `calibrated to ${rate}` : `calibrated to ${rate}, guarantee: false`,
    score: { alpha },
  };
  if (values.output !== undefined) writeText(values.output, `${JSON.stringify(policy, undefined, 2)}\n`);
  console.log(
    JSON.stringify({
      guarantee,
      ids: scores.length,
      confirmed: abuse.size,
      rate,
      conformalThreshold,
      threshold,
      policy,
    }),
  );
});

// docs/what-it-does-not-catch.md: the attacks that stay under the threshold, with the numbers of the same evaluation.

import { budgetOf, defaultPolicy } from '../../shared/domain/policy.ts';
import type { Evaluation } from '../measure-all.ts';
import { breachChance } from '../statistics/breach.ts';
import { formatChance, formatCount, formatShare } from './formats.ts';
import { markdownTable } from './markdown-table.ts';

export const blindSpotsPage = (evaluation: Evaluation): string =>
  [introduction(evaluation), underTheThreshold(evaluation), informed(evaluation), byDesign(evaluation)].join('\n');

const introduction = ({ options }: Evaluation): string => `# What it does not catch

Made by \`${options.command}\` together with [the evaluation](evaluation.md), from the same runs. As shipped, with the
default policy.
`;

const underTheThreshold = ({ shippedByKind }: Evaluation): string => {
  const slowest = shippedByKind.toSorted((a, b) => a.within - b.within);
  return `## Attacks that last

Of each kind of attacker: who is not flagged within ten tries, and who is not within the 40 to 60 tries of the trace (30 for
one try a day).

${markdownTable(
  [
    { heading: 'Attack', align: 'left' },
    { heading: 'not within ten tries', align: 'right' },
    { heading: 'never', align: 'right' },
    { heading: 'tries to the flag, 95th percentile', align: 'right' },
  ],
  slowest.map(({ kind, within, never, p95Tries }) => [
    kind,
    formatShare(1 - within),
    formatShare(never),
    formatCount(p95Tries),
  ]),
)}
- **The first tries.** Nobody is flagged by one spoof label. Whoever passes at the first try has passed: for that the
  detection of the Face service itself is responsible.
- **Poor pictures on purpose.** What is dark, blurred or covered looks like a weak camera, and people with weak cameras are
  not to be flagged. Such an attacker is held back by the budget and the growing waits rather than by the score.
- **One try each with many ids on many devices** is no pattern of any single id. The customer gets an incident; until it
  opens, every id has its try.
`;
};

const informed = ({ closedLoop }: Evaluation): string => {
  const most = Math.max(...closedLoop.withOneDevice.map(({ mostJudgedTries }) => mostJudgedTries));
  const mostOfBoth = Math.max(...closedLoop.withManyDevices.map(({ mostJudgedTries }) => mostJudgedTries));
  return `## An attacker who knows the policy

He stays under the threshold and has, within 30 days, at most ${formatCount(most)} judged tries in one channel and ${formatCount(mostOfBoth)} in both, whatever
he does (budget ${budgetOf(defaultPolicy)} for each). What that is worth to him:

${markdownTable(
  [
    { heading: 'chance of one try', align: 'right' },
    { heading: 'breach with one channel', align: 'right' },
    { heading: 'breach with both', align: 'right' },
  ],
  [0.1, 0.03, 0.01, 0.001].map((chance) => [
    String(chance),
    formatChance(breachChance(most, chance)),
    formatChance(breachChance(mostOfBoth, chance)),
  ]),
)}
Familiar devices are those on which he passed before: both channels are open to him only under an id with which he has
passed honestly.
`;
};

const byDesign = ({ breadthFirst, victimAttempts }: Evaluation): string => {
  const { tokenHoarding, faceReuse, machineCadence } = defaultPolicy.patterns;
  const [tenth] = breadthFirst;
  const passed = victimAttempts.reduce((sum, { attempts }) => sum + attempts.victimsBelowThree['stranger-passed'], 0);
  return `## What is left out on purpose

- Fewer than ${tokenHoarding.unusedTokens} unused tokens in ${tokenHoarding.windowHours} h: a refused camera permission makes runs of them.
- A face under one other id: twins exist, and so do fresh identifiers. From ${faceReuse.otherIds} on it is a flag, and only where the Face
  service compares faces (API v1.3).
- Scripts that vary their gaps by more than ${Math.round(machineCadence.spreadOfLogGap * 100)} %.
- Other ids on one device do nothing to an id without a spoof label of its own; addresses link nobody.
- A stranger who passes under a victim's id has a familiar device a day later, as long as its attempts are clean
  (${formatCount(passed)} victims in these runs had fewer than three attempts at some moment because of it).
- Before a breadth-first incident opens, with a tenth of all first checks being attacks, attackers have ${formatCount(Math.round(tenth?.attackersTriesBeforeIncident.median ?? NaN))} tries in the
  median.
- Tries made in the moment between our reading of a result and the deletion of its session are not counted; they cannot
  pass, for nobody reads them.
`;
};

// What the demonstration of a crash says.

import type { CrashCount, HalfDone } from './crash-count.ts';
import type { CrashRequests } from './crash-requests.ts';
import type { CrashStages } from './crash-stages.ts';
import type { Part } from './crash-people.ts';

const whatPartsDo: Record<Part, string> = {
  asks: 'ask for a token',
  grabs: 'ask for twelve tokens at once, and use up all that come',
  holds: 'hold a token and have not tried yet',
  tried: 'have tried once and told nobody',
  'tried-again': 'have tried three times with one token and told nobody',
  completes: 'say that they have finished',
  'completes-twice': 'say so twice at once, after three tries',
  'gives-up': 'delete their session',
};

export const peopleLines = (parts: readonly Part[]): string[] =>
  [...Map.groupBy(parts, (part) => part)].map(([part, those]) => row(those.length, whatPartsDo[part]));

export const cutLine = ({ token, completion, deletion }: CrashRequests['cut']): string =>
  `The app was killed under ${token + completion + deletion} requests, which never got an answer: ` +
  `${token} for a token, ${completion} to complete a session, ${deletion} to delete one.`;

export const stageLines = (stages: CrashStages, people: number): string[] => {
  const { ids, reserved, issued, tried, triedAgain, closing, ended, unknown, tries, recorded, messages } = stages;
  return [
    row(Math.max(0, people - ids), 'people of whose session nothing is stored yet'),
    row(reserved, `sessions reserved, no token yet (${unknown} of them made at Face already)`),
    row(issued, 'token issued, no try yet'),
    row(tried, `tried, the result only at Face or on its way (${triedAgain} with several tries)`),
    row(closing, 'result stored, its closing under way'),
    row(ended, 'closed to the end'),
    row(messages.waiting + messages.taken, `messages for the app, ${messages.taken} of them in its hands`),
    row(tries - recorded, `of ${tries} tries not recorded yet`),
  ];
};

export const countLine = ({ tries, records }: CrashCount, sessions: number): string =>
  `${sessions} sessions at Face, ${tries} tries that it judged, ${records} ledger records of tries.`;

export const halfDoneLine = ({ sessions, events, verdicts, decisions, messages }: HalfDone): string =>
  `half done: ${sessions} sessions  ${events} events  ${verdicts} verdicts  ${decisions} decisions  ${messages} messages`;

export const verdictLine = ({ lost, countedTwice, overBudget }: CrashCount): string =>
  `lost ${lost}  counted twice ${countedTwice}  over budget ${overBudget}`;

const row = (count: number, what: string): string => `${String(count).padStart(6)}  ${what}`;

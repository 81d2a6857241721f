// A process meets trouble at every step in turn: at every call to whatever is outside of it. The steps are those that it
// takes, found by telling the story once without trouble, so that a new one is tried without a change here.
//
//   outage before: the call fails and does nothing     crash before: the process ends, the call does nothing
//   outage after:  the call did its work, but its      crash after:  the call did its work, and the process ends
//                  answer is lost
//
// Then another process takes over and time passes. Whoever got no answer asks again, or never does. In the end every
// promise holds.

import { fc } from '../domain/support/fast-check.ts';
import { methodsOfPorts } from './support/port-methods.ts';
import { stories } from './support/stories.ts';
import { NO_TROUBLE, type Story, tellStory, type Telling } from './support/tell-story.ts';

/** Of two ends one after the other there are more than there is time for: a story that has more than this is sampled. */
const EVERY_PAIR_UP_TO = 250;
const SAMPLED_FIRST_ENDS = 4;
const SAMPLED_SECOND_ENDS = 5;

const troubles = [
  { kind: 'outage', when: 'before', asksAgain: [true, false] },
  { kind: 'outage', when: 'after', asksAgain: [true, false] },
  // Asked again, it would be the end after the step before.
  { kind: 'crash', when: 'before', asksAgain: [false] },
  { kind: 'crash', when: 'after', asksAgain: [true, false] },
] as const;

const stepsOf = (story: Story) => tellStory(story, { again: true });

/** The process ends after one of its calls, and the one that takes over after one of its own. */
const twoEndsOf = async (story: Story): Promise<Telling[]> => {
  const { calls } = await stepsOf(story);
  const { callsAfterwards } = await tellStory(story, { again: true, afterwards: NO_TROUBLE });
  const isShort = calls.length * callsAfterwards.length <= EVERY_PAIR_UP_TO;
  const some = (indexes: number[], count: number): number[] =>
    isShort ? indexes : fc.sample(fc.constantFrom(...indexes), count);
  const end = (index: number) => ({ atCall: index + 1, when: 'after' as const, kind: 'crash' as const });

  const tellings: Telling[] = [];
  for (const first of some([...calls.keys()], SAMPLED_FIRST_ENDS)) {
    const telling = { trouble: end(first), again: true };
    const next = await tellStory(story, { ...telling, afterwards: NO_TROUBLE });
    const seconds = some([...next.callsAfterwards.keys()], SAMPLED_SECOND_ENDS);
    tellings.push(...seconds.map((second) => ({ ...telling, afterwards: end(second) })));
  }
  return tellings;
};

/** What went wrong, for each way in which the story did not end well. */
const failuresOf = async (story: Story, tellings: readonly Telling[]): Promise<string[]> => {
  const failures: string[] = [];
  for (const telling of tellings) {
    try {
      await tellStory(story, telling);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  return failures;
};

describe.each(stories.map((story) => ({ name: story.name, story })))('$name', ({ story }) => {
  it.each(troubles)('comes to a proper end, with $kind $when each step', async ({ kind, when, asksAgain }) => {
    const { calls } = await stepsOf(story);

    const failures = await failuresOf(
      story,
      calls.flatMap((_, index) => asksAgain.map((again) => ({ trouble: { atCall: index + 1, when, kind }, again }))),
    );

    expect(failures).toEqual([]);
  });

  it('comes to a proper end when the next process ends, too', async () => {
    expect(await failuresOf(story, await twoEndsOf(story))).toEqual([]);
  });
});

it('meets every method of every port', async () => {
  const met = new Set<string>();
  for (const story of stories) for (const call of (await stepsOf(story)).calls) met.add(call);

  const methods = methodsOfPorts();
  expect(methods.filter((method) => !met.has(method))).toEqual([]);
  // Completing a message is the host's, and a step all the same.
  expect([...met].filter((call) => !methods.includes(call))).toEqual(['deliveries.complete']);
});

// A crash of the app under many sessions at once, and the count of what it has done:
//
//   everybody gets ready ─▶ services slow, requests under way ─▶ SIGKILL ─▶ what is left behind
//     ─▶ started again, half of the people come back ─▶ time passes until nothing is due ─▶ count

import { setTimeout as delay } from 'node:timers/promises';
import { customers } from '../seed.ts';
import { keepAccessTokens } from '../traffic/access-tokens.ts';
import { MINUTE_MS } from '../traffic/moments.ts';
import { readBudget } from './crash-budget.ts';
import { countAfterCrash, isNothing, type CrashCount } from './crash-count.ts';
import { messagesOnTheirWay, readCrashEvidence, type CrashEvidence } from './crash-evidence.ts';
import { CrashPerson } from './crash-people.ts';
import { CrashRequests } from './crash-requests.ts';
import { SLOWEST_CALL_MS, slowDown } from './crash-slowness.ts';
import { stagesIn } from './crash-stages.ts';
import { countLine, cutLine, halfDoneLine, peopleLines, stageLines, verdictLine } from './crash-words.ts';
import type { CrashableProduct } from './crashable-app.ts';

export interface CrashDemonstration {
  sessions: number;
  /** Whatever could identify somebody carries it: another mark means other people. */
  mark: string;
  say: (line: string) => void;
  signal?: AbortSignal;
}

/** Requests begin one after another within this time, and the kill comes at its end. */
const BEGIN_WITHIN_MS = 2500;
/** A token lives ten minutes, and what is collected after it takes some more. */
const LONGEST_MINUTES = 60;
const AT_ONCE = 10;
const QUIET_WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 10;

/** True when nothing was lost, counted twice, over the budget or left half done. */
export const demonstrateCrash = async (
  product: CrashableProduct,
  { sessions, mark, say, signal }: CrashDemonstration,
): Promise<boolean> => {
  const { cloud, app } = product;
  const sinceMs = Date.now();
  const tokens = keepAccessTokens(cloud.identity);
  const accessToken = (): Promise<string> => tokens(product.clientId);
  const { apiUrl, faceEndpoint } = product;
  const requests = new CrashRequests(apiUrl, accessToken);
  const people = Array.from(
    { length: sessions },
    (_, number) => new CrashPerson(number, requests, { apiUrl, faceEndpoint, accessToken, mark }),
  );
  let makeFast = (): void => undefined;
  try {
    await getReady();
    await crash();
    await comeBack();
    return await passTimeAndCount();
  } finally {
    makeFast();
    if (!app.isRunning) await app.restart();
  }

  async function getReady(): Promise<void> {
    say(`${sessions} people, each under an id of their own:`);
    peopleLines(people.map(({ part }) => part)).forEach(say);
    await aFewAtOnce(people, (person) => person.getReady());
    signal?.throwIfAborted();
  }

  async function crash(): Promise<void> {
    say('The services answer slowly now, so that the kill meets requests everywhere.');
    makeFast = slowDown(cloud);
    const acting = people.map(async (person, number) => {
      await delay((BEGIN_WITHIN_MS * number) / sessions);
      await person.act();
    });
    await delay(BEGIN_WITHIN_MS);
    say('');
    say(`Killing the app: SIGKILL to process ${app.host.child.pid ?? 'unknown'}.`);
    await app.kill();
    await Promise.all(acting);
    if (Object.values(requests.cut).every((count) => count === 0)) throw new Error('The kill met no request.');
    say(cutLine(requests.cut));
    // What the app had sent before it died still arrives.
    await delay(SLOWEST_CALL_MS);
    makeFast();

    say('What it left behind, counted in the stores:');
    stageLines(stagesIn(await readEvidence()), sessions).forEach(say);
  }

  async function comeBack(): Promise<void> {
    const started = performance.now();
    await app.restart();
    say('');
    say(`Started again in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    say('Half of the people come back and go on, the others never do.');
    await aFewAtOnce(people, (person) => person.comeBack());
  }

  async function passTimeAndCount(): Promise<boolean> {
    say('Moving the clock, so that tokens expire and results are collected.');
    const budget = await readBudget(cloud.database, callersCustomer);
    let evidence: CrashEvidence;
    let count: CrashCount;
    let minutes = 0;
    do {
      await untilQuiet();
      signal?.throwIfAborted();
      await product.advance(MINUTE_MS);
      minutes += 1;
      await untilQuiet();
      evidence = await readEvidence();
      count = countAfterCrash(evidence, budget);
    } while (!isNothing(count.halfDone) && minutes < LONGEST_MINUTES);

    say(`${minutes} minutes later, counted from the stores:`);
    say(countLine(count, evidence.face.length));
    say(halfDoneLine(count.halfDone));
    say(verdictLine(count));
    const { lost, countedTwice, overBudget, halfDone } = count;
    return lost + countedTwice + overBudget === 0 && isNothing(halfDone);
  }

  function readEvidence(): Promise<CrashEvidence> {
    return readCrashEvidence(cloud, sinceMs);
  }

  /** Messages that the killed app had taken stay locked; only the clock frees them. */
  async function untilQuiet(): Promise<void> {
    const deadline = performance.now() + QUIET_WITHIN_MS;
    for (;;) {
      await app.host.idle();
      if (untaken() === 0) {
        // Whoever took the last message may have sent another before it ended.
        await app.host.idle();
        if (untaken() === 0) return;
      }
      if (performance.now() > deadline) throw new Error(`The app did not come to rest: ${untaken()} messages wait.`);
      await delay(LOOK_AGAIN_MS);
    }
  }

  function untaken(): number {
    return messagesOnTheirWay(cloud.serviceBus).waiting;
  }
};

/** All at once would be too many calls a second for the Face service. */
const aFewAtOnce = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

/** Of the client application that the people's requests come from. */
const callersCustomer = customers[0]?.customerId ?? '';

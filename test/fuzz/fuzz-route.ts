// One route under any number of odd requests, one after the other.

import { judgeAnswer } from './judge-answer.ts';
import { judgeApp } from './judge-app.ts';
import { SECRET } from './odd-texts.ts';
import type { Operation } from './operations.ts';
import { count, type TargetReport } from './report.ts';
import { type CallerName, routeCase, type RouteCase } from './route-case.ts';
import { sendRequest, type RawRequest } from './send-request.ts';
import { tryCases } from './try-cases.ts';
import type { World } from './world.ts';

/** Looking whether something was stored takes as long as a request. */
const LOOK_EVERY = 4;
const SHOWN_BYTES = 1000;
/** Nothing is stored for these. What an image shows is known only to Face, which comes after the reservation. */
const storingNothing = [
  'invalid-request',
  'unauthenticated',
  'forbidden',
  'not-onboarded',
  'not-found',
  'body-too-large',
  'unsupported-media-type',
];

export const fuzzRoute = async (
  world: World,
  operation: Operation,
  { seed, cases }: { seed: number; cases: number },
): Promise<TargetReport> => {
  const { app, agent, secrets, hasEnded } = world;
  const outcomes = new Map<string, number>();
  const firstRecord = app.logs.length;
  let sent = 0;

  const tryOne = async (given: RouteCase): Promise<void> => {
    sent += 1;
    const looks = sent % LOOK_EVERY === 0;
    const before = looks ? await world.writes() : 0;
    const request = requestOf(world, given);
    const answer = await sendRequest(app.host.url, request, agent);
    count(outcomes, String(answer.status));

    const { caller, mayStopBefore } = given;
    const isPermitted = mayCall(operation, caller);
    const keptFromCaller = world.keptFrom(caller);
    const asked = { operation, request, mayStopBefore, isPermitted, secrets, keptFromCaller };
    const complaints = judgeAnswer(asked, answer);
    const code = /"code":"([\w-]+)"/.exec(answer.text)?.[1] ?? '';
    if (looks && answer.status >= 400 && storingNothing.includes(code) && (await world.writes()) !== before) {
      complaints.push('something was stored for a refused request');
    }
    if (complaints.length > 0)
      throw new Error(`${complaints.join('\n')}\n${answer.status} ${answer.text.slice(0, SHOWN_BYTES)}`);
  };

  const tried = await tryCases(routeCase(operation), { seed, numRuns: cases }, { tryOne, describeCase, hasEnded });
  const failures = [...tried.failures, ...(await judgeApp(world, firstRecord, [SECRET]))];
  return { name: operation.name, cases: tried.cases, outcomes, failures };
};

/** The application of the other customer has its role, and the person every scope. */
const mayCall = ({ caller }: Operation, who: CallerName): boolean =>
  caller === 'nobody' || who === caller || (caller === 'application' && who === 'otherApplication');

const requestOf = (world: World, { caller, method, target, headers, body, framing }: RouteCase): RawRequest => {
  const token = world.tokenOf(caller);
  const authorization: [string, string][] = token === undefined ? [] : [['authorization', `Bearer ${token}`]];
  return { method, target: world.filled(target), headers: [...authorization, ...headers], body, framing };
};

const describeCase = ({ caller, method, target, headers, body, framing }: RouteCase): string =>
  [
    `${method} ${target} as ${caller}, framed by ${framing}`,
    ...headers.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`),
    ...(body === undefined ? [] : [`  ${JSON.stringify(body.toString('latin1').slice(0, SHOWN_BYTES))}`]),
  ].join('\n');

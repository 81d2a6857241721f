// What an open incident changes for people: at the gate, in flags, and in what a client is told.

import { createLivenessSessionHandler } from '../../../functions/http/create-liveness-session.ts';
import type { PlayedAttempt } from '../../../shared/adapters/memory/memory-face.ts';
import { Unavailable } from '../../../shared/application/errors.ts';
import type { SessionRequest } from '../../../shared/application/issue-liveness-session.ts';
import type { CorrelationRecord } from '../../../shared/application/records.ts';
import { cloudEventOf } from '../../../shared/contracts/cloud-event.ts';
import { encodeResult } from '../../../shared/contracts/result-message.ts';
import type { Outcome } from '../../../shared/domain/events.ts';
import { withFaceLink } from '../../../shared/domain/history.ts';
import type { Observation } from '../../../shared/domain/observations.ts';
import { makeRecordResultMessages } from '../../../shared/messaging/record-results-message.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { ask, tools } from '../../functions/support.ts';
import { aCustomer, aLivenessResult, clientKey, customerId } from '../../support/builders.ts';
import { secondsAfter, startOfTests } from '../../support/held-clock.ts';
import { instead } from '../../support/instead.ts';
import {
  correlationOf,
  letTimePass,
  type MemoryApp,
  memoryApp,
  policy,
  type Process,
} from '../../support/memory-app.ts';

const MINUTE_MS = 60_000;

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

const firstChecks = (count: number, outcome: Outcome): Observation[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'first-check',
    key: `first-check:observed-${index}`,
    customerId,
    atMs: startOfTests.getTime() + index,
    outcome,
  }));
const cleanChecks = (count: number, outcome: Outcome, minute: number, appVersion: string): Observation[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'clean-check',
    key: `clean-check:observed-${minute}-${index}:0`,
    customerId,
    atMs: startOfTests.getTime() + minute * MINUTE_MS + index,
    outcome,
    appVersion,
  }));

const manyFreshIdsTryOnceEach = firstChecks(30, 'spoof');
const oneIdHasManyDevices: Observation[] = [
  {
    kind: 'shared-id-hour',
    key: 'shared-id-hour:a:0',
    customerId,
    atMs: +startOfTests,
    correlationId: 'a',
    devices: 15,
  },
];
const aVersionFails = [...cleanChecks(300, 'real', 0, '2.0'), ...cleanChecks(60, 'technical', 70, '2.1')];

/** The incident opens, and every process knows of it. */
const opened = async (observations: readonly Observation[]) => {
  for (const observation of observations) await app.observations.create(observation, app.clock.now());
  await app.watches.markDue(customerId, secondsAfter(app.clock.now(), 60));
  await letTimePass(app, process, 180);
  return process.openIncidents.of(customerId);
};

const spoof: PlayedAttempt = { status: 'Succeeded', livenessDecision: 'spoofface' };
const uncertain: PlayedAttempt = { status: 'Succeeded', livenessDecision: 'uncertain' };
const real: PlayedAttempt = { status: 'Succeeded', livenessDecision: 'realface' };

/** One token, used for so many tries. */
const attempt = async (request: Partial<SessionRequest>, ...tries: readonly PlayedAttempt[]) => {
  const { sessionId } = await process.issued(request);
  app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', ...tries);
  const completion = await process.completeLivenessSession({ customerId, sessionId, report: {} });
  await process.drainResults();
  return completion;
};

const flagsOf = async (endUserRef: string) =>
  app.correlations.storedOf((await correlationOf(app, endUserRef)).correlationId).flags;
/** The incidents that events of a type name, as subscribers get them. */
const announcedIn = (type: string): unknown[] =>
  app.publisher.published
    .map((event) => cloudEventOf(event))
    .filter((event) => event.type === type)
    .map(({ data }) => ('incidentId' in data ? data.incidentId : undefined));

describe('while many fresh ids try once each', () => {
  const somebodyNew = { endUserRef: 'somebody new', deviceId: 'a new phone' };
  const sentAnotherWay = {
    kind: 'refused',
    because: 'exposure-budget',
    alternativePath: aCustomer().alternativePath,
  };
  const attackBegins = async () => expect(await opened(manyFreshIdsTryOnceEach)).toHaveProperty('breadthFirst');

  it('a fresh id on a fresh device gets one session, and is then sent another way', async () => {
    await attackBegins();

    expect(await attempt(somebodyNew, spoof)).toMatchObject({ decision: 'not-passed', nextAction: 'use-alternative' });

    expect(await process.issue(somebodyNew)).toEqual(sentAnotherWay);
    expect(await process.issue({ ...somebodyNew, deviceId: 'another new phone' })).toEqual(sentAnotherWay);
  });

  it('it gets no second session beside the first', async () => {
    await attackBegins();
    const { expiresAt } = await process.issued(somebodyNew);

    expect(await process.issue({ ...somebodyNew, deviceId: 'another new phone' })).toEqual({
      kind: 'wait',
      until: secondsAfter(expiresAt, policy.gate.settleSeconds),
    });
  });

  it('it gets none where no device is told, either', async () => {
    await attackBegins();
    await attempt(somebodyNew, uncertain);

    const withoutDevice: SessionRequest = {
      caller: { clientKey, customerId },
      kind: 'liveness',
      endUserRef: somebodyNew.endUserRef,
      operationMode: 'PassiveActive',
    };
    expect(await process.issueLivenessSession(withoutDevice)).toEqual(sentAnotherWay);
  });

  it('one that had failed before gets none at all', async () => {
    await attempt(somebodyNew, uncertain);

    await attackBegins();

    expect(await process.issue(somebodyNew)).toEqual(sentAnotherWay);
  });

  it('an id that passed before goes on, on any device', async () => {
    await attempt({ endUserRef: 'alice', deviceId: 'phone' }, real);
    await attackBegins();

    const onANewPhone = { endUserRef: 'alice', deviceId: 'a new phone' };
    expect(await attempt(onANewPhone, uncertain)).toMatchObject({ nextAction: 'retry-now' });

    expect(await process.issue(onANewPhone)).toMatchObject({ kind: 'issued' });
  });

  it('a fresh id goes on, on a device on which somebody passed', async () => {
    await attempt({ endUserRef: 'alice', deviceId: 'the phone of the family' }, real);
    await attackBegins();

    const herSon = { endUserRef: 'her son', deviceId: 'the phone of the family' };
    expect(await attempt(herSon, uncertain)).toMatchObject({ nextAction: 'retry-now' });

    expect(await process.issue(herSon)).toMatchObject({ kind: 'issued' });
  });

  it('a fresh id that passes is no longer limited', async () => {
    await attackBegins();
    await attempt(somebodyNew, real);

    expect(await attempt(somebodyNew, uncertain)).toMatchObject({ nextAction: 'retry-now' });
    expect(await process.issue(somebodyNew)).toMatchObject({ kind: 'issued' });
  });

  it('nobody of another customer is limited', async () => {
    app.customers.put(aCustomer({ customerId: 'fabrikam' }));
    await attackBegins();
    const caller = { clientKey: 'tenant-2:client-1', customerId: 'fabrikam' };
    const { sessionId } = await process.issued({ ...somebodyNew, caller });
    app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', uncertain);
    await process.completeLivenessSession({ customerId: 'fabrikam', sessionId, report: {} });
    await process.drainResults();

    expect(await process.issue({ ...somebodyNew, caller })).toMatchObject({ kind: 'issued' });
  });
});

describe('while identifiers are assigned wrongly', () => {
  /** As if the Face service had seen the face of this end user under two other ids. */
  const faceSeenElsewhere = async (endUserRef: string): Promise<CorrelationRecord> => {
    await process.issued({ endUserRef });
    const { correlationId } = await correlationOf(app, endUserRef);
    const { record, version } = (await app.correlations.find(correlationId))!;
    const atMs = app.clock.now().getTime();
    const history = ['one', 'two'].reduce(
      (linked, other) => withFaceLink(linked, { correlationId: other, atMs }, policy.keep),
      record.history,
    );
    const correlation = { record: { ...record, history, dueAt: app.clock.now() }, version };
    expect(await app.correlations.commit(correlationId, { correlation })).toMatchObject({ kind: 'committed' });
    return record;
  };

  it('one face under many of them flags nobody', async () => {
    expect(await opened(oneIdHasManyDevices)).toHaveProperty('identifier');
    await faceSeenElsewhere('alice');

    expect(await process.detectAbusePatterns()).toEqual({ done: 1, postponed: 0 });

    expect((await correlationOf(app)).verdicts).toEqual([]);
    expect((await correlationOf(app)).dueAt).toBeUndefined();
    expect(await process.issue()).toMatchObject({ kind: 'issued' });
  });

  it('which it does when they are not', async () => {
    await faceSeenElsewhere('alice');

    await process.detectAbusePatterns();

    expect((await correlationOf(app)).verdicts).toMatchObject([{ kind: 'flagged', pattern: 'face-reuse' }]);
  });

  it('spoofs flag as always', async () => {
    await opened(oneIdHasManyDevices);

    for (let made = 0; made < 4; made += 1) await attempt({}, spoof);

    expect((await correlationOf(app)).verdicts).toMatchObject([{ pattern: 'repeated-failures' }]);
  });
});

describe('while a version of the app fails', () => {
  const people = [
    ['of that version', { endUserRef: 'bob', deviceId: 'phone of bob', appVersion: '2.1' }, true],
    ['of another version', { endUserRef: 'carol', deviceId: 'phone of carol', appVersion: '2.0' }, false],
    ['of a version that is not told', { endUserRef: 'dan', deviceId: 'phone of dan' }, false],
  ] as const;
  let incidentId: string | undefined;
  beforeEach(async () => {
    const { drift } = await opened(aVersionFails);
    expect(drift).toMatchObject([{ appVersion: '2.1' }]);
    incidentId = drift[0]?.incidentId;
  });

  const names = (isNamed: boolean): unknown => (isNamed ? incidentId : undefined);

  it.each(people)('a flag of somebody %s: whether record and event name the incident', async (_who, who, isNamed) => {
    for (let made = 0; made < 4; made += 1) await attempt(who, spoof);
    await process.detectAbusePatterns();

    expect((await flagsOf(who.endUserRef)).map((flag) => flag.incidentId)).toEqual([names(isNamed)]);
    expect(announcedIn('flag.raised')).toEqual([names(isNamed)]);
    expect(await process.issue(who)).toMatchObject({ kind: 'refused', because: 'correlation-flagged' });
  });

  it.each(people)('a pause of somebody %s: whether record and event name the incident', async (_who, who, isNamed) => {
    await attempt(who, ...Array.from({ length: 12 }, () => uncertain));
    await process.detectAbusePatterns();

    expect((await flagsOf(who.endUserRef)).map((flag) => flag.incidentId)).toEqual([names(isNamed)]);
    expect(announcedIn('pause.started')).toEqual([names(isNamed)]);
  });

  it('a flag names it for the version of the newest attempt', async () => {
    const updating = { endUserRef: 'erin', deviceId: 'phone of erin' };
    for (let made = 0; made < 3; made += 1) await attempt({ ...updating, appVersion: '2.0' }, spoof);

    await attempt({ ...updating, appVersion: '2.1' }, spoof);
    await process.detectAbusePatterns();

    expect(await flagsOf('erin')).toMatchObject([{ incidentId }]);
  });
});

describe('when nobody can read which incidents are open', () => {
  const unreadable = () => instead(app.watches, 'find', () => Promise.reject(new Unavailable('no answer')));

  it('a token request gets 503 and a moment to come back, and leaves nothing behind', async () => {
    const restore = unreadable();
    const handler = createLivenessSessionHandler({ ...tools(), ...process, sha256Hex });
    const request = { body: JSON.stringify({ endUserRef: 'alice', deviceId: 'phone' }) };

    const answer = await ask(handler, request);

    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable']);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(app.face.created).toEqual([]);
    restore();
    expect((await ask(handler, request)).status).toBe(201);
  });

  it('results are postponed, and counted once when they come again', async () => {
    const { correlationId, sessionId } = await process.issued();
    app.clock.advanceSeconds(30);
    const restore = unreadable();
    const postponed: { text: string; until: Date }[] = [];
    const handle = makeRecordResultMessages({
      ...app,
      recordLivenessResults: process.recordLivenessResults,
      parkMessage: () => Promise.reject(new Error('nothing is wrong with them')),
      postponedResults: {
        postpone: (message, until) => {
          postponed.push({ text: JSON.stringify(message), until });
          return Promise.resolve();
        },
      },
      nudgeStaleSweeps: process.nudgeStaleSweeps,
      wait: () => Promise.resolve(),
    });
    const result = aLivenessResult({ correlationId, sessionId, outcome: 'spoof' });

    await handle([JSON.stringify({ ...encodeResult(result), postponed: 0 })]);

    expect(postponed.map(({ until }) => until)).toEqual([secondsAfter(app.clock.now(), 30)]);
    expect((await correlationOf(app)).history.spoof).toEqual([]);
    restore();
    await handle(postponed.map(({ text }) => text));
    await handle(postponed.map(({ text }) => text));
    expect((await correlationOf(app)).history.spoof).toHaveLength(1);
    expect(postponed).toHaveLength(1);
  });
});

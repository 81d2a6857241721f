// Lock-out defence through the whole app: what a stranger does under somebody's reference never shuts the owner out.

import { gateStateOf } from '../../../shared/application/correlation.ts';
import type { SessionRequest } from '../../../shared/application/issue-liveness-session.ts';
import { cloudEventOf } from '../../../shared/contracts/cloud-event.ts';
import { remainingAttempts } from '../../../shared/domain/gate.ts';
import type { History } from '../../../shared/domain/history.ts';
import { verifyReceipt } from '../../../shared/domain/receipt.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { aCustomer, clientKey, customerId } from '../../support/builders.ts';
import { secondsAfter } from '../../support/held-clock.ts';
import {
  correlationOf,
  letTimePass,
  type MemoryApp,
  memoryApp,
  policy,
  type Process,
  pseudonyms,
} from '../../support/memory-app.ts';

const DAY_SECONDS = 86_400;
const owner = { deviceId: 'phone' };
const stranger = { deviceId: 'laptop of a stranger' };
const withoutDevice: SessionRequest = {
  caller: { clientKey, customerId },
  kind: 'liveness',
  endUserRef: 'alice',
  operationMode: 'PassiveActive',
};
const notFamiliar = {
  kind: 'refused',
  because: 'device-not-familiar',
  alternativePath: aCustomer().alternativePath,
};

let app: MemoryApp;
let process: Process;

/** Somebody makes a token under Alice's reference and uses it once. */
const attempt = async (device: { deviceId: string }, livenessDecision: string) => {
  const { sessionId } = await process.issued(device);
  app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', { status: 'Succeeded', livenessDecision });
  const completion = await process.completeLivenessSession({ customerId, sessionId, report: {} });
  await process.drainResults();
  return completion;
};

const attempts = async (device: { deviceId: string }, livenessDecision: string, count: number) => {
  for (let made = 0; made < count; made += 1) await attempt(device, livenessDecision);
};

/** Fails for reasons of the device: no evidence of anything, but it makes the next token wait. */
const technicalFailures = async (device: { deviceId: string }, count: number) => {
  for (let made = 0; made < count; made += 1) {
    const { sessionId } = await process.issued(device);
    app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', { status: 'Failed', errorCode: 'TimedOut' });
    await process.completeLivenessSession({ customerId, sessionId, report: {} });
    await process.drainResults();
  }
};

/** As if these facts had been judged by a milder policy. */
const changeHistory = async (how: (history: History) => History) => {
  const { correlationId } = await correlationOf(app);
  const { record, version } = (await app.correlations.find(correlationId))!;
  const changed = { record: { ...record, history: how(record.history) }, version };
  expect(await app.correlations.commit(correlationId, { correlation: changed })).toMatchObject({ kind: 'committed' });
};

const leftOn = async (device: { deviceId: string }) => {
  const deviceKey = pseudonyms.deviceKey(customerId, device.deviceId);
  const request = { deviceKey, attemptsWanted: 1, attemptsFixed: true };
  return remainingAttempts(gateStateOf(await correlationOf(app)), policy, request, app.clock.now());
};

/** Five spoofs cross, all of them on a device on which Alice has never passed. */
const attack = () => attempts(stranger, 'spoofface', 5);

beforeEach(async () => {
  app = memoryApp();
  process = app.process();
  await attempt(owner, 'realface');
  app.clock.advanceSeconds(DAY_SECONDS);
  await attempt(owner, 'realface');
  app.clock.advanceSeconds(3 * DAY_SECONDS);
});

describe('a stranger who attacks under the reference of somebody with a familiar phone', () => {
  it('is refused at once, before the sweep has made a flag of it and after', async () => {
    await attack();

    expect(await process.issue(stranger)).toEqual(notFamiliar);
    await process.detectAbusePatterns();
    expect(await process.issue(stranger)).toEqual(notFamiliar);
  });

  it('is refused on every other device, and where no device is told', async () => {
    await attack();

    expect(await process.issue({ deviceId: 'another laptop' })).toEqual(notFamiliar);
    expect(await process.issueLivenessSession(withoutDevice)).toEqual(notFamiliar);
  });

  it('is told to go another way when the crossing comes with a completed session', async () => {
    await attempts(stranger, 'spoofface', 4);

    expect(await attempt(stranger, 'spoofface')).toMatchObject({
      decision: 'not-passed',
      nextAction: 'use-alternative',
    });
  });

  it('loses the tokens that are open, and the owner keeps hers', async () => {
    await attempts(stranger, 'spoofface', 4);
    const hers = await process.issued(owner);
    const first = await process.issued(stranger);
    const second = await process.issued(stranger);
    app.face.play(app.face.created.at(-2)?.faceSessionId ?? '', { status: 'Succeeded', livenessDecision: 'spoofface' });
    await process.completeLivenessSession({ customerId, sessionId: first.sessionId, report: {} });
    await process.drainResults();
    await process.detectAbusePatterns();

    expect(await process.closeOpenSessions(hers.correlationId)).toEqual({ closed: 1, left: 0 });
    await process.drainResults();

    const { outstanding } = await correlationOf(app);
    expect(outstanding.map(({ sessionId }) => sessionId)).toEqual([hers.sessionId]);
    const sessionOf = (sessionId: string) => process.readLivenessSession({ customerId, sessionId });
    expect(await sessionOf(hers.sessionId)).toMatchObject({ state: 'open' });
    expect(await sessionOf(second.sessionId)).toMatchObject({ state: 'closed' });
  });

  it('is flagged with scope `device`, in the record of the flag, its receipt and its event', async () => {
    await attack();
    await process.detectAbusePatterns();

    const { correlationId, verdicts } = await correlationOf(app);
    expect(verdicts).toMatchObject([{ kind: 'flagged', pattern: 'unfamiliar-device', scope: 'device' }]);
    const [flag] = app.correlations.storedOf(correlationId).flags;
    expect(flag).toMatchObject({
      verdict: { pattern: 'unfamiliar-device', scope: 'device' },
      reasons: ['failures come from a device this user has not passed on; the usual devices are clean'],
    });
    expect(flag?.receipt.score).toMatchObject({ scope: 'device', score: flag?.verdict.statistic });
    expect(verifyReceipt(flag!.receipt, sha256Hex)).toEqual({ kind: 'same' });
    expect(cloudEventOf(app.publisher.published.at(-1)!)).toMatchObject({
      type: 'flag.raised',
      data: { pattern: 'unfamiliar-device', scope: 'device' },
    });
  });

  it('leaves the customer to see that strangers only are blocked', async () => {
    await attack();
    const { correlationId } = await correlationOf(app);

    expect(await process.readCorrelation({ customerId, correlationId })).toEqual({
      kind: 'found',
      correlationId,
      status: 'flagged',
      scope: 'device',
      remainingAttempts: 0,
    });
  });

  it('does not make a device familiar by a pass of his own', async () => {
    await attempts(stranger, 'spoofface', 4);
    await attempt(stranger, 'realface');
    app.clock.advanceSeconds(2 * DAY_SECONDS);

    await attempts(stranger, 'spoofface', 4);

    expect(await process.issue(stranger)).toEqual(notFamiliar);
    expect(await process.issue(owner)).toMatchObject({ kind: 'issued' });
  });
});

describe('I10: the owner', () => {
  it('gets a token at once and all the time, and passes with it', async () => {
    await attack();
    expect(await attempt(owner, 'realface')).toMatchObject({ decision: 'passed' });
    await process.detectAbusePatterns();
    await letTimePass(app, process, 3600);

    expect(await attempt(owner, 'realface')).toMatchObject({ decision: 'passed', remainingAttempts: 22 });
    expect(await process.issue(stranger)).toEqual(notFamiliar);
  });

  it('has as many tries left as before', async () => {
    const before = await leftOn(owner);

    await attack();

    expect(before).toBe(22);
    expect(await leftOn(owner)).toBe(22);
    expect(await leftOn(stranger)).toBe(17);
    expect(await process.issued(owner)).toMatchObject({ remainingAttempts: 19, lockOutProtection: 'on' });
  });

  it('does not wait for the failures of a stranger', async () => {
    await technicalFailures(stranger, 5);

    expect(await process.issue(stranger)).toEqual({ kind: 'wait', until: secondsAfter(app.clock.now(), 30) });
    expect(await process.issue(owner)).toMatchObject({ kind: 'issued' });
  });

  it('does not wait for the open tokens of a stranger', async () => {
    await process.issued(stranger);
    await process.issued(stranger);

    expect(await process.issue({ deviceId: 'another laptop' })).toMatchObject({ kind: 'wait' });
    expect(await process.issue(owner)).toMatchObject({ kind: 'issued' });
  });

  it('goes on while strangers are paused', async () => {
    let made = 0;
    for (; (await correlationOf(app)).verdicts.length === 0 && made < 22; made += 1) {
      await attempt(stranger, 'uncertain');
      app.clock.advanceSeconds(3600);
    }

    expect((await correlationOf(app)).verdicts).toMatchObject([{ kind: 'paused', scope: 'device' }]);
    expect(await process.issue(stranger)).toMatchObject({ kind: 'refused', because: 'paused' });
    expect(await process.issue(owner)).toMatchObject({ kind: 'issued', remainingAttempts: 19 });
  });

  it('gets her token also when it is her request that finds out about the stranger', async () => {
    await attempt(stranger, 'spoofface');
    const open = await process.issued(stranger);
    await changeHistory(({ spoof: [fact], ...history }) => ({
      ...history,
      spoof: [1, 2, 3, 4, 5].map((attemptId) => ({ ...fact!, attemptId })),
    }));

    expect(await process.issue(owner)).toMatchObject({ kind: 'issued' });

    const { correlationId, verdicts } = await correlationOf(app);
    expect(verdicts).toMatchObject([{ pattern: 'unfamiliar-device', scope: 'device', source: 'gate' }]);
    const session = await app.correlations.findSession(correlationId, open.sessionId);
    expect(session?.record.revoked).toBe(true);
  });

  it('is blocked like anybody else when her own phone attacks', async () => {
    await attack();
    await process.detectAbusePatterns();

    await attempts(owner, 'spoofface', 2);

    expect((await correlationOf(app)).verdicts).toMatchObject([
      { pattern: 'unfamiliar-device', scope: 'device' },
      { pattern: 'repeated-failures', scope: 'correlation' },
    ]);
    expect(await process.issue(owner)).toMatchObject({ kind: 'refused', because: 'correlation-flagged' });
  });
});

describe('without a device id', () => {
  it('a token comes with the word that there is no protection from being locked out', async () => {
    expect(await process.issueLivenessSession(withoutDevice)).toMatchObject({
      kind: 'issued',
      lockOutProtection: 'off',
    });
  });
});

// While nobody is to be blocked, what is found is written down as if, and reaches nobody. It comes back to its full force
// by itself.

import type { PlayedAttempt } from '../../../shared/adapters/memory/memory-face.ts';
import type { SessionRequest } from '../../../shared/application/issue-liveness-session.ts';
import { verifyReceipt } from '../../../shared/domain/receipt.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { customerId } from '../../support/builders.ts';
import { secondsAfter } from '../../support/held-clock.ts';
import {
  correlationOf,
  letTimePass,
  type MemoryApp,
  memoryApp,
  type Process,
  pseudonyms,
} from '../../support/memory-app.ts';

const HOUR_SECONDS = 3600;
const READERS_KNOW_AFTER_SECONDS = 30;
/** At the fourth spoof on one day an id is flagged. */
const SPOOFS_TO_CROSS = 4;
const version = '4.2';
const by = { customerId, decidedBy: 'tenant-1:operator', reason: 'A broken release.' };

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

interface Way {
  stop: () => Promise<{ kind: string }>;
  resume: () => Promise<{ kind: string }>;
}

const publish = (mode: string) =>
  process.publishPolicy({ document: { mode }, publishedBy: by.decidedBy, reason: by.reason });

const byPolicy: Way = { stop: () => publish('audit'), resume: () => publish('enforce') };
const offForCustomer: Way = {
  stop: () => process.setEnforcement({ ...by, enforced: false, forMinutes: 1440 }),
  resume: () => process.setEnforcement({ ...by, enforced: true }),
};
const offForVersion: Way = {
  stop: () => process.setEnforcement({ ...by, enforced: false, forMinutes: 1440, appVersion: version }),
  resume: () => process.setEnforcement({ ...by, enforced: true, appVersion: version }),
};
const ways: [string, Way][] = [
  ['a policy that audits', byPolicy],
  ['enforcement off for the customer', offForCustomer],
  ['enforcement off for the version of the app', offForVersion],
];

/** Every process knows of it. */
const change = async (how: () => Promise<{ kind: string }>): Promise<void> => {
  expect((await how()).kind).toMatch(/^(published|changed)$/);
  app.clock.advanceSeconds(READERS_KNOW_AFTER_SECONDS);
};

const issue = (request: Partial<SessionRequest> = {}) => process.issue({ appVersion: version, ...request });
const issued = (request: Partial<SessionRequest> = {}) => process.issued({ appVersion: version, ...request });

/** What was tried on the device is read and counted. */
const use = async (sessionId: string, ...tries: readonly PlayedAttempt[]) => {
  const session = await app.correlations.findSession(sessionId.slice(0, sessionId.indexOf('.')), sessionId);
  app.face.play(session?.record.faceSessionId ?? '', ...tries);
  const completion = await process.completeLivenessSession({ customerId, sessionId, report: {} });
  await process.drainResults();
  return completion;
};
const spoof: PlayedAttempt = { status: 'Succeeded', livenessDecision: 'spoofface' };
const uncertain: PlayedAttempt = { status: 'Succeeded', livenessDecision: 'uncertain' };
const failed: PlayedAttempt = { status: 'Failed', errorCode: 'TimedOut' };

const attempt = async (...tries: readonly PlayedAttempt[]) => use((await issued()).sessionId, ...tries);
const spoofs = async (count: number) => {
  for (let made = 0; made < count; made += 1) await attempt(spoof);
};

const stored = async () => app.correlations.storedOf((await correlationOf(app)).correlationId);
const told = () => app.publisher.published.map(({ type }) => type).filter((type) => /^(flag|pause)\./.test(type));
const view = async () =>
  process.readCorrelation({ customerId, correlationId: (await correlationOf(app)).correlationId });

const flagged = { kind: 'refused', because: 'correlation-flagged' };

describe.each(ways)('under %s', (_what, { stop, resume }) => {
  beforeEach(() => change(stop));

  it('a crossing is latched and says that it blocks nobody, and the next token is issued', async () => {
    await spoofs(SPOOFS_TO_CROSS);

    const { verdicts } = await correlationOf(app);
    expect(verdicts).toMatchObject([{ kind: 'flagged', pattern: 'repeated-failures', audit: true }]);
    expect(await issue()).toMatchObject({ kind: 'issued' });
  });

  it('its flag is stored with a receipt, and without event, case, or mark on the device', async () => {
    await spoofs(SPOOFS_TO_CROSS);

    expect(await process.detectAbusePatterns()).toEqual({ done: 1, postponed: 0 });

    const { caseKey, correlationId } = await correlationOf(app);
    const { flags } = await stored();
    expect(flags).toMatchObject([{ verdict: { pattern: 'repeated-failures', audit: true } }]);
    expect(verifyReceipt(flags[0]!.receipt, sha256Hex)).toEqual({ kind: 'same' });
    expect(told()).toEqual([]);
    expect(caseKey).toBeUndefined();
    const device = await app.devices.find(pseudonyms.deviceKey(customerId, 'phone'));
    expect(device?.record.history.spoof.map(({ tag }) => tag)).toContain(correlationId);
    expect(device?.record.caseKey).toBeUndefined();
  });

  it('is flagged once, however often it is looked at', async () => {
    await spoofs(SPOOFS_TO_CROSS);
    await process.detectAbusePatterns();
    await attempt(spoof);

    expect(await process.detectAbusePatterns()).toEqual({ done: 0, postponed: 0 });

    expect((await stored()).flags).toHaveLength(1);
  });

  it('no open session is revoked or closed', async () => {
    const open = await issued({ deviceId: 'tablet' });
    await spoofs(SPOOFS_TO_CROSS);
    await process.detectAbusePatterns();

    const { correlationId, sessionId } = open;
    expect((await app.correlations.findSession(correlationId, sessionId))?.record.revoked).toBeUndefined();
    expect(await process.closeOpenSessions(correlationId)).toEqual({ closed: 0, left: 0 });
    expect(await process.readLivenessSession({ customerId, sessionId })).toMatchObject({ state: 'open' });
  });

  it('a completed session does not say that it crossed', async () => {
    await spoofs(SPOOFS_TO_CROSS - 1);

    expect(await attempt(spoof)).toMatchObject({ decision: 'not-passed', nextAction: 'retry-now' });
  });

  it('the customer sees an active id with what is left of its budget', async () => {
    await spoofs(SPOOFS_TO_CROSS);
    await process.detectAbusePatterns();

    const { correlationId } = await correlationOf(app);
    expect(await view()).toEqual({ kind: 'found', correlationId, status: 'active', remainingAttempts: 18 });
  });

  it('failures in a row make the next token wait all the same', async () => {
    await spoofs(5);

    expect(await issue()).toEqual({ kind: 'wait', until: secondsAfter(app.clock.now(), 30) });
  });

  it('the budget holds all the same', async () => {
    for (let made = 0; made < 20; made += 1) {
      await attempt(spoof);
      app.clock.advanceSeconds(HOUR_SECONDS);
    }

    expect(await issue()).toMatchObject({ kind: 'refused', because: 'exposure-budget' });
  });

  it('a pause is written down as well, and nobody hears of its beginning or its end', async () => {
    for (let made = 0; made < 4; made += 1) {
      await attempt(uncertain, uncertain, uncertain);
      app.clock.advanceSeconds(HOUR_SECONDS);
    }
    await process.detectAbusePatterns();

    expect((await correlationOf(app)).verdicts).toMatchObject([{ kind: 'paused', audit: true }]);
    expect(await issue()).toMatchObject({ kind: 'issued' });
    app.clock.advanceSeconds(18 * HOUR_SECONDS);
    await change(stop);
    app.clock.advanceSeconds(5 * HOUR_SECONDS);
    await process.detectAbusePatterns();
    expect((await correlationOf(app)).verdicts).toMatchObject([{ audit: true, pauseEnded: true }]);
    expect((await stored()).flags).toHaveLength(1);
    expect(told()).toEqual([]);
  });

  describe('and once it is over, who crossed meanwhile', () => {
    beforeEach(async () => {
      await spoofs(SPOOFS_TO_CROSS);
      await process.detectAbusePatterns();
    });

    const flaggedForReal = async () => {
      await process.detectAbusePatterns();
      const { flags } = await stored();
      expect(flags.map(({ verdict }) => verdict.audit)).toEqual([true, undefined]);
      expect(flags[1]?.receipt.previousReceiptHash).toBe(flags[0]?.receipt.hash);
      expect(flags[1]?.caseKey).toBe((await correlationOf(app)).caseKey);
      expect(told()).toEqual(['flag.raised']);
      expect(await view()).toMatchObject({ status: 'flagged', remainingAttempts: 0 });
    };

    it('is flagged for real by the next request for a token, which is refused', async () => {
      await change(resume);

      expect(await issue()).toMatchObject(flagged);

      expect((await correlationOf(app)).verdicts).toMatchObject([{ audit: true }, { source: 'gate' }]);
      await flaggedForReal();
    });

    it('is flagged for real by the next result, and loses what is open', async () => {
      const { sessionId } = await issued();
      const other = await issued({ deviceId: 'tablet' });
      await change(resume);

      expect(await use(sessionId, spoof)).toMatchObject({ nextAction: 'contact-support' });

      expect((await correlationOf(app)).verdicts).toMatchObject([{ audit: true }, { source: 'result' }]);
      const session = await app.correlations.findSession(other.correlationId, other.sessionId);
      expect(session?.record.revoked).toBe(true);
      await flaggedForReal();
    });

    it('is not flagged while nothing happens to the id', async () => {
      await change(resume);

      expect(await process.detectAbusePatterns()).toEqual({ done: 0, postponed: 0 });

      expect(told()).toEqual([]);
    });
  });
});

describe.each(ways)('who was flagged before %s', (_what, { stop, resume }) => {
  beforeEach(async () => {
    await spoofs(SPOOFS_TO_CROSS);
    await process.detectAbusePatterns();
    expect(await issue()).toMatchObject(flagged);
    await change(stop);
  });

  it('gets tokens and is shown as active meanwhile, and is blocked again afterwards', async () => {
    expect(await issue()).toMatchObject({ kind: 'issued' });
    expect(await view()).toMatchObject({ status: 'active' });

    await change(resume);

    expect(await issue()).toMatchObject(flagged);
    expect(await view()).toMatchObject({ status: 'flagged', scope: 'correlation' });
    expect((await stored()).flags).toHaveLength(1);
  });

  it('keeps the tokens of that time when something else is found', async () => {
    const tokens: { correlationId: string; sessionId: string }[] = [];
    for (let made = 0; made < 9; made += 1) {
      const token = await issued({ deviceId: made < 8 ? 'phone' : 'tablet' });
      if (made < 7) await process.deleteLivenessSession({ customerId, sessionId: token.sessionId });
      await process.drainResults();
      tokens.push(token);
      app.clock.advanceSeconds(60);
    }
    const [used, open] = tokens.slice(-2);

    await use(used!.sessionId, failed, failed, failed, failed);
    await process.detectAbusePatterns();

    const { correlationId, verdicts } = await correlationOf(app);
    expect(verdicts).toMatchObject([{ pattern: 'repeated-failures' }, { pattern: 'machine-cadence', audit: true }]);
    const session = await app.correlations.findSession(correlationId, open!.sessionId);
    expect(session?.record.revoked).toBeUndefined();
    await letTimePass(app, process, 300);
    expect(await process.readLivenessSession({ customerId, sessionId: open!.sessionId })).toMatchObject({
      state: 'open',
    });
  });
});

describe('enforcement that is off for one version of the app', () => {
  beforeEach(async () => {
    await change(offForVersion.stop);
    await spoofs(SPOOFS_TO_CROSS);
  });

  it.each([
    ['another version', { appVersion: '4.1' }],
    ['no version', {}],
  ])('does not help whoever asks with %s: then the flag is for real', async (_what, request) => {
    expect(await process.issue(request)).toMatchObject(flagged);

    const { verdicts } = await correlationOf(app);
    expect(verdicts).toMatchObject([{ audit: true }, { pattern: 'repeated-failures', source: 'gate' }]);
    expect(verdicts[1]).not.toHaveProperty('audit');
  });

  it('lets those go on who ask with it, although they are flagged for real', async () => {
    expect(await issue({ appVersion: '4.1' })).toMatchObject(flagged);

    expect(await issue()).toMatchObject({ kind: 'issued' });
  });
});

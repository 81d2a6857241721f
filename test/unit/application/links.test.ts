// What others did on the same device, and what the same person did under earlier ids, lowers the bar: through the whole
// app, from the result to the receipt.

import { gateStateOf, judgedStateOf } from '../../../shared/application/correlation.ts';
import type { SessionRequest } from '../../../shared/application/issue-liveness-session.ts';
import type { FlagRecord } from '../../../shared/application/records.ts';
import { remainingAttempts } from '../../../shared/domain/gate.ts';
import { verifyReceipt } from '../../../shared/domain/receipt.ts';
import { scoreOf } from '../../../shared/domain/score.ts';
import { sha256Hex } from '../../../shared/platform/hashes.ts';
import { customerId } from '../../support/builders.ts';
import {
  correlationOf,
  type MemoryApp,
  memoryApp,
  policy,
  type Process,
  pseudonyms,
} from '../../support/memory-app.ts';

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

/** One token, used once; each in a minute of its own. */
const attempt = async (livenessDecision: string, request: Partial<SessionRequest> = {}) => {
  const { sessionId } = await process.issued(request);
  app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', { status: 'Succeeded', livenessDecision });
  const completion = await process.completeLivenessSession({ customerId, sessionId, report: {} });
  await process.drainResults();
  app.clock.advanceSeconds(60);
  return completion;
};

const attempts = async (count: number, livenessDecision: string, request: Partial<SessionRequest> = {}) => {
  for (let made = 0; made < count; made += 1) await attempt(livenessDecision, request);
};

const flagsOf = (correlationId: string): FlagRecord[] => app.correlations.storedOf(correlationId).flags;

const resetAlice = async (): Promise<string> => {
  const { correlationId } = await correlationOf(app);
  const reset = await process.resetCorrelation({ correlationId, decidedBy: 'reviewer', reason: 'asked for' });
  expect(reset.kind).toBe('reset');
  return correlationId;
};

describe('ids that take turns on one device', () => {
  const mallory = { endUserRef: 'mallory' };

  it('are flagged sooner from the second one on: one spoof is enough', async () => {
    await attempts(3, 'spoofface', mallory);
    expect((await correlationOf(app, 'mallory')).verdicts).toEqual([]);

    const completion = await attempt('spoofface');

    expect((await correlationOf(app)).verdicts).toMatchObject([
      { kind: 'flagged', pattern: 'linked-device', scope: 'correlation', statistic: 6.496004, source: 'result' },
    ]);
    expect(completion).toMatchObject({ nextAction: 'contact-support' });
    expect(await process.issue()).toMatchObject({ kind: 'refused', because: 'correlation-flagged' });
  });

  it('leave a receipt with what happened under the other id, which does not name that id', async () => {
    await attempts(3, 'spoofface', mallory);
    await attempt('spoofface');
    await process.detectAbusePatterns();

    const [flag] = flagsOf((await correlationOf(app)).correlationId);
    expect(flag?.reasons).toEqual(['1 other id on this device had 3 spoof results in 30 days']);
    const linked = flag?.receipt.evidence.linked?.device;
    expect(linked).toMatchObject({ counts: { spoofs: 3, otherIds: 1 }, elements: { spoof: [{}, {}, {}] } });
    const others = await correlationOf(app, 'mallory');
    expect(JSON.stringify(flag)).not.toContain(others.correlationId);
    expect(verifyReceipt(flag!.receipt, sha256Hex)).toEqual({ kind: 'same' });
  });

  it('are not linked where there is no spoof of the id’s own', async () => {
    await attempts(3, 'spoofface', mallory);

    await attempts(2, 'uncertain');
    await attempt('realface');
    await process.detectAbusePatterns();

    const record = await correlationOf(app);
    expect(record.verdicts).toEqual([]);
    expect(record.linkedDevice).toBeUndefined();
    expect(await process.issue()).toMatchObject({ kind: 'issued' });
  });

  it('change nothing for an id that does nothing', async () => {
    await attempt('spoofface');
    const before = await correlationOf(app);

    await attempts(3, 'spoofface', mallory);
    await process.detectAbusePatterns();

    expect(await correlationOf(app)).toEqual(before);
    expect(scoreOf(judgedStateOf(before), policy)).toMatchObject({ score: 1.975101 });
    expect(await process.issue()).toMatchObject({ kind: 'issued' });
  });

  it('are linked as of the next result of that id', async () => {
    await attempt('spoofface');
    await attempts(3, 'spoofface', mallory);

    await attempt('spoofface');

    const { linkedDevice, verdicts } = await correlationOf(app);
    expect(linkedDevice).toMatchObject({ spoofs: 3, otherIds: 1 });
    expect(verdicts).toMatchObject([{ pattern: 'linked-device' }]);
  });

  it('are linked over the device of the latest failure only', async () => {
    await attempt('spoofface', mallory);
    await attempt('spoofface');
    expect((await correlationOf(app)).linkedDevice).toMatchObject({ spoofs: 1 });

    await attempt('uncertain', { deviceId: 'tablet' });

    expect((await correlationOf(app)).linkedDevice).toBeUndefined();
  });

  it('are not linked over another device', async () => {
    await attempts(3, 'spoofface', mallory);

    await attempt('spoofface', { deviceId: 'tablet' });

    expect((await correlationOf(app)).verdicts).toEqual([]);
  });
});

describe('an end user who goes through ids', () => {
  it('is flagged for what earlier ids did, whatever the device', async () => {
    await attempts(3, 'spoofface');
    const old = await resetAlice();

    await attempt('spoofface', { deviceId: 'tablet' });
    await process.detectAbusePatterns();

    const { correlationId, verdicts } = await correlationOf(app);
    expect(verdicts).toMatchObject([{ kind: 'flagged', pattern: 'linked-lineage', statistic: 6.496004 }]);
    const [flag] = flagsOf(correlationId);
    expect(flag?.reasons).toEqual(['1 earlier id of this end user had 3 spoof results in 30 days']);
    expect(flag?.receipt.evidence.linked?.lineage).toMatchObject({ elements: { spoof: [{}, {}, {}] } });
    expect(JSON.stringify(flag)).not.toContain(old);
    expect(verifyReceipt(flag!.receipt, sha256Hex)).toEqual({ kind: 'same' });
  });

  it('does not lose the first id behind the second', async () => {
    await attempts(3, 'spoofface');
    await resetAlice();
    await attempt('uncertain', { deviceId: 'tablet' });
    await resetAlice();

    await attempt('spoofface', { deviceId: 'laptop' });
    await process.detectAbusePatterns();

    const { correlationId } = await correlationOf(app);
    expect(flagsOf(correlationId)).toMatchObject([
      { reasons: ['2 earlier ids of this end user had 3 spoof results in 30 days'] },
    ]);
  });

  it('is not flagged again without another spoof', async () => {
    await attempts(3, 'spoofface');
    await resetAlice();

    await attempts(2, 'uncertain', { deviceId: 'tablet' });
    await process.detectAbusePatterns();

    expect((await correlationOf(app)).verdicts).toEqual([]);
  });
});

describe('failures that a reset carries over', () => {
  const DAY_SECONDS = 86_400;
  const deviceKey = (deviceId: string) => pseudonyms.deviceKey(customerId, deviceId);
  const left = async (deviceId: string) => {
    const request = { deviceKey: deviceKey(deviceId), attemptsWanted: 1, attemptsFixed: true };
    return remainingAttempts(gateStateOf(await correlationOf(app)), policy, request, app.clock.now());
  };

  it('keep their device, through a second reset too', async () => {
    await attempt('uncertain');
    await attempt('spoofface', { deviceId: 'tablet' });
    await resetAlice();
    await attempt('uncertain', { deviceId: 'laptop' });
    await resetAlice();

    const { lineage } = await correlationOf(app);
    expect(lineage?.failures.map(({ tag }) => tag)).toEqual(['phone', 'tablet', 'laptop'].map(deviceKey));
  });

  it('fill the budget of the channel in which they happened', async () => {
    await attempt('uncertain');
    await attempts(2, 'spoofface', { deviceId: 'tablet' });
    await resetAlice();
    expect([await left('phone'), await left('tablet')]).toEqual([19, 19]);

    await attempt('realface');
    app.clock.advanceSeconds(DAY_SECONDS);

    expect([await left('phone'), await left('tablet')]).toEqual([21, 20]);
  });
});

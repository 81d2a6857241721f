// Ids that were abused from the same devices are one case: a flood of throw-away ids is reviewed once.

import type { FlagRecord } from '../../../shared/application/records.ts';
import { customerId } from '../../support/builders.ts';
import { correlationOf, type MemoryApp, memoryApp, type Process, pseudonyms } from '../../support/memory-app.ts';
import { makeTrouble, type Trouble, withTroubleAtEachCall } from '../../support/trouble.ts';

let app: MemoryApp;
let process: Process;
beforeEach(() => {
  app = memoryApp();
  process = app.process();
});

const attempt = async (endUserRef: string, deviceId: string, livenessDecision: string): Promise<void> => {
  const { sessionId } = await process.issued({ endUserRef, deviceId });
  app.face.play(app.face.created.at(-1)?.faceSessionId ?? '', { status: 'Succeeded', livenessDecision });
  await process.completeLivenessSession({ customerId, sessionId, report: {} });
  await process.drainResults();
};

/** Spoofs on a device, as many as it takes to be flagged; after a failure on another, perhaps. */
const attack = async (endUserRef: string, deviceId: string, afterFailureOn?: string): Promise<void> => {
  if (afterFailureOn !== undefined) await attempt(endUserRef, afterFailureOn, 'uncertain');
  do await attempt(endUserRef, deviceId, 'spoofface');
  while ((await correlationOf(app, endUserRef)).verdicts.length === 0);
};

const caseOf = async (endUserRef: string) => (await correlationOf(app, endUserRef)).caseKey;
const idOf = async (endUserRef: string) => (await correlationOf(app, endUserRef)).correlationId;
const flagsOf = async (endUserRef: string): Promise<FlagRecord[]> =>
  app.correlations.storedOf(await idOf(endUserRef)).flags;
const caseOfDevice = async (deviceId: string) =>
  (await app.devices.find(pseudonyms.deviceKey(customerId, deviceId)))?.record.caseKey;

describe('the case of a flagged id', () => {
  it('is its own when nobody was flagged on its device before', async () => {
    await attack('mallory', 'phone');
    await process.detectAbusePatterns();

    expect(await caseOf('mallory')).toBe(await idOf('mallory'));
    expect(await caseOfDevice('phone')).toBe(await idOf('mallory'));
  });

  it('is that of the first id on the device, for every later one, in flag and event too', async () => {
    for (const endUserRef of ['mallory-1', 'mallory-2', 'mallory-3']) {
      await attack(endUserRef, 'phone');
      await process.detectAbusePatterns();
    }

    const first = await idOf('mallory-1');
    for (const endUserRef of ['mallory-2', 'mallory-3']) {
      expect(await caseOf(endUserRef)).toBe(first);
      expect(await flagsOf(endUserRef)).toMatchObject([{ caseKey: first }]);
    }
    const raised = app.publisher.published.filter(({ type }) => type === 'flag.raised');
    expect(raised.map(({ data }) => data.caseKey)).toEqual([first, first, first]);
  });

  it('goes on with an id from device to device', async () => {
    await attack('mallory-1', 'phone');
    await process.detectAbusePatterns();
    await attack('mallory-2', 'phone', 'tablet');
    await process.detectAbusePatterns();

    await attack('mallory-3', 'tablet');
    await process.detectAbusePatterns();

    expect(await caseOf('mallory-3')).toBe(await idOf('mallory-1'));
  });

  it('is the smallest where several cases meet, and no device changes its case', async () => {
    await attack('mallory-1', 'phone');
    await attack('mallory-2', 'tablet');
    await process.detectAbusePatterns();

    await attack('mallory-3', 'tablet', 'phone');
    await process.detectAbusePatterns();

    const [first, second] = [await idOf('mallory-1'), await idOf('mallory-2')];
    expect(await caseOf('mallory-3')).toBe([first, second].toSorted()[0]);
    expect([await caseOfDevice('phone'), await caseOfDevice('tablet')]).toEqual([first, second]);
  });

  it('is its own on another device', async () => {
    await attack('mallory-1', 'phone');
    await process.detectAbusePatterns();

    await attack('mallory-2', 'tablet');
    await process.detectAbusePatterns();

    expect(await caseOf('mallory-2')).toBe(await idOf('mallory-2'));
  });

  it('is not that of a person who only passed on the device', async () => {
    await attempt('alice', 'phone', 'realface');
    await attack('mallory', 'phone');
    await process.detectAbusePatterns();

    await attack('alice', 'tablet');
    await process.detectAbusePatterns();

    expect(await caseOf('alice')).toBe(await idOf('alice'));
  });
});

describe('giving a case', () => {
  /** Two ids are flagged, the first one in trouble; then the sweep comes again. */
  const flagInTrouble = async (trouble: Trouble): Promise<void> => {
    app = memoryApp();
    process = app.process();
    await attack('mallory-1', 'phone', 'tablet');

    await app
      .process(trouble)
      .detectAbusePatterns()
      .catch(() => undefined);
    await process.detectAbusePatterns();
    await attack('mallory-2', 'tablet');
    await process.detectAbusePatterns();

    const first = await idOf('mallory-1');
    expect(await flagsOf('mallory-1')).toMatchObject([{ caseKey: first }]);
    expect(await flagsOf('mallory-2')).toMatchObject([{ caseKey: first }]);
    expect([await caseOfDevice('phone'), await caseOfDevice('tablet')]).toEqual([first, first]);
  };

  it.each(['crash', 'outage'] as const)('gives the same key again after a %s at any call', async (kind) => {
    const { calls, failures } = await withTroubleAtEachCall(kind, flagInTrouble);

    expect(failures).toEqual([]);
    expect(calls).toEqual(expect.arrayContaining(['devices.save', 'correlations.commit']));
  });

  it('does not overwrite what results are merged into the device meanwhile', async () => {
    await attack('mallory', 'phone');
    const trouble = makeTrouble();
    await app.process(trouble).detectAbusePatterns();
    const deviceKey = pseudonyms.deviceKey(customerId, 'phone');

    expect((await app.devices.find(deviceKey))?.record.history.spoof).toHaveLength(4);
    expect(trouble.calls.filter((name) => name === 'devices.save')).toHaveLength(1);
  });
});

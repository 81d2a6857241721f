import { blockedSessions, revocation } from '../../../shared/application/reservation.ts';
import type { Verdict } from '../../../shared/domain/verdict.ts';
import { aCustomer, aVerdict, customerId, pronounced } from '../../support/builders.ts';
import { correlationOf, memoryApp, type MemoryApp, policy } from '../../support/memory-app.ts';
import { makeTrouble, type TroublePlan } from '../../support/trouble.ts';

const idempotency = { key: 'a key', bodyHash: 'a hash' };

/** Alice has passed on her phone, which is familiar by now; and there is an id that can be flagged at every step. */
const appWithAlice = async (): Promise<MemoryApp> => {
  const app = memoryApp();
  const process = app.process();
  const { sessionId } = await process.issued();
  app.face.play('face-session-1', { status: 'Succeeded', livenessDecision: 'realface' });
  await process.completeLivenessSession({ customerId, sessionId, report: {} });
  await process.drainResults();
  app.clock.advanceSeconds(25 * 3600);
  return app;
};

const pronounce =
  (verdict: Verdict) =>
  async (app: MemoryApp): Promise<void> => {
    const { correlationId } = await correlationOf(app);
    for (;;) {
      const found = await app.correlations.find(correlationId);
      if (found === undefined) throw new Error('nobody to flag');
      const now = app.clock.now();
      const record = pronounced(found.record, verdict, now);
      const committed = await app.correlations.commit(correlationId, {
        correlation: { record, version: found.version },
        revoke: revocation(blockedSessions(record, policy, now), now),
      });
      if (committed.kind === 'committed') return;
    }
  };

const suspend = (app: MemoryApp): Promise<void> => {
  app.customers.put(aCustomer({ eligibility: 'suspended' }));
  return Promise.resolve();
};

const flag = pronounce(aVerdict());
const flagOfStrangers = pronounce(aVerdict({ pattern: 'unfamiliar-device', scope: 'device' }));

const stepsOfIssuing = async (): Promise<string[]> => {
  const app = await appWithAlice();
  const smooth = makeTrouble();
  await app.process(smooth).issued({ idempotency });
  return smooth.calls;
};

const momentsOfIssuing = async (): Promise<(Omit<TroublePlan, 'kind'> & { name: string })[]> =>
  (await stepsOfIssuing()).flatMap((name, index) => [
    { atCall: index + 1, when: 'before', name },
    { atCall: index + 1, when: 'after', name },
  ]);

/** Issues while something happens at one step; the steps after which a token went out all the same. */
const stepsThatLetATokenOut = async (
  happens: (app: MemoryApp) => Promise<void>,
  deviceId = 'phone',
): Promise<string[]> => {
  const letOut: string[] = [];
  for (const { atCall, when, name } of await momentsOfIssuing()) {
    const app = await appWithAlice();
    const process = app.process(makeTrouble({ atCall, when, kind: () => happens(app) }));
    const decision = await process.issue({ deviceId, idempotency }).catch(() => ({ kind: 'unavailable' }));
    if (decision.kind === 'issued') letOut.push(`${when} ${atCall} ${name}`);
  }
  return letOut;
};

describe('I2: no token gets out after', () => {
  it('a flag at any step of issuing but after the very last look', async () => {
    const steps = await stepsOfIssuing();

    expect(await stepsThatLetATokenOut(flag)).toEqual([`after ${steps.length} correlations.findNewestSession`]);
  });

  it('a flag for strangers at any step of issuing to one of them but after the very last look', async () => {
    const steps = await stepsOfIssuing();

    expect(await stepsThatLetATokenOut(flagOfStrangers, 'laptop of a stranger')).toEqual([
      `after ${steps.length} correlations.findNewestSession`,
    ]);
  });

  it('a suspension at any step but after the last look at eligibility', async () => {
    const steps = await stepsOfIssuing();
    const lastLook = steps.lastIndexOf('customers.find') + 1;

    expect(await stepsThatLetATokenOut(suspend)).toEqual([
      `after ${lastLook} customers.find`,
      `before ${lastLook + 1} correlations.findNewestSession`,
      `after ${lastLook + 1} correlations.findNewestSession`,
    ]);
  });
});

describe('I10: the token of the owner gets out', () => {
  it('at whatever step of issuing a flag for strangers comes', async () => {
    const moments = await momentsOfIssuing();

    expect(await stepsThatLetATokenOut(flagOfStrangers)).toEqual(
      moments.map(({ when, atCall, name }) => `${when} ${atCall} ${name}`),
    );
  });
});

// What it costs to find and flag those who are due, however many histories are stored beside theirs.

import { correlationDocuments, deviceDocuments } from '../../shared/adapters/cosmos/documents.ts';
import { newCorrelation, recordResults } from '../../shared/application/correlation.ts';
import type { CorrelationRecord } from '../../shared/application/records.ts';
import type { AttemptJudged } from '../../shared/domain/events.ts';
import { emptyHistory, type History } from '../../shared/domain/history.ts';
import { foldEvent, foldIntoDevice } from '../../shared/domain/judged-state.ts';
import type { Policy } from '../../shared/domain/policy.ts';
import { MS_PER_HOUR, MS_PER_SECOND } from '../../shared/domain/time.ts';
import { sha256Hex } from '../../shared/platform/hashes.ts';
import { PERIOD_END_MS } from '../period.ts';
import { honestTraces } from '../population/honest-traces.ts';
import { atMost, type Figure } from './figure.ts';
import { correlationIdFor, deviceKeyFor, inStoredForm, sessionIdFor } from './stored-form.ts';
import { type Asked, openSweepWorld, type SweepWorld } from './sweep-world.ts';
import { takeNext } from './take-next.ts';

const FEW_STORED = 1000;
const MANY_STORED = 100_000;
const FEW_DUE = 20;
const MANY_DUE = 200;

/** Nothing grows with what is stored; the rest is noise of page borders. */
const MOST_GROWTH_WITH_STORED = 1.2;
const MOST_GROWTH_WITH_DUE = (1.2 * MANY_DUE) / FEW_DUE;

const CUSTOMER = 'customer';
/** Far from midnight, so that what an abuser just did lies on one day. */
const START = new Date(PERIOD_END_MS + 12 * MS_PER_HOUR);
/** On a fresh id, enough for a flag. */
const SPOOFS = 4;

export const measureDetectSweep = async ({ seed, policy }: { seed: number; policy: Policy }): Promise<Figure[]> => {
  const world = await openSweepWorld(START);
  try {
    const quiet = quietHistories(seed, policy);
    await sweepWithDue(world, 1, policy);
    await world.store('correlations', takeNext(quiet, FEW_STORED));
    const few = await sweepWithDue(world, FEW_DUE, policy);
    const fewRead = await readEveryHistory(world);
    await world.store('correlations', takeNext(quiet, MANY_STORED - FEW_STORED));
    const many = await sweepWithDue(world, FEW_DUE, policy);
    const manyRead = await readEveryHistory(world);
    const manyDue = await sweepWithDue(world, MANY_DUE, policy);

    return [
      ...askedFigures(`${FEW_DUE} due of 1,000 stored`, few),
      ...askedFigures(`${FEW_DUE} due of 100,000 stored`, many),
      ...askedFigures(`${MANY_DUE} due of 100,000 stored`, manyDue),
      ...ratioFigures('100,000 stored to 1,000', many, few, MOST_GROWTH_WITH_STORED),
      ...ratioFigures(`${MANY_DUE} due to ${FEW_DUE}`, manyDue, many, MOST_GROWTH_WITH_DUE),
      ...ratioFigures('100,000 stored to 1,000, if every history were read', manyRead, fewRead),
    ];
  } finally {
    await world.close();
  }
};

export const askedFigures = (what: string, { requests, charge }: Asked): Figure[] => [
  { measure: `requests, ${what}`, value: requests, unit: '', digits: 0 },
  { measure: `charge, ${what}`, value: charge, unit: 'RU', digits: 0 },
];

export const ratioFigures = (what: string, asked: Asked, toThat: Asked, most?: number): Figure[] => {
  const bound = most === undefined ? {} : atMost(most);
  return [
    { measure: `ratio of requests, ${what}`, value: asked.requests / toThat.requests, unit: '', digits: 2, ...bound },
    { measure: `ratio of charges, ${what}`, value: asked.charge / toThat.charge, unit: '', digits: 2, ...bound },
  ];
};

let abusers = 0;

const sweepWithDue = async (world: SweepWorld, due: number, policy: Policy): Promise<Asked> => {
  // What the use cases remember for half a minute is forgotten, each time.
  world.clock.advanceSeconds(60);
  const now = world.clock.now();
  const made = Array.from({ length: due }, () => abuserOf((abusers += 1), now, policy));
  await world.store(
    'correlations',
    made.map(({ record }) => correlationDocuments.document(record)),
  );
  await world.store(
    'devices',
    made.map(({ deviceKey, device }) => deviceDocuments.document({ deviceKey, customerId: CUSTOMER, history: device })),
  );
  const { done, ...asked } = await world.sweep('detect-abuse-patterns');
  if (done !== due) throw new Error(`${done} of ${due} who were due were flagged`);
  return asked;
};

/** Whom the recorder of results has just latched; the sweep makes flag, receipt and event of it. */
const abuserOf = (
  number: number,
  now: Date,
  policy: Policy,
): { record: CorrelationRecord; deviceKey: string; device: History } => {
  const correlationId = correlationIdFor(`abuser ${number}`);
  const deviceKey = deviceKeyFor(`abuser ${number}`);
  const spoofs = Array.from({ length: SPOOFS }, (_, index): AttemptJudged => ({
    type: 'attempt',
    atMs: now.getTime() - (SPOOFS - index) * 30 * MS_PER_SECOND,
    customerId: CUSTOMER,
    correlationId,
    sessionId: sessionIdFor(correlationId, `session ${index}`),
    deviceKey,
    attemptId: 1,
    outcome: 'spoof',
  }));
  const device = spoofs.reduce((folded, spoof) => foldIntoDevice(folded, spoof, policy), emptyHistory);
  const before = newCorrelation({ correlationId, customerId: CUSTOMER, endUserKey: `1.end-user-${number}` });
  const { record } = recordResults(before, spoofs, new Map([[deviceKey, device]]), {
    policy,
    circumstances: {},
    sha256Hex,
    now,
    newId: () => correlationId,
  });
  return { record, deviceKey, device };
};

/** Of honest people, for whom no sweep has anything to do. */
const quietHistories = function* (seed: number, policy: Policy): Generator<Record<string, unknown>> {
  for (const { events } of honestTraces({ seed }, Infinity)) {
    const histories = new Map<string, History>();
    for (const event of events.map(inStoredForm)) {
      const before = histories.get(event.correlationId) ?? emptyHistory;
      histories.set(event.correlationId, foldEvent(before, event, policy));
    }
    for (const [correlationId, history] of histories) {
      const record = newCorrelation({ correlationId, customerId: CUSTOMER, endUserKey: `1.${correlationId}` });
      yield correlationDocuments.document({ ...record, history });
    }
  }
};

/** The way without an index, for comparison. */
const readEveryHistory = (world: SweepWorld): Promise<Asked> =>
  world.measured(async () => {
    const pages = world.raw
      .container('correlations')
      .items.query("SELECT * FROM c WHERE c.documentKind = 'history'", { maxItemCount: 1000 });
    while (pages.hasMoreResults()) await pages.fetchNext();
  });

import { parseExportCommand } from '../../../scripts/export/options.ts';
import { connect } from '../../../scripts/export/connect.ts';
import { readEvent } from '../../../scripts/replay/read-event.ts';
import { UsageError } from '../../../scripts/replay/run-command.ts';
import { CosmosCorrelations } from '../../../shared/adapters/cosmos/cosmos-correlations.ts';
import type { LedgerRecord, SessionRecord } from '../../../shared/application/records.ts';
import { aCorrelation, aLedgerRecord, aSession, aSessionId } from '../../support/builders.ts';
import { type CosmosWorld, openCosmosWorld } from '../../support/local-cosmos.ts';
import { commandIn, type Finished } from './support/command.ts';
import { makeTemporaryFolder } from './support/temporary-folder.ts';

const from = new Date('2026-03-01T00:00:00Z');
const hoursLater = (hours: number): Date => new Date(from.getTime() + hours * 3_600_000);

describe('npm run export', () => {
  let world: CosmosWorld;
  const folder = makeTemporaryFolder();
  beforeAll(async () => {
    world = await openCosmosWorld();
  });
  afterAll(async () => {
    await world.stop();
    folder.remove();
  });

  const exported = (...args: string[]): Promise<Finished> => {
    const { endpoint, key } = world.cosmos;
    return commandIn(folder.path, 'export', { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key })(...args);
  };

  /** A session and what was counted of it. */
  const store = async (session: SessionRecord, ...ledger: Partial<LedgerRecord>[]): Promise<void> => {
    const { correlationId, customerId, sessionId } = session;
    await new CosmosCorrelations(world.database).commit(correlationId, {
      correlation: { record: aCorrelation({ correlationId, customerId }) },
      newSession: session,
      ledger: ledger.map((what) => aLedgerRecord({ correlationId, customerId, sessionId, ...what })),
    });
  };

  it('writes what can be replayed, in the order of time, and nothing of other times and customers', async () => {
    const used = aSession({ state: 'closed', reservedAt: hoursLater(1), expiresAt: hoursLater(2), deviceKey: 'phone' });
    const { sessionId } = used;
    const unused = aSession({
      state: 'closed',
      reservedAt: hoursLater(3),
      expiresAt: hoursLater(4),
      appVersion: '2.1',
    });
    await store(
      used,
      { key: `${sessionId}/2`, attemptId: 2, outcome: 'uncertain', reason: 'mismatch', atMs: +hoursLater(1.5) },
      { key: `${sessionId}/1`, attemptId: 1, outcome: 'technical', errorCode: 'NoFace', atMs: +hoursLater(1.4) },
      { key: `${sessionId}/closed`, type: 'session.closed', attempts: 2, atMs: +hoursLater(2) },
    );
    await store(unused, {
      key: `${unused.sessionId}/abandoned`,
      type: 'session.abandoned',
      atMs: +hoursLater(4),
    });
    await store(aSession({ state: 'issued', reservedAt: hoursLater(-1) }));
    await store(aSession({ state: 'issued', reservedAt: hoursLater(24) }));
    await store(aSession({ state: 'issued', reservedAt: hoursLater(5), customerId: 'fabrikam' }));
    await store(aSession({ state: 'released', reservedAt: hoursLater(5) }));
    await store(aSession({ state: 'reserved', reservedAt: hoursLater(5) }));

    const { code, stdout, stderr } = await exported(
      '--from',
      '2026-03-01',
      '--to',
      '2026-03-02',
      '--customer',
      'contoso',
    );

    expect({ code, stderr }).toEqual({ code: 0, stderr: '5 events\n' });
    const lines = stdout.trimEnd().split('\n');
    const ofUsed = { customerId: 'contoso', correlationId: used.correlationId, sessionId };
    const ofUnused = { customerId: 'contoso', correlationId: unused.correlationId, sessionId: unused.sessionId };
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { type: 'session.issued', at: hoursLater(1).toISOString(), ...ofUsed, deviceId: 'phone', tokenTtlSeconds: 3600 },
      {
        type: 'attempt',
        at: hoursLater(1.4).toISOString(),
        ...ofUsed,
        attemptId: 1,
        outcome: 'technical',
        errorCode: 'NoFace',
      },
      {
        type: 'attempt',
        at: hoursLater(1.5).toISOString(),
        ...ofUsed,
        attemptId: 2,
        outcome: 'uncertain',
        reason: 'mismatch',
      },
      { type: 'session.issued', at: hoursLater(3).toISOString(), ...ofUnused, appVersion: '2.1' },
      { type: 'session.abandoned', at: hoursLater(4).toISOString(), ...ofUnused },
    ]);
    expect(lines.map(readEvent).filter((event) => typeof event === 'string')).toEqual([]);
  });

  it('reads page after page, and writes a file', async () => {
    const session = aSession({ state: 'issued', reservedAt: hoursLater(0), customerId: 'litware' });
    const { correlationId, customerId } = session;
    await store(session);
    const correlations = new CosmosCorrelations(world.database);
    for (let page = 0; page < 11; page += 1) {
      await correlations.commit(correlationId, {
        ledger: Array.from({ length: 50 }, () =>
          aLedgerRecord({ correlationId, customerId, sessionId: aSessionId(correlationId), atMs: +hoursLater(6) }),
        ),
      });
    }

    const { code, stdout } = await exported(
      ...['--from', '2026-03-01T00:00Z', '--to', '2026-03-01T07:00:00.000Z'],
      ...['--customer', 'litware', '--output', 'events.ndjson'],
    );

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(folder.read('events.ndjson').trimEnd().split('\n')).toHaveLength(551);
  });

  it('says in a sentence that it knows no database', async () => {
    const unset = commandIn(folder.path, 'export', { COSMOS_ENDPOINT: undefined });

    const { code, stderr } = await unset('--from', '2026-03-01', '--to', '2026-03-02');

    expect({ code, stderr }).toEqual({ code: 1, stderr: 'Set COSMOS_ENDPOINT to a URL.\n' });
  });

  it('takes a key for a local database only', () => {
    const settings = { COSMOS_ENDPOINT: 'https://contoso.documents.azure.com', COSMOS_KEY: 'key' };

    expect(() => connect(settings)).toThrow('COSMOS_KEY is accepted with a loopback COSMOS_ENDPOINT only.');
  });
});

describe('the options of an export', () => {
  it.each([
    ['no beginning', ['--to', '2026-03-02'], '--from is missing.'],
    ['no end', ['--from', '2026-03-02'], '--to is missing.'],
    ['a local time', ['--from', '2026-03-01T12:00', '--to', '2026-03-02'], '--from is no UTC day or moment.'],
    ['a day that is none', ['--from', '2026-03-41', '--to', '2026-03-02'], '--from is no UTC day or moment.'],
    ['an end before the beginning', ['--from', '2026-03-02', '--to', '2026-03-01'], '--to must be later than --from.'],
    ['something more', ['--from', '2026-03-01', '--to', '2026-03-02', 'x'], '"x" is not expected here.'],
  ])('are refused with %s', (_what, args, sentence) => {
    expect(() => parseExportCommand(args)).toThrow(UsageError);
    expect(() => parseExportCommand(args)).toThrow(sentence);
  });
});

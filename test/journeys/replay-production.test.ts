// What the app did, its own ledger can tell again: exported and replayed by the same policy, it gives the same flags and
// pauses.

import type { AttemptToPlay } from '../../local/face/device.ts';
import { makeVerifyImage } from '../../local/face/verify-image.ts';
import type { FlagRecord } from '../../shared/application/records.ts';
import type { ReplayLine, VerdictLine } from '../../shared/application/replay/replay-line.ts';
import { commandIn } from '../unit/scripts/support/command.ts';
import { makeTemporaryFolder } from '../unit/scripts/support/temporary-folder.ts';
import { eventually, type IssuedSession, type RunningApp, startApp } from './running-app.ts';

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;
/** Of the replay's timer. */
const TICK_MS = 60_000;

let app: RunningApp;
const folder = makeTemporaryFolder();
beforeAll(async () => {
  app = await startApp();
  await untilNext(DAY_SECONDS);
}, 60_000);
afterAll(async () => {
  await app.stop();
  folder.remove();
});

/** So that nothing runs over midnight or from one tick to the next that is not meant to. */
const untilNext = (seconds: number): Promise<void> => app.advance(Math.ceil(seconds - ((Date.now() / 1000) % seconds)));

interface Person {
  endUserRef: string;
  deviceId?: string;
}
type Shown = Omit<AttemptToPlay, 'endpoint' | 'authToken' | 'person'> & { person?: string };

const live: Shown = { media: 'live' };
const print: Shown = { media: 'print' };
const uncertain: Shown = { media: 'live', outcome: 'uncertain' };
const noFace: Shown = { media: 'live', error: 'NoFaceDetected' };

const isCounted = ({ correlationId }: IssuedSession): Promise<void> =>
  eventually(async () => (await app.history(correlationId)).outstanding.length === 0);

const use = async (session: IssuedSession, ...tries: readonly Shown[]): Promise<void> => {
  for (const shown of tries) await app.play(session, shown);
  await app.complete(session);
  await isCounted(session);
};

/** One token, used for so many tries. */
const tries = async ({ endUserRef, ...device }: Person, ...shown: readonly Shown[]): Promise<void> =>
  use(await app.issue(endUserRef, device), ...shown);

const withPortraitOf = async (person: string, { endUserRef }: Person): Promise<IssuedSession> => {
  const form = new FormData();
  form.append('endUserRef', endUserRef);
  form.append('verifyImage', new Blob([new Uint8Array(makeVerifyImage(person))]), 'portrait.jpg');
  const { status, body } = await app.call('POST', '/api/v1/liveness-with-verify-sessions', { body: form });
  expect(status).toBe(201);
  return body as unknown as IssuedSession;
};

const stories: Record<string, () => Promise<void>> = {
  'an owner passes, and a stranger attacks on another device': async () => {
    const alice = { endUserRef: 'alice', deviceId: 'phone of alice' };
    await tries(alice, live);
    await app.advance(DAY_SECONDS);
    await tries(alice, noFace, live);
    await app.advance(3 * DAY_SECONDS);
    for (let made = 0; made < 5; made += 1) await tries({ ...alice, deviceId: 'laptop' }, print);
    await tries(alice, live);
  },
  'prints, and then another id on the same device': async () => {
    for (let made = 0; made < 4; made += 1) await tries({ endUserRef: 'mallory', deviceId: 'tablet' }, print);
    await app.runTimer('detectAbusePatterns');
    await tries({ endUserRef: 'mallory again', deviceId: 'tablet' }, print);
  },
  'a weak camera is never certain': async () => {
    for (let made = 0; made < 4; made += 1) {
      await tries({ endUserRef: 'bob', deviceId: 'phone of bob' }, uncertain, uncertain, uncertain);
      await app.advance(HOUR_SECONDS + made * MINUTE_SECONDS);
    }
  },
  'a machine asks every ten minutes': async () => {
    for (let made = 0; made < 9; made += 1) {
      await tries({ endUserRef: 'robot' }, noFace);
      await app.advance(10 * MINUTE_SECONDS);
    }
  },
  'tokens are stocked': async () => {
    for (let made = 0; made < 12; made += 1) {
      const session = await app.issue('hoarder', { deviceId: `device ${made}` });
      await app.call('DELETE', `/api/v1/liveness-sessions/${session.sessionId}`);
      await isCounted(session);
    }
  },
  'somebody who is not on the portrait': async () => {
    for (let made = 0; made < 10; made += 1) {
      const session = await withPortraitOf('carol', { endUserRef: 'carol' });
      await use(session, { media: 'live', person: 'somebody else' });
      await app.advance((1 + (made % 3)) * 11 * MINUTE_SECONDS);
    }
  },
};

type Told = Pick<
  VerdictLine,
  'correlationId' | 'customerId' | 'pattern' | 'scope' | 'score' | 'threshold' | 'caseKey' | 'ledgers' | 'policy' | 'at'
>;

/** What the timer finds, a replay finds at its own next tick. */
const flagged = ({ correlationId, customerId, verdict, caseKey, receipt }: FlagRecord): Told => {
  const { pattern, kind, scope, statistic, limit, sinceMs, source } = verdict;
  return {
    correlationId,
    customerId,
    pattern: kind === 'paused' ? `pause-${pattern}` : pattern,
    scope,
    score: statistic,
    threshold: limit,
    caseKey,
    ledgers: receipt.score?.ledgers ?? null,
    policy: receipt.policyHash.slice(0, 16),
    at: new Date(source === 'timer' ? Math.ceil(sinceMs / TICK_MS) * TICK_MS : sinceMs).toISOString(),
  };
};

const replayed = ({ evidence: _evidence, ...line }: VerdictLine): Told => line;

const byTime = (told: Told[]): Told[] => told.toSorted((a, b) => (a.at < b.at ? -1 : 1));

it('the exported ledger, replayed by the same policy, gives the same flags and pauses', async () => {
  const from = new Date().toISOString();
  for (const story of Object.values(stories)) {
    await untilNext(HOUR_SECONDS);
    await story();
    await app.runTimer('detectAbusePatterns');
  }

  const { COSMOS_ENDPOINT, COSMOS_KEY } = app.cloud.settings;
  const exporting = commandIn(folder.path, 'export', { COSMOS_ENDPOINT, COSMOS_KEY });
  const exported = await exporting('--from', from, '--to', new Date().toISOString(), '--output', 'events.ndjson');
  expect(exported).toMatchObject({ code: 0 });
  const ran = await commandIn(folder.path, 'replay')('--input', 'events.ndjson', '--output', 'flags.ndjson');
  expect(ran).toMatchObject({ code: 0 });

  const flags = (await app.documents(`SELECT * FROM c WHERE c.documentKind = 'flag'`)) as unknown as FlagRecord[];
  const lines = folder.read('flags.ndjson').trimEnd().split('\n');
  const told = lines.map((line) => JSON.parse(line) as ReplayLine).filter((line) => 'caseKey' in line);
  expect(byTime(told.map(replayed))).toEqual(byTime(flags.map(flagged)));
  expect(told.map(({ pattern }) => pattern)).toEqual([
    'unfamiliar-device',
    'repeated-failures',
    'linked-device',
    'pause-repeated-failures',
    'pause-machine-cadence',
    'pause-token-hoarding',
    'impostor',
  ]);
}, 60_000);

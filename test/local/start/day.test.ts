import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { advanceSharedClock, shiftDate } from '../../../local/clock.ts';
import { startCloud, type LocalCloud } from '../../../local/cloud.ts';
import { startHostProcess, type HostProcess } from '../../../local/functions-host/host-process.ts';
import { seed } from '../../../local/seed.ts';
import { playDay, type RaisedFlag } from '../../../local/traffic/play-day.ts';
import type { Summary } from '../../../local/traffic/summary.ts';

const root = join(import.meta.dirname, '../../..');

describe('a small day, played through the whole app', () => {
  const flags: RaisedFlag[] = [];
  let cloud: LocalCloud;
  let host: HostProcess;
  let summary: Summary;

  beforeAll(async () => {
    shiftDate();
    cloud = await startCloud();
    await seed(cloud);
    host = await startHostProcess({
      appEntry: join(root, 'dist/main.cjs'),
      hostJson: JSON.parse(readFileSync(join(root, 'host.json'), 'utf8')) as object,
      settings: cloud.settings,
      logger: () => undefined,
    });
    summary = await playDay({
      cloud,
      apiUrl: host.url,
      idle: () => host.idle(),
      advance: (ms) => advanceSharedClock(ms, [host.child]),
      mark: 'small-day',
      seed: 1,
      honestUsers: 5,
      // Incidents need crowds; a whole day with them is played by the test of npm start.
      scenarios: [
        'honest',
        'brute-forcer',
        'slow-dripper',
        'token-hoarder',
        'impostor',
        'clockwork',
        'victim',
        'stranger',
        'device-farm',
        'token-grabber',
      ],
      onFlag: (flag) => flags.push(flag),
    });
  }, 120_000);

  afterAll(async () => {
    await host.stop();
    await cloud.stop();
  });

  it('loses no try, counts none twice, and lets nobody exceed the budget', () => {
    expect(summary).toMatchObject({ lost: 0, doubleCounted: 0, maxBudgetExceeded: 0 });
    expect(summary.attempts).toBe(cloud.face.inspect().attempts);
    expect(summary.recorded).toBe(summary.attempts);
    expect(summary.sessions).toBe(cloud.face.inspect().sessions.created);
  });

  it('stops everyone hostile and no one honest', () => {
    const stopped = summary.flagged.map(({ scenario, pattern, verdict }) => `${scenario} ${verdict}: ${pattern}`);

    expect([...new Set(stopped)].toSorted()).toEqual([
      'brute-forcer flagged: repeated-failures',
      'clockwork flagged: machine-cadence',
      'device-farm flagged: linked-device',
      'impostor flagged: impostor',
      'slow-dripper flagged: repeated-failures',
      'stranger flagged: unfamiliar-device',
      'token-grabber flagged: repeated-failures',
      'token-hoarder paused: token-hoarding',
    ]);
    expect(summary.honestFlagged).toBe(0);
    expect(summary.incidents).toEqual([]);
  });

  it('refuses the stranger on a strange device, and never lets the owner of the id wait', () => {
    expect(summary.stranger.refusedWith).toEqual(['device-not-familiar']);
    expect(summary.victim).toEqual({ tokens: 7, refused: 0, waited: 0 });
  });

  it('flags most of thirty ids on one device after one token each, and makes one case of them', () => {
    const ofFarm = flags.filter(({ scenario }) => scenario === 'device-farm');

    expect(ofFarm.length).toBeGreaterThanOrEqual(25);
    expect(ofFarm.every(({ attemptsBeforeFlag }) => attemptsBeforeFlag <= 3)).toBe(true);
    expect(new Set(ofFarm.map(({ caseKey }) => caseKey)).size).toBe(1);
  });

  it('gives two tokens to whoever asks for many at once', () => {
    const grabber = flags.find(({ scenario }) => scenario === 'token-grabber');

    expect(grabber?.tokensBeforeFlag).toBe(2);
  });

  it('closes every session at Face and leaves nothing in the queues', () => {
    const { entities } = cloud.serviceBus.inspect();

    expect(cloud.face.inspect().sessions.open).toBe(0);
    expect(entities['parked-messages']).toMatchObject({ active: 0 });
    expect(Object.values(entities).map(({ deadLettered }) => deadLettered)).not.toContain(1);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { advanceSharedClock, sharedClock } from '../../../local/clock.ts';
import { startHostProcess } from '../../../local/functions-host/host-process.ts';
import type { HostProcess } from '../../../local/functions-host/host-process.ts';
import { appPath, LogBook } from './support.ts';

jest.setTimeout(60_000);

const HOUR = 3_600_000;

interface Times {
  loadedAt: string;
  now: number;
  runs: { at: string; daily?: true; isPastDue?: boolean; scheduleStatus: { last: string; next: string } | null }[];
}
const times = async (host: HostProcess): Promise<Times> =>
  (await (await fetch(`${host.url}/api/time`)).json()) as Times;

const folder = mkdtempSync(join(tmpdir(), 'timers-'));
const start = (): Promise<HostProcess> =>
  startHostProcess({ appEntry: appPath('ticking.cjs'), timerStatusFolder: folder, logger: new LogBook().logger });
afterAll(() => rmSync(folder, { recursive: true }));

/** To noon tomorrow, so that the jump below passes one noon at least. */
const msToNoon = (): number => {
  const now = sharedClock.now();
  return new Date(now).setUTCHours(36, 0, 0, 0) - now.getTime();
};

describe('the clock of the parent', () => {
  it('is that of the app from its first line on, and a jump starts each due timer once', async () => {
    sharedClock.advance(1000 * HOUR);
    const startedAt = sharedClock.now().getTime();
    const host = await start();
    expect(Date.parse((await times(host)).loadedAt)).toBeGreaterThanOrEqual(startedAt);

    const before = (await times(host)).runs.length;
    await advanceSharedClock(msToNoon() + HOUR / 2, [host.child]);
    await host.idle();

    const { now, runs } = await times(host);
    expect(Math.abs(now - sharedClock.now().getTime())).toBeLessThan(5000);
    const started = runs.slice(before);
    expect(started.filter(({ daily }) => daily === true)).toHaveLength(1);
    // A boundary of ten seconds may pass on its own just before or after the jump.
    expect(started.filter(({ daily }) => daily === undefined).length).toBeGreaterThanOrEqual(1);
    expect(started.filter(({ daily }) => daily === undefined).length).toBeLessThanOrEqual(3);
    expect(
      started.filter(({ daily }) => daily === undefined).every(({ scheduleStatus }) => scheduleStatus === null),
    ).toBe(true);
    await host.stop();
  });

  it('43: makes a timer past due that was missed while the host was down', async () => {
    await advanceSharedClock(49 * HOUR, []);

    const host = await start();
    await host.idle();
    const { runs } = await times(host);
    await host.stop();

    const daily = runs.filter((run) => run.daily === true);
    expect(daily).toHaveLength(1);
    expect(daily[0]?.isPastDue).toBe(true);
    expect(daily[0]?.scheduleStatus?.next).toMatch(/T12:00:00\+00:00$/);
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '../../../local/cloud.ts';
import { readFlags } from '../../../local/traffic/stored.ts';
import type { Summary } from '../../../local/traffic/summary.ts';
import { run, type Started } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'start-'));
const data = join(folder, 'data');
const started: Started[] = [];
const start = (...args: string[]): Started => {
  const process = run('start.ts', ...args);
  started.push(process);
  return process;
};

afterAll(async () => {
  started.forEach(({ child }) => child.kill('SIGKILL'));
  await Promise.all(started.map(({ exitCode }) => exitCode));
  rmSync(folder, { recursive: true });
});

describe('a command that cannot be carried out', () => {
  it('ends with 2 and one sentence when npm start does not know an option', async () => {
    const loud = start('--loud');

    expect(await loud.exitCode).toBe(2);
    expect(loud.stderr()).toMatch(/^There is no option --loud; .*\.\n$/);
  });

  it('ends with 1 and one sentence when the demo finds no running product', async () => {
    const demo = run('demo.ts', '--user', 'mallory', '--data', join(folder, 'nothing'));

    expect(await demo.exitCode).toBe(1);
    expect(demo.stderr()).toMatch(/^The product is not running.*\n$/);
  });
});

/**
 *   first start ─▶ others try its port and its data ─▶ kill -9 in the middle of the day
 *     ─▶ second start, a whole day ─▶ demo ─▶ Ctrl-C
 */
describe('npm start, killed, started again, and stopped', () => {
  const args = ['--data', data, '--port', '0', '--users', '0'];
  let port: string;
  let samePort: Started;
  let sameData: Started;
  let second: Started;
  let demo: Started;

  beforeAll(async () => {
    const first = start(...args);
    [, port = ''] = await first.says(/Started .*127\.0\.0\.1:(\d+)/);
    samePort = start('--data', join(folder, 'other'), '--port', port);
    sameData = start('--data', data, '--port', '0');
    await Promise.all([first.says(/brute-forcer flagged/), samePort.exitCode, sameData.exitCode]);
    first.child.kill('SIGKILL');
    await first.exitCode;

    // One line of JSON on standard output, everything else on standard error.
    second = start(...args, '--json');
    await second.tells(/Stop with Ctrl-C/);
    demo = run('demo.ts', '--user', 'mallory', '--media', 'print', '--tries', '6', '--data', data);
    await demo.exitCode;
    // npm hands a Ctrl-C on to a process that has got it already.
    second.child.kill('SIGINT');
    second.child.kill('SIGTERM');
    await second.exitCode;
  }, 240_000);

  it('says when its port is taken, and how to choose another', async () => {
    expect(await samePort.exitCode).toBe(1);
    expect(samePort.stderr()).toBe(`Port ${port} is taken. Choose another: npm start -- --port 7072\n`);
  });

  it('says when another one uses the data', async () => {
    expect(await sameData.exitCode).toBe(1);
    expect(sameData.stderr()).toMatch(/^Another npm start uses the data in .*\n$/);
  });

  it('plays a whole day on the data of the killed one, and loses nothing', () => {
    const summary = JSON.parse(second.stdout()) as Summary;

    expect(summary).toMatchObject({ lost: 0, doubleCounted: 0, maxBudgetExceeded: 0 });
    expect(summary.recorded).toBe(summary.attempts);
    expect(new Set(summary.flagged.map(({ scenario }) => scenario)).size).toBe(8);
    expect(summary.honestFlagged).toBe(0);
  });

  it('makes one incident, and no verdict, of each thing that concerns a customer and not a person', () => {
    const { incidents } = JSON.parse(second.stdout()) as Summary;

    expect(incidents).toEqual([
      expect.objectContaining({
        scenario: 'per-session-ids',
        pattern: 'incident-correlation-id-per-session',
        customerId: 'fabrikam',
        verdicts: 0,
      }),
      expect.objectContaining({
        scenario: 'failing-version',
        pattern: 'incident-failure-drift',
        customerId: 'contoso',
        appVersion: '5.4.0',
        verdicts: 0,
      }),
      expect.objectContaining({
        scenario: 'breadth-first',
        pattern: 'incident-breadth-first',
        customerId: 'fabrikam',
        verdicts: 0,
        refused: 8,
      }),
    ]);
    expect(second.stderr()).toMatch(/^13:\d\d failing-version, incident at contoso: version 5\.4\.0: /m);
  });

  it('never refuses the victim of a stranger, nor lets her wait', () => {
    const { victim, stranger } = JSON.parse(second.stdout()) as Summary;

    expect(victim).toEqual({ tokens: 7, refused: 0, waited: 0 });
    expect(stranger.refusedWith).toEqual(['device-not-familiar']);
  });

  it('keeps what was flagged before the kill, and plays another day after it', async () => {
    const cloud = await startCloud({ dataDir: join(data, 'cloud') });
    const flags = await readFlags(cloud.database);
    await cloud.stop();

    const days = flags
      .filter(({ verdict }) => verdict.pattern === 'repeated-failures')
      .map(({ verdict }) => new Date(verdict.sinceMs).toISOString().slice(0, 10))
      .toSorted();
    // Of the first day the brute-forcer; of the second also the dripper and the grabber, and maybe mallory.
    expect(days[0]).not.toBe(days[1]);
    expect(new Set(days).size).toBe(2);
    expect(days.length).toBeGreaterThanOrEqual(4);
  });

  it('lets mallory print four times, and tells her then where to go', async () => {
    const lines = demo.stdout().trimEnd().split('\n');

    expect(await demo.exitCode).toBe(0);
    expect(lines).toHaveLength(7);
    expect(lines[3]).toBe('4. print: not-passed (not-live), next step: contact-support, 18 tries left');
    expect(lines[4]).toBe('   flagged: repeated-failures, score 5.560695 against 5.298317');
    expect(lines[5]).toMatch(/^5\. no token: 403 correlation-flagged, next step: contact-support/);
    expect(lines[6]).toMatch(/^6\. no token: 403 correlation-flagged, next step: contact-support/);
  });

  it('ends with 0 at a Ctrl-C, also when it arrives twice', async () => {
    expect(await second.exitCode).toBe(0);
  });
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '../../../local/cloud.ts';
import { readFlags } from '../../../local/traffic/stored.ts';
import type { Summary } from '../../../local/traffic/summary.ts';
import { run, type Started } from './support.ts';

describe('npm start', () => {
  const started: Started[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'start-'));
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

  it('ends with 2 and one sentence at an option that it does not know', async () => {
    const loud = start('--loud');

    expect(await loud.exitCode).toBe(2);
    expect(loud.stderr()).toMatch(/^There is no option --loud; .*\.\n$/);
  });

  it('shares neither its port nor its data, and stops at a signal', async () => {
    const data = join(folder, 'one');
    const first = start('--data', data, '--port', '0', '--users', '0');
    const [, port = ''] = await first.says(/Started .*127\.0\.0\.1:(\d+)/);

    const samePort = start('--data', join(folder, 'two'), '--port', port);
    const sameData = start('--data', data, '--port', '0');
    expect(await samePort.exitCode).toBe(1);
    expect(await sameData.exitCode).toBe(1);
    first.child.kill('SIGTERM');
    const code = await first.exitCode;

    expect(samePort.stderr()).toBe(`Port ${port} is taken. Choose another: npm start -- --port 7072\n`);
    expect(sameData.stderr()).toMatch(/^Another npm start uses the data in .*\n$/);
    expect(code).toBe(0);
    expect(first.stderr()).toBe('');
  }, 60_000);

  it('goes on with its data after it was killed in the middle of a day, the next day', async () => {
    const data = join(folder, 'kept');
    const args = ['--data', data, '--port', '0', '--users', '0'];
    const killed = start(...args);
    await killed.says(/brute-forcer flagged/);
    killed.child.kill('SIGKILL');
    await killed.exitCode;

    const second = start(...args, '--exit-after-traffic', '--json');
    const code = await second.exitCode;
    const summary = JSON.parse(second.stdout()) as Summary;
    const cloud = await startCloud({ dataDir: join(data, 'cloud') });
    const days = (await readFlags(cloud.database))
      .filter(({ verdict }) => verdict.pattern === 'repeated-failures')
      .map(({ verdict }) => new Date(verdict.sinceMs).toISOString().slice(0, 10))
      .toSorted();
    await cloud.stop();

    expect(code).toBe(0);
    expect(summary).toMatchObject({ lost: 0, doubleCounted: 0, maxBudgetExceeded: 0 });
    expect(summary.recorded).toBe(summary.attempts);
    // The brute-forcer of the first day; of the second the same, the dripper and the grabber.
    expect(days.map((day) => day === days[0])).toEqual([true, false, false, false]);
    expect(existsSync(join(data, 'running.json'))).toBe(false);
  }, 120_000);
});

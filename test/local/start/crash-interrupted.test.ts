import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWith } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'crash-interrupted-'));

afterAll(() => rmSync(folder, { recursive: true }));

describe('the demo of a crash that somebody breaks off', () => {
  it.each([
    { when: 'while its product is started', said: /starting one with data of its own/ },
    { when: 'while the app is dead', said: /Killing the app/ },
  ])(
    'ends with 130 $when, and leaves nothing behind',
    async ({ said }) => {
      const demo = runWith(
        { TMPDIR: folder },
        'demo.ts',
        '--crash',
        '--sessions',
        '10',
        '--data',
        join(folder, 'none'),
      );
      await demo.says(said);

      demo.child.kill('SIGINT');

      expect(await demo.exitCode).toBe(130);
      expect(demo.stderr()).toBe('');
      expect(
        readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((name) => name.startsWith('liveness-')),
      ).toEqual([]);
    },
    30_000,
  );

  it('says what to do when there is no place for its data', async () => {
    const demo = runWith({ TMPDIR: join(folder, 'missing') }, 'demo.ts', '--crash', '--data', join(folder, 'none'));

    expect(await demo.exitCode).toBe(1);
    expect(demo.stderr()).toMatch(/^No directory can be made in .*\n$/);
  });
});

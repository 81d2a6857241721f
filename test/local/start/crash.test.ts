import { mkdtempSync, rmSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countAfterCrash } from '../../../local/start/crash-count.ts';
import { readCrashEvidence } from '../../../local/start/crash-evidence.ts';
import { DataDirectory } from '../../../local/start/data-directory.ts';
import { startProduct, type Product } from '../../../local/start/product.ts';
import { run, type Started } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'crash-'));
/** `npm test` has built it. */
const build = (file: string): Promise<void> => copyFile(join(import.meta.dirname, '../../../dist/main.cjs'), file);
const SESSIONS = 10;
const BUDGET = 22;

const lastLine = (demo: Started): string | undefined => demo.stdout().trimEnd().split('\n').at(-1);
const cutIn = (demo: Started): number => Number(/killed under (\d+) requests/.exec(demo.stdout())?.[1]);

/** Two crashes of one product, and meanwhile one of a product that the command starts for itself. */
describe('the demo of a crash', () => {
  const data = new DataDirectory(join(folder, 'data'));
  const told: string[] = [];
  let sinceMs: number;
  let product: Product;
  let first: Started;
  let meanwhile: Started;
  let second: Started;
  let alone: Started;
  let afterwards: Started;

  beforeAll(async () => {
    product = await startProduct({ data, build, port: 0, seed: 1, tell: (line) => told.push(line) });
    data.tellRunning(product);
    sinceMs = Date.now();
    const args = ['--crash', '--sessions', String(SESSIONS), '--data'];

    alone = run('demo.ts', ...args, join(folder, 'nothing'));
    first = run('demo.ts', ...args, join(folder, 'data'));
    await first.says(/Killing the app/);
    meanwhile = run('demo.ts', ...args, join(folder, 'data'));
    await Promise.all([first.exitCode, meanwhile.exitCode]);
    second = run('demo.ts', ...args, join(folder, 'data'));
    await Promise.all([second.exitCode, alone.exitCode]);
    afterwards = run('demo.ts', '--user', 'alice', '--data', join(folder, 'data'));
    await afterwards.exitCode;
  }, 60_000);

  afterAll(async () => {
    await product.stop();
    data.release();
    rmSync(folder, { recursive: true });
  });

  it.each([
    { of: 'a running product', demo: () => first },
    { of: 'the same product once more', demo: () => second },
    { of: 'a product that it starts for itself', demo: () => alone },
  ])('cuts requests of $of off, and finds nothing lost, counted twice or over the budget', async ({ demo }) => {
    expect(await demo().exitCode).toBe(0);
    expect(cutIn(demo())).toBeGreaterThan(0);
    expect(lastLine(demo())).toBe('lost 0  counted twice 0  over budget 0');
  });

  it('is refused while another one goes on', async () => {
    expect(await meanwhile.exitCode).toBe(1);
    expect(meanwhile.stderr()).toBe('Another demo has the app crash at this moment.\n');
  });

  it('leaves the product at its address, ready for the next person', async () => {
    expect(await afterwards.exitCode).toBe(0);
    expect(afterwards.stdout()).toMatch(/^1\. live: passed/);
    expect(product.app.host.url).toBe(product.apiUrl);
    expect(told.filter((line) => line.startsWith('app:'))).toEqual([]);
  });

  it('counts what it finds: a ledger record that was taken away, and one that was made a second time', async () => {
    const correlations = product.cloud.database.container('correlations');
    const { resources } = await correlations.items
      .query<{ id: string; correlationId: string }>("SELECT * FROM c WHERE c.type = 'attempt' AND c.outcome = 'spoof'")
      .fetchAll();
    const [taken, doubled] = resources;
    const count = async () => countAfterCrash(await readCrashEvidence(product.cloud, sinceMs), BUDGET);
    const before = await count();

    await correlations.item(taken?.id ?? '', taken?.correlationId).delete();
    await correlations.items.create({ ...doubled, id: `${doubled?.id}-again` });

    expect(before).toMatchObject({ tries: before.records, lost: 0, countedTwice: 0, overBudget: 0 });
    // What the history shows of the one that was taken away has no record now.
    expect(await count()).toMatchObject({ tries: before.tries, lost: 1, countedTwice: 2, overBudget: 0 });
  });

  it('tells an end that nobody wanted from a crash on demand', async () => {
    let hasEnded = false;
    void product.app.endedByItself.then(() => (hasEnded = true));
    await new Promise(setImmediate);
    const endedBefore = hasEnded;

    product.app.host.child.kill('SIGKILL');
    await product.app.endedByItself;
    await product.app.kill();

    expect(endedBefore).toBe(false);
    expect(product.app.isRunning).toBe(false);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Container, CosmosClient } from '@azure/cosmos';
import { resultsOf } from './support/answers.ts';
import { until } from './support/until.ts';
import { keyedBy } from './support/worlds.ts';

interface Running {
  child: ChildProcess;
  endpoint: string;
  key: string;
  lines: string[];
}

// Starting a process takes a while on busy cores.
jest.setTimeout(30_000);

const main = join(import.meta.dirname, '../../../local/cosmos/main.ts');

describe('as a process', () => {
  const children: ChildProcess[] = [];
  const directories: string[] = [];
  afterEach(() => {
    children.splice(0).forEach((child) => child.kill('SIGKILL'));
    directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true, force: true }));
  });

  const start = async (...options: string[]): Promise<Running> => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, '--port', '0', ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines: string[] = [];
    createInterface(child.stdout).on('line', (line) => lines.push(line));
    await until(() => lines.length > 0);
    const { endpoint, key } = JSON.parse(lines[0]!) as { endpoint: string; key: string };
    return { child, endpoint, key, lines };
  };
  const end = async ({ child }: Running, signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    await once(child, 'exit');
    return child.exitCode;
  };
  const dataDirectory = (): string => {
    const directory = mkdtempSync(join(tmpdir(), 'cosmos-'));
    directories.push(directory);
    return directory;
  };
  const containerAt = async ({ endpoint, key }: Running): Promise<Container> => {
    const client = new CosmosClient({ endpoint, key, connectionPolicy: { enableEndpointDiscovery: false } });
    const { database } = await client.databases.createIfNotExists({ id: 'test' });
    const { container } = await database.containers.createIfNotExists({
      id: 'c',
      partitionKey: keyedBy('/pk'),
      defaultTtl: -1,
    });
    return container;
  };

  it.each(['SIGTERM', 'SIGINT'] as const)('(106) says one line when ready, and ends with 0 on %s', async (signal) => {
    const running = await start('--ranges', '4');
    const port = Number(new URL(running.endpoint).port);
    const container = await containerAt(running);
    const { resources } = await container.readPartitionKeyRanges().fetchAll();

    expect(await end(running, signal)).toBe(0);

    expect(resources).toHaveLength(4);
    expect(running.lines).toHaveLength(1);
    expect(JSON.parse(running.lines[0]!)).toEqual({ ready: true, endpoint: running.endpoint, key: running.key });
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
  });

  it('(104) keeps every acknowledged write and only whole batches through kill -9', async () => {
    const data = dataDirectory();
    const first = await start('--data', data);
    const container = await containerAt(first);
    await container.items.create({ id: 'short', pk: 'ttl', ttl: 3600 });
    const acknowledged: number[] = [];
    const write = async (worker: number): Promise<void> => {
      for (let i = worker; ; i += 4) {
        const batch = ['left', 'right'].map((side) => ({
          operationType: 'Create' as const,
          resourceBody: { id: `${side}:${i}`, pk: 'a', i },
        }));
        await container.items.batch(batch, 'a');
        acknowledged.push(i);
      }
    };
    const traffic = Promise.allSettled([0, 1, 2, 3].map(write));
    await until(() => acknowledged.length > 40);
    await end(first, 'SIGKILL');
    await traffic;

    const second = await start('--data', data, '--ranges', '4');
    const survivor = await containerAt(second);
    const sides = (await resultsOf(survivor, 'SELECT VALUE c.id FROM c WHERE c.pk = "a"', {
      partitionKey: 'a',
      maxItemCount: -1,
    })) as string[];
    const of = (side: string): number[] =>
      sides.flatMap((id) => (id.startsWith(`${side}:`) ? [Number(id.split(':')[1])] : [])).toSorted((a, b) => a - b);

    expect(of('left')).toEqual(of('right'));
    expect(acknowledged.filter((i) => !of('left').includes(i))).toEqual([]);
    expect((await survivor.item('short', 'ttl').read()).statusCode).toBe(200);
    await fetch(`${second.endpoint}/_local/clock`, { method: 'POST', body: '{"advanceMs":3600000}' });
    expect((await survivor.item('short', 'ttl').read()).statusCode).toBe(404);
  });

  it('gives new rids and growing LSNs after a restart', async () => {
    const data = dataDirectory();
    const first = await start('--data', data);
    const written = await (await containerAt(first)).items.create({ id: '1', pk: 'a' });
    await (await containerAt(first)).item('1', 'a').delete();
    await end(first, 'SIGTERM');

    const again = await (await containerAt(await start('--data', data))).items.create({ id: '1', pk: 'a' });

    expect(again.resource!._rid).not.toBe(written.resource!._rid);
    expect(again.headers['x-ms-session-token']).toBe('0:-1#3');
  });

  it('is played with over control routes: faults, counters, clock', async () => {
    const running = await start();
    const container = await containerAt(running);
    const control = async (
      method: string,
      route: string,
      body?: unknown,
    ): Promise<{ status: number; body: unknown }> => {
      const response = await fetch(`${running.endpoint}/_local/${route}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    };

    const faults = await control('PUT', 'faults', { seed: 7, rules: [{ operation: 'Create', status: 503 }] });
    await expect(container.items.create({ id: '1', pk: 'a' })).rejects.toMatchObject({ code: 503 });
    await control('DELETE', 'faults');
    await container.items.create({ id: '1', pk: 'a' });

    expect(faults).toEqual({ status: 200, body: { rules: 1 } });
    expect(await control('PUT', 'faults', { rules: [{ operation: 'Nonsense' }] })).toMatchObject({ status: 400 });
    expect(await control('PUT', 'faults', 'nonsense')).toMatchObject({ status: 400 });
    expect(await control('POST', 'clock', { advanceMs: -1 })).toMatchObject({ status: 400 });
    expect(await control('GET', 'nonsense')).toMatchObject({ status: 404 });
    expect(await control('GET', 'inspect')).toMatchObject({
      body: { containers: { 'test/c': { items: 1, injected: 1 } } },
    });
  });

  it.each([
    ['--ranges', '65'],
    ['--nonsense', ''],
  ])('says what is wrong with %s %s, and ends with 1', async (...options) => {
    const child = spawn(process.execPath, [main, ...options.filter(Boolean)], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(child);
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    await once(child, 'close');

    expect(child.exitCode).toBe(1);
    expect(said).toContain('Usage:');
  });
});

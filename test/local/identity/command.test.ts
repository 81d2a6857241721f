import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import { startIdentity } from '../../../local/identity/start-identity.ts';

const command = join(import.meta.dirname, '../../../local/identity/main.ts');

const started: ChildProcess[] = [];

const run = (...args: string[]) => {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
};

const firstLine = async (
  child: ReturnType<typeof run>,
): Promise<{ ready: boolean; url: string; issuers: string[] }> => {
  let text = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes('\n')) return JSON.parse(text) as { ready: boolean; url: string; issuers: string[] };
  }
  throw new Error('ended without a line');
};

afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

/** A process starts slowly on a busy machine. */
jest.setTimeout(30_000);

it('says in one line where it is, and ends well when told to', async () => {
  const child = run('--port', '0');
  const ended = once(child, 'exit');

  const line = await firstLine(child);
  const metadata = await fetch(`${line.issuers[0]!}/.well-known/openid-configuration`);
  child.kill('SIGTERM');

  expect(line).toMatchObject({ ready: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string });
  expect(metadata.status).toBe(200);
  expect(await ended).toEqual([0, null]);
});

it('says so when its port is taken', async () => {
  const { port, stop } = await startIdentity();
  try {
    const child = run('--port', String(port));
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));

    expect(await once(child, 'close')).toEqual([1, null]);
    expect(complaint).toBe(`Port ${port} is taken: stop what listens there, or choose another with --port.\n`);
  } finally {
    await stop();
  }
});

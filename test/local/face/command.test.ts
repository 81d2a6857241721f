import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import createFaceClient from '@azure-rest/ai-vision-face';

import { sharedClock } from '../../../local/clock.ts';
import { playAttempt } from '../../../local/face/device.ts';
import { aFace, createSession, type ReadSession, session, stopAll } from './support.ts';

const command = join(import.meta.dirname, '../../../local/face/main.ts');

interface Ready {
  ready: boolean;
  endpoint: string;
  key: string;
}

const started: ChildProcess[] = [];

const run = (...args: string[]) => {
  const child = spawn(process.execPath, [command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
};

const readyLine = async (child: ReturnType<typeof run>): Promise<Ready> => {
  let text = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.includes('\n')) return JSON.parse(text) as Ready;
  }
  throw new Error('ended without a line');
};

const clientOf = ({ endpoint, key }: Ready) => createFaceClient(endpoint, { key }, { allowInsecureConnection: true });

afterEach(async () => {
  started.splice(0).forEach((child) => child.kill('SIGKILL'));
  await stopAll();
});

/** A process starts slowly on a busy machine. */
jest.setTimeout(30_000);

it.each(['SIGTERM', 'SIGINT'] as const)('says in one line where it is, and ends well on %s', async (signal) => {
  const child = run('--port', '0');
  const ended = once(child, 'exit');

  const line = await readyLine(child);
  await createSession(clientOf(line)); // leaves an idle connection open
  child.kill(signal);

  expect(line).toEqual({
    ready: true,
    endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
    key: 'local-face-key',
  });
  expect(await ended).toEqual([0, null]);
});

it('says in one sentence that its port is taken', async () => {
  const { face } = await aFace();
  const { port } = new URL(face.endpoint);
  const child = run('--port', port);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));

  const ended = await once(child, 'close');

  expect(ended).toEqual([1, null]);
  expect(complaint).toBe(`Port ${port} is taken: stop what listens there, or choose another with --port.\n`);
});

it('loses nothing when it is killed, and goes on with new ids', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'face-'));
  try {
    const killed = run('--port', '0', '--data', dataDir, '--seed', '1');
    const before = await readyLine(killed);
    const { sessionId, authToken } = await createSession(clientOf(before));
    const attempt = { authToken, person: 'alice', media: 'live', outcome: 'spoof' } as const;
    await playAttempt({ ...attempt, endpoint: before.endpoint });
    const ended = once(killed, 'exit');
    killed.kill('SIGKILL');
    await ended;

    const { face, client } = await aFace({ dataDir, seed: 1, clock: sharedClock });
    const played = await playAttempt({ ...attempt, endpoint: face.endpoint });
    const read = await client.path(session, sessionId).get();
    const next = await createSession(client);

    expect(played).toMatchObject({ kind: 'played', attemptId: 2 });
    expect((read.body as ReadSession).results.attempts.map(({ attemptId }) => attemptId)).toEqual([2, 1]);
    expect(next.sessionId).not.toBe(sessionId);
  } finally {
    await stopAll();
    rmSync(dataDir, { recursive: true });
  }
});

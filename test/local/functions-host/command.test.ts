import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { appPath, ask, eventually } from './support.ts';

jest.setTimeout(60_000);

const main = join(import.meta.dirname, '../../../local/functions-host/main.ts');

interface Command {
  child: ChildProcess;
  output: { out: string; err: string };
  exit: Promise<unknown>;
}

const command = (...args: string[]): Command => {
  const env = { ...process.env, YEARLY: '0 0 0 1 1 *', 'AzureWebJobs.switchedOff.Disabled': '1' };
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], { env });
  const output = { out: '', err: '' };
  child.stdout.on('data', (data: Buffer) => (output.out += String(data)));
  child.stderr.on('data', (data: Buffer) => (output.err += String(data)));
  return { child, output, exit: once(child, 'close').then(([code]) => code as unknown) };
};
const readyUrl = ({ output }: Command): Promise<string> =>
  eventually('the ready line', () =>
    output.out.endsWith('\n') ? (JSON.parse(output.out) as { url: string }).url : undefined,
  );

describe('the command', () => {
  it('prints one line when it serves, tells its functions, and ends well at SIGTERM', async () => {
    const host = command('--port', '0', '--app', appPath('http.cjs'));
    const url = await readyUrl(host);
    expect((await ask(url, '/api/v1/health')).status).toBe(200);

    host.child.kill('SIGTERM');

    expect(await host.exit).toBe(0);
    expect(host.output.out).toBe(`${JSON.stringify({ ready: true, url })}\n`);
    expect(host.output.err).toContain('echo: GET,POST,PUT /api/echo/{name?}\n');
    expect(host.output.err).toContain('yearly: schedule 0 0 0 1 1 *\n');
    expect(host.output.err).toContain('switchedOff: GET,POST /api/switched-off (disabled)\n');
  });

  it('lets a running request end at SIGINT, and ends at once at the second', async () => {
    const host = command('--port', '0', '--app', appPath('http.cjs'));
    const url = await readyUrl(host);
    const cutOff = ask(url, '/api/gated').catch(() => 'cut off');
    await eventually('the request to arrive', () => host.output.err.includes('waiting at the gate') || undefined);

    host.child.kill('SIGINT');
    await eventually('a refusal', () =>
      ask(url, '/').then(
        ({ status }) => (status === 503 ? true : undefined),
        () => true,
      ),
    );
    expect(host.child.exitCode).toBeNull();
    host.child.kill('SIGINT');

    expect(await host.exit).toBe(130);
    expect(await cutOff).toBe('cut off');
  });

  it.each([
    [['--app', appPath('broken.cjs')], /could not be loaded/],
    [['--port', 'seven'], /"seven" is not a port/],
    [['--speed', '9'], /Unknown option '--speed'/],
  ])('ends with code 1 and a sentence: %j', async (args, sentence) => {
    const host = command(...args);

    expect(await host.exit).toBe(1);
    expect(host.output.out).toBe('');
    expect(host.output.err.trim()).toMatch(sentence);
    expect(host.output.err.trim().split('\n')).toHaveLength(1);
  });
});

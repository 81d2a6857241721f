import { startHostProcess } from '../../../local/functions-host/host-process.ts';
import { appPath, LogBook } from './support.ts';

jest.setTimeout(60_000);

const logger = new LogBook().logger;
const settings = { YEARLY: '0 0 0 1 1 *' };

describe('an app', () => {
  it('1: is listed with its bindings, the settings put in', async () => {
    const host = await startHostProcess({ appEntry: appPath('http.cjs'), settings, logger });
    await host.stop();

    expect(host.functions.find(({ name }) => name === 'yearly')).toMatchObject({
      trigger: 'timer',
      disabled: false,
      startedBy: 'schedule 0 0 0 1 1 *',
      bindings: [
        { type: 'timerTrigger', direction: 'in', schedule: '0 0 0 1 1 *', name: expect.any(String) as string },
      ],
    });
    expect(host.functions.find(({ name }) => name === 'echo')).toMatchObject({
      trigger: 'http',
      startedBy: 'GET,POST,PUT /api/echo/{name?}',
      bindings: [
        { type: 'httpTrigger', authLevel: 'anonymous' },
        { type: 'http', direction: 'out', name: '$return' },
      ],
    });
  });

  it('may be a folder whose package.json names several files, with local settings beside them', async () => {
    const host = await startHostProcess({ appEntry: appPath('folder'), logger });
    const answer = await (await fetch(`${host.url}/api/second`)).json();
    await host.stop();

    expect(answer).toEqual(['a.cjs', 'yes']);
  });

  it('may be an ES module', async () => {
    const host = await startHostProcess({ appEntry: appPath('esm.mjs'), logger });
    const answer = await (await fetch(`${host.url}/api/modern`)).json();
    await host.stop();

    expect(answer).toBe('esm');
  });

  it('can be called without a listener', async () => {
    const host = await startHostProcess({ appEntry: appPath('http.cjs'), settings, logger, port: false });
    const result = await host.invoke('echo', {
      url: '/api/echo/x?q=1',
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: 'hi',
    });
    await host.stop();

    expect(host.url).toBe('');
    if (!result.ok) throw new Error(result.error.message);
    expect(result.response).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(result.response!.body.toString())).toMatchObject({
      method: 'POST',
      url: 'http://localhost/api/echo/x?q=1',
      params: { name: 'x' },
      query: [['q', '1']],
      headers: { 'content-type': 'text/plain' },
      body: 'hi',
    });
  });
});

describe('an app that cannot start is refused with a sentence', () => {
  it.each([
    ['2', 'throws', /could not be loaded from .*broken\.cjs: the disk is missing/],
    ['3', 'registers nothing', /registered no function/],
    ['4', 'one name twice', /A function with id "twin" has already been registered/],
    [
      '8',
      'a trigger of another extension',
      /Function "store" cannot be started: this host has no trigger of type "queueTrigger"/,
    ],
    ['', 'streams on', /"enableHttpStream"/],
    ['', 'a start hook that throws', /not today/],
  ])('%s %s', async (_number, way, sentence) => {
    const start = startHostProcess({ appEntry: appPath('broken.cjs'), settings: { WAY: way }, logger });
    await expect(start).rejects.toThrow(sentence);
  });

  it('because its port is taken', async () => {
    const first = await startHostProcess({ appEntry: appPath('esm.mjs'), logger });
    const port = Number(new URL(first.url).port);
    const second = startHostProcess({ appEntry: appPath('esm.mjs'), port, logger });
    await expect(second).rejects.toThrow(/EADDRINUSE/);
    await first.stop();
  });
});

import { parseDemoOptions } from '../../../local/start/demo-options.ts';
import { DEFAULT_DATA_DIR, parseStartOptions } from '../../../local/start/options.ts';

describe('the options of npm start', () => {
  it('has a default for each', () => {
    const parsed = parseStartOptions([]);

    expect(parsed).toEqual({
      kind: 'options',
      options: {
        dataDir: DEFAULT_DATA_DIR,
        port: 7071,
        seed: 1,
        honestUsers: 120,
        fresh: false,
        exitAfterTraffic: false,
        json: false,
      },
    });
  });

  it('takes every one of them', () => {
    const args = '--data /somewhere --port 8000 --seed 7 --users=20 --fresh --exit-after-traffic --json'.split(' ');

    const parsed = parseStartOptions(args);

    expect(parsed).toEqual({
      kind: 'options',
      options: {
        dataDir: '/somewhere',
        port: 8000,
        seed: 7,
        honestUsers: 20,
        fresh: true,
        exitAfterTraffic: true,
        json: true,
      },
    });
  });

  it.each([
    [['--quiet'], 'There is no option --quiet; the options are --exit-after-traffic'],
    [['now'], '"now" is no option'],
    [['--port'], '--port'],
    [['--json=yes'], '--json'],
    [['--port', '70000'], '--port must be a whole number from 0 to 65535, not "70000".'],
    [['--seed', 'lucky'], '--seed must be a whole number, not "lucky".'],
    [['--users', '1.5'], '--users must be a whole number from 0 to 5000, not "1.5".'],
    [['--data', ''], '--data must name a directory.'],
  ])('says in one sentence what is wrong with %j', (args, sentence) => {
    const parsed = parseStartOptions(args);

    expect(parsed).toEqual({ kind: 'mistake', sentence: expect.stringContaining(sentence) as string });
    expect(parsed.kind === 'mistake' && parsed.sentence.split('\n')).toHaveLength(1);
  });
});

describe('the options of the demo', () => {
  it('takes a person, what they hold before the camera, and how often', () => {
    const options = parseDemoOptions(['--user', 'mallory', '--media', 'print', '--tries', '6']);

    expect(options).toEqual({ kind: 'person', user: 'mallory', media: 'print', tries: 6, dataDir: DEFAULT_DATA_DIR });
  });

  it.each([
    { args: ['--crash'], sessions: 50, dataDir: DEFAULT_DATA_DIR },
    { args: ['--crash', '--sessions', '10', '--data', '/somewhere'], sessions: 10, dataDir: '/somewhere' },
  ])('takes a crash with $args', ({ args, sessions, dataDir }) => {
    expect(parseDemoOptions(args)).toEqual({ kind: 'crash', sessions, dataDir });
  });

  it('helps', () => {
    expect(parseDemoOptions(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [[]],
    [['--user', 'm', '--media', 'hologram']],
    [['--user', 'm', '--tries', '0']],
    [['--who', 'm']],
    [['--user', 'm', '--sessions', '5']],
    [['--crash', '--user', 'm']],
    [['--crash', '--sessions', '9']],
    [['--crash', '--sessions', '201']],
  ])('does not understand %j', (args) => {
    expect(parseDemoOptions(args)).toBeUndefined();
  });
});

import { parsePolicyCommand } from '../../../scripts/policy/options.ts';

const parse = (line: string) => parsePolicyCommand(line === '' ? [] : line.split(' '));

describe('the command line of "npm run policy"', () => {
  it.each([
    ['show', { kind: 'show', nameOrFile: 'default', json: false }],
    ['show strict --json', { kind: 'show', nameOrFile: 'strict', json: true }],
    ['validate mine.json', { kind: 'validate', file: 'mine.json' }],
    ['publish mine.json --reason calmer', { kind: 'publish', file: 'mine.json', reason: 'calmer' }],
    [
      'publish mine.json --customer contoso --reason calmer --url https://api.example',
      { kind: 'publish', file: 'mine.json', reason: 'calmer', customerId: 'contoso', url: 'https://api.example' },
    ],
    [
      'enforce off --customer contoso --app-version 1.2 --for 2h --reason broken',
      {
        kind: 'enforce',
        enforced: false,
        forMinutes: 120,
        customerId: 'contoso',
        appVersion: '1.2',
        reason: 'broken',
      },
    ],
    [
      'enforce on --customer contoso --reason mended',
      { kind: 'enforce', enforced: true, customerId: 'contoso', reason: 'mended' },
    ],
    ['enforce status --customer contoso', { kind: 'enforce-status', customerId: 'contoso' }],
  ])('understands: %s', (line, command) => {
    expect(parse(line)).toEqual({ kind: 'command', command });
  });

  it.each([
    ['30m', 30],
    ['2h', 120],
    ['1d', 1440],
  ])('takes %s for %d minutes', (duration, forMinutes) => {
    expect(parse(`enforce off --customer contoso --for ${duration} --reason broken`)).toMatchObject({
      command: { forMinutes },
    });
  });

  it.each([
    ['', 'What shall be done?'],
    ['list', 'There is no "list".'],
    ['show strict fido', 'Name one policy, not several.'],
    ['show --customer contoso', 'There is no option --customer here.'],
    ['show --json=yes', '--json is not used that way.'],
    ['validate', 'a FILE is missing.'],
    ['validate a.json b.json', 'Name one file, not several.'],
    ['publish --reason calmer', 'a FILE is missing.'],
    ['publish mine.json', '--reason is missing.'],
    ['publish mine.json --reason', '--reason is not used that way.'],
    ['publish mine.json --reason calmer --customer=', '--customer is missing.'],
    ['enforce', '"enforce" is followed by off, on or status.'],
    ['enforce half', '"enforce" is followed by off, on or status.'],
    ['enforce off --for 2h --reason broken', '--customer is missing.'],
    ['enforce off --customer contoso --for 2h', '--reason is missing.'],
    ['enforce off --customer contoso --reason broken', '--for is missing.'],
    ['enforce off --customer contoso --for 2 --reason broken', '--for is 30m, 2h or 1d, not "2".'],
    ['enforce off --customer contoso --for 0h --reason broken', '--for is 30m, 2h or 1d, not "0h".'],
    ['enforce off now --customer contoso --for 2h --reason broken', '"now" is not expected here.'],
    ['enforce on --customer contoso --for 2h --reason mended', '--for goes with "enforce off" only.'],
    ['enforce status', '--customer is missing.'],
    ['enforce status --customer contoso --reason why', 'There is no option --reason here.'],
  ])('does not understand: %s', (line, sentence) => {
    expect(parse(line)).toEqual({ kind: 'mistake', sentence });
  });
});

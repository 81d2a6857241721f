import { join } from 'node:path';
import { CommandError } from '../../../scripts/policy/command-error.ts';
import { writeJsonLines } from '../../../scripts/replay/files.ts';
import { parseReplayCommand, REPLAY_USAGE } from '../../../scripts/replay/options.ts';
import { readEvents } from '../../../scripts/replay/read-events.ts';
import { readPolicy } from '../../../scripts/replay/read-policy.ts';
import { UsageError } from '../../../scripts/replay/run-command.ts';
import { commandIn } from './support/command.ts';
import { makeTemporaryFolder } from './support/temporary-folder.ts';

const folder = makeTemporaryFolder();
afterAll(() => folder.remove());
const ignore = (): void => undefined;
const replay = commandIn(folder.path, 'replay');

const spoofs = (correlationId: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      type: 'attempt',
      at: new Date(Date.UTC(2026, 2, 1, 12, index)).toISOString(),
      customerId: 'contoso',
      correlationId,
      sessionId: `${correlationId}.${index}`,
      attemptId: 1,
      outcome: 'spoof',
    }),
  );
const events = [...spoofs('mallory', 5), ...spoofs('eve', 3)];

const flagsIn = (file: string): { correlationId: string; pattern: string; policy: string }[] =>
  folder
    .read(file)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { correlationId: string; pattern: string; policy: string });

describe('npm run replay', () => {
  beforeAll(() => {
    folder.write('events.ndjson', events.join('\n'));
    folder.write('empty.ndjson', '');
    folder.write('lenient.json', '{ "extends": "default", "score": { "alpha": 0.0001 } }');
    folder.write('severe.json', '{ "extends": "default", "score": { "alpha": 0.02 } }');
    folder.write('wrong.json', '{ "score": { "alpha": 2 } }');
  });

  it('writes one line for each flag, and nothing to stdout', async () => {
    const { code, stdout, stderr } = await replay('--input', 'events.ndjson', '--output', 'flags.ndjson');

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe('8 events: 1 flags, 0 pauses, 0 incidents\n');
    expect(flagsIn('flags.ndjson')).toMatchObject([{ correlationId: 'mallory', pattern: 'repeated-failures' }]);
  });

  it('writes the same bytes for the same events in another order, with repetitions', async () => {
    folder.write('disturbed.ndjson', [...events, ...events].reverse().join('\r\n'));

    await replay('--input', 'events.ndjson', '--output', 'a.ndjson');
    await replay('--input', 'disturbed.ndjson', '--output', 'b.ndjson');

    expect(folder.read('b.ndjson')).toBe(folder.read('a.ndjson'));
  });

  it('writes an empty file when there is nothing to tell', async () => {
    const { code } = await replay('--input', 'empty.ndjson', '--output', join(folder.path, 'nothing.ndjson'));

    expect(code).toBe(0);
    expect(folder.read('nothing.ndjson')).toBe('');
  });

  it('takes another policy, and names it in every line', async () => {
    await replay('--input', 'events.ndjson', '--output', 'flags.ndjson');
    await replay('--input', 'events.ndjson', '--output', 'more.ndjson', '--policy', 'severe.json');

    const [before] = flagsIn('flags.ndjson');
    const after = flagsIn('more.ndjson');
    expect(after.map(({ correlationId }) => correlationId)).toEqual(['eve', 'mallory']);
    expect(before?.policy).toMatch(/^[0-9a-f]{16}$/);
    expect(after[0]?.policy).not.toBe(before?.policy);
  });

  it('counts bad lines and contradictions, and goes on', async () => {
    const other = events[0]?.replace('spoof', 'real') ?? '';
    folder.write('bad.ndjson', ['no JSON', '{}', ...events, other, ''].join('\n'));

    const { code, stderr } = await replay('--input', 'bad.ndjson', '--output', 'bad-flags.ndjson');

    expect(code).toBe(0);
    expect(stderr).toContain('2 bad lines were left out, the first one line 1: is not JSON');
    expect(stderr).toContain('1 events were left out that contradict an earlier one with their key');
    expect(stderr).toContain('8 events:');
  });

  it('says in a sentence what is wrong, and ends with 1', async () => {
    const { code, stdout, stderr } = await replay(
      '--input',
      'events.ndjson',
      '--output',
      'x',
      '--policy',
      'wrong.json',
    );

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^wrong\.json is not a valid policy\.\n {2}\/score\/alpha: .*\n$/);
  });

  it('shows how it is used, and ends with 2', async () => {
    const { code, stderr } = await replay('--input', 'a', '--output', 'b', '--outputs', 'c');

    expect(code).toBe(2);
    expect(stderr).toBe(`Unknown option '--outputs'\n${REPLAY_USAGE}\n`);
  });

  it('compares two policies, and what they mean for people who were reviewed', async () => {
    const review = (correlationId: string, decision: string, day: number) =>
      JSON.stringify({ correlationId, decision, at: new Date(Date.UTC(2026, 2, day)).toISOString() });
    folder.write(
      'reviews.ndjson',
      [review('mallory', 'override', 2), review('mallory', 'confirm', 3), review('eve', 'override', 2), '?'].join('\n'),
    );
    const compare = ['--input', 'events.ndjson', '--compare', 'lenient.json', 'severe.json'];

    const machines = await replay(...compare, '--reviews', 'reviews.ndjson', '--json');
    const people = await replay(...compare, '--reviews', 'reviews.ndjson');

    expect(machines.code).toBe(0);
    expect(machines.stderr).toContain('1 lines of the reviews were left out');
    expect(JSON.parse(machines.stdout)).toMatchObject({
      kept: 0,
      gained: {
        byPattern: { 'repeated-failures': 2 },
        entries: [{ correlationId: 'eve' }, { correlationId: 'mallory' }],
      },
      lost: { byPattern: {}, entries: [] },
      reviewed: {
        honest: { ids: 1, flaggedBefore: 0, flaggedAfter: 1 },
        abuse: { ids: 1, flaggedBefore: 0, flaggedAfter: 1 },
      },
    });
    expect(people.stdout).toContain('gained: 2\n  repeated-failures: 2\n');
    expect(people.stdout).toContain('honest people in review: before 0 of 1 flagged (0.0 %), after 1 of 1');
  });
});

describe('files of a command', () => {
  const at = (name: string): string => join(folder.path, name);

  it.each([
    [
      'reading one that is not there',
      () => readEvents(at('none'), ignore),
      'none cannot be read: there is no such file',
    ],
    ['reading a folder', () => readEvents(at('.'), ignore), 'it is a folder'],
    ['reading a policy that is not there', () => readPolicy(at('none')), 'there is no such file'],
  ])('are told of in a sentence when it comes to %s', (_what, use, sentence) => {
    expect(use).toThrow(CommandError);
    expect(use).toThrow(sentence);
  });
});

it('says in a sentence that a file has no place', async () => {
  await expect(writeJsonLines(join(folder.path, 'no/x'), [1])).rejects.toThrow('x cannot be written: there is no such');
});

describe('the options of a replay', () => {
  it.each([
    ['no input', ['--output', 'b'], '--input is missing.'],
    ['an input without a name', ['--output', 'b', '--input', ''], '--input is missing.'],
    ['no output', ['--input', 'a'], '--output is missing.'],
    ['half a second', ['--input', 'a', '--output', 'b', '--timer-seconds', '0.5'], '--timer-seconds'],
    ['no time at all', ['--input', 'a', '--output', 'b', '--timer-seconds', '0'], '--timer-seconds'],
    ['something more', ['--input', 'a', '--output', 'b', 'c'], '"c" is not expected here.'],
    ['one policy to compare', ['--input', 'a', '--compare', 'b'], 'the second policy is missing.'],
    ['three policies to compare', ['--input', 'a', '--compare', 'b', 'c', 'd'], '"d" is not expected here.'],
    ['two things at once', ['--input', 'a', '--output', 'o', '--compare', 'b', 'c'], '--compare goes without'],
    ['reviews without comparison', ['--input', 'a', '--output', 'b', '--reviews', 'c'], 'go with --compare only'],
    ['an option without its value', ['--output', 'b', '--input'], "'--input <value>' argument missing"],
  ])('are refused with %s', (_what, args, sentence) => {
    expect(() => parseReplayCommand(args)).toThrow(UsageError);
    expect(() => parseReplayCommand(args)).toThrow(sentence);
  });

  it('let the timer tick once a minute', () => {
    expect(parseReplayCommand(['--input', 'a', '--output', 'b'])).toEqual({
      input: 'a',
      timerSeconds: 60,
      what: { kind: 'write', output: 'b', policy: undefined },
    });
  });
});

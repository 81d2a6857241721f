import { parseBenchOptions } from '../../../performance/options.ts';

describe('the command line of bench:pipeline', () => {
  it.each([
    [[], ['pipelines']],
    [['--soak'], ['soak']],
    [['--until-it-breaks'], ['limits']],
    [
      ['--soak', '--until-it-breaks'],
      ['soak', 'limits'],
    ],
    [['--all'], ['pipelines', 'soak', 'limits']],
  ])('measures for %j: %j', (args, parts) => {
    const parsed = parseBenchOptions(args);

    expect(parsed).toMatchObject({ kind: 'run', options: { parts } });
  });

  it('soaks for ten minutes unless told otherwise', () => {
    expect(parseBenchOptions(['--soak'])).toMatchObject({ options: { minutes: 10, rate: 5 } });
    expect(parseBenchOptions(['--soak', '--minutes', '0.5', '--rate', '20'])).toMatchObject({
      options: { minutes: 0.5, rate: 20 },
    });
  });

  it.each([
    { args: ['--minutes', '5'], option: 'minutes' },
    { args: ['--soak', '--rounds', '5'], option: 'rounds' },
    { args: ['--soak', '--seconds', '5'], option: 'seconds' },
  ])('refuses $args, of which --$option would change nothing', ({ args, option }) => {
    expect(parseBenchOptions(args)).toEqual({
      kind: 'mistake',
      sentence: `--${option} says nothing of what is measured here.`,
    });
    expect(parseBenchOptions([...args, '--all'])).toMatchObject({ kind: 'run' });
  });

  it('explains itself when asked', () => {
    expect(parseBenchOptions(['--help', '--soak'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--sok']],
    [['now']],
    [['--soak', '--rate', 'fast']],
    [['--soak', '--minutes', '0']],
    [['--rounds', '1.5']],
    [['--sessions', '-3']],
    [['--rate']],
  ])('does not understand %j', (args) => {
    const parsed = parseBenchOptions(args);

    expect(parsed).toEqual({ kind: 'mistake', sentence: expect.stringMatching(/\S/) as string });
  });
});

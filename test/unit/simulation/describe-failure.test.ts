import { describeFailure } from '../../../simulation/describe-failure.ts';
import { readOptions } from '../../../simulation/options.ts';
import { aResult } from './support/results.ts';

const aFailure = aResult({
  options: { seed: 41, minutes: 6 },
  faults: [
    { kind: 'lost-reply', step: 12 },
    { kind: 'outage', service: 'face', fromSecond: 3, seconds: 9 },
  ],
  broken: [
    { promise: 'I4', what: 'event 1 was published and never committed' },
    { promise: 'I9', what: 'a flag is gone' },
  ],
  story: ['    1.000  alice#1 on no device: token of abc', '    2.000  step 12, cosmos Batch: lost-reply'],
});

describe('a failure as it is told', () => {
  it('has the seed, every broken promise, the faults it takes and its story', () => {
    const lines = describeFailure(aFailure).split('\n');

    expect(lines).toEqual([
      'seed 41 breaks a promise',
      '  I4: event 1 was published and never committed',
      '  I9: a flag is gone',
      '  Faults that it takes:',
      '    the reply to step 12 is lost',
      '    face is down from 3 s for 9 s',
      '  The shortest trace found, in seconds:',
      '        1.000  alice#1 on no device: token of abc',
      '        2.000  step 12, cosmos Batch: lost-reply',
      '  Again, with every step: npm run simulate -- --seed 41 --minutes 6 --trace',
      '',
    ]);
  });

  it('says that it takes no fault at all', () => {
    const lines = describeFailure({ ...aFailure, faults: [] }).split('\n');

    expect(lines.slice(3, 5)).toEqual(['  Faults that it takes:', '    none']);
  });

  it('tells a command that runs the same seed again', () => {
    const [, command] = /npm run simulate -- (.*)/.exec(describeFailure(aFailure)) ?? [];

    expect(readOptions(command!.split(' '))).toMatchObject({ kind: 'one', firstSeed: 41, minutes: 6 });
  });

  it('tells a command that strikes the same step again', () => {
    const faults = [{ kind: 'crash', when: 'after', step: 12, downSeconds: 3 }] as const;
    const told = describeFailure({ ...aFailure, options: { ...aFailure.options, faults } });

    const [, command] = /npm run simulate -- (.*)/.exec(told) ?? [];
    expect(readOptions(command!.split(' '))).toMatchObject({ kind: 'every-step', step: 12, firstSeed: 41, minutes: 6 });
  });
});

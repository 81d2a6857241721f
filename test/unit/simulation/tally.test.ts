import { addUp, describeTally, emptyTally } from '../../../simulation/tally.ts';
import { aResult } from './support/results.ts';

describe('what many runs came to', () => {
  it('is nothing before the first', () => {
    expect(emptyTally.runs).toBe(0);
    expect(describeTally(emptyTally)).toBe(
      '0 steps of input and output, 0 tokens, 0 entries in ledgers, 0 flags\nFaults that struck, by kind:\n  none',
    );
  });

  it('is the sum of the runs', () => {
    const first = aResult({
      counts: { steps: 100, tokens: 10, attempts: 20, flags: 1 },
      hits: { crash: 1, throttling: 30 },
    });
    const second = aResult({
      counts: { steps: 5, tokens: 4, attempts: 3, flags: 2 },
      hits: { 'lost-reply': 2, crash: 3 },
    });

    const tally = [first, second].reduce(addUp, emptyTally);

    expect(tally.runs).toBe(2);
    expect(describeTally(tally).split('\n')).toEqual([
      '105 steps of input and output, 14 tokens, 23 entries in ledgers, 3 flags',
      'Faults that struck, by kind:',
      '  crash               4',
      '  lost-reply          2',
      '  throttling          30',
    ]);
  });

  it('is told the same in whichever order the runs come', () => {
    const results = [
      aResult({ hits: { outage: 1 } }),
      aResult({ hits: { crash: 2 } }),
      aResult({ hits: { slowness: 3, crash: 1 } }),
    ];

    const [forwards, backwards] = [results, results.toReversed()].map((runs) =>
      describeTally(runs.reduce(addUp, emptyTally)),
    );

    expect(forwards).toBe(backwards);
  });

  it('leaves what was added up before as it was', () => {
    const before = addUp(emptyTally, aResult({ hits: { crash: 1 } }));

    addUp(before, aResult({ hits: { crash: 1 } }));

    expect(before.hits).toEqual(new Map([['crash', 1]]));
    expect(emptyTally.hits.size).toBe(0);
  });
});

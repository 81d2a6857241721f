import { count, describeReports } from '../../fuzz/report.ts';

describe('the report of the fuzzer', () => {
  it('says for each target what came of it, and the sum at the end', () => {
    const outcomes = new Map<string, number>();
    count(outcomes, '404');
    count(outcomes, '200', 2);

    const text = describeReports([{ name: 'getHealth', cases: 3, outcomes, failures: [] }], 7);

    expect(text.split('\n')).toEqual([
      'target      cases  outcomes',
      'getHealth       3  200: 2  404: 1',
      '3 cases, 0 failed',
    ]);
  });

  it('shows what failed, and how to see it again', () => {
    const report = { name: 'getHealth', cases: 3, outcomes: new Map(), failures: ['GET /api/health\nanswers 500'] };

    expect(describeReports([report], 7).split('\n').slice(2)).toEqual([
      'FAILED getHealth',
      'GET /api/health',
      'answers 500',
      'Run again with --seed 7',
      '3 cases, 1 failed',
    ]);
  });
});

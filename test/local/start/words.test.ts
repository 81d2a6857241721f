import { makeScreen } from '../../../local/start/screen.ts';
import { flagLine, incidentLine, isSound, summaryLines } from '../../../local/start/words.ts';
import type { Summary } from '../../../local/traffic/summary.ts';

const aFlag = {
  scenario: 'brute-forcer',
  verdict: 'flagged' as const,
  pattern: 'repeated-failures',
  scope: 'correlation' as const,
  caseKey: 'case',
  attemptsBeforeFlag: 4,
  tokensBeforeFlag: 4,
  reasons: ['4 failed checks within one day', 'no pass'],
  statistic: 5.560695,
  limit: 5.298317,
  at: new Date('2026-01-01T09:01:00Z'),
  receipt: {},
};

const aSummary: Summary = {
  sessions: 941,
  attempts: 988,
  recorded: 988,
  honestFlagged: 0,
  lost: 0,
  doubleCounted: 0,
  maxBudgetExceeded: 0,
  cases: 1,
  victim: { tokens: 7, refused: 0, waited: 0 },
  stranger: { tokens: 6, refusedWith: ['device-not-familiar'] },
  flagged: [aFlag, aFlag],
  incidents: [],
};

const anOutput = (isTTY: boolean) => {
  const written: string[] = [];
  const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  return { written, output: { write, isTTY, columns: 30 } };
};

describe('what npm start says', () => {
  it('tells a flag with its reasons in words, and after how many tries', () => {
    expect(flagLine(aFlag)).toBe(
      '09:01 brute-forcer flagged after 4 tries: 4 failed checks within one day; no pass ' +
        '(repeated-failures, 5.560695 against 5.298317)',
    );
  });

  it('tells the tokens of somebody who has not tried', () => {
    expect(flagLine({ ...aFlag, attemptsBeforeFlag: 0, tokensBeforeFlag: 12 })).toContain(
      'after 0 tries with 12 tokens:',
    );
  });
});

describe('what npm start says of incidents and of the whole day', () => {
  it('tells an incident with its customer and its reason', () => {
    const line = incidentLine({
      scenario: 'failing-version',
      incidentId: 'i',
      customerId: 'contoso',
      pattern: 'incident-failure-drift',
      appVersion: '5.4.0',
      reason: 'version 5.4.0: 85 % of first checks fail, usually 8.9 %',
      statistic: 22.947778,
      limit: 15,
      openedAt: new Date('2026-01-01T13:10:00Z'),
    });

    expect(line).toBe(
      '13:10 failing-version, incident at contoso: version 5.4.0: 85 % of first checks fail, usually 8.9 % ' +
        '(incident-failure-drift, 22.947778 against 15)',
    );
  });

  it('sums the day up in three sentences', () => {
    expect(summaryLines(aSummary)).toEqual([
      'The day: 941 sessions, 988 tries, 988 recorded, 0 lost, 0 counted twice.',
      '2 verdicts in 1 case, 0 of them on honest users; 0 incidents; 0 end users exceeded their budget of tries.',
      'The victim of the stranger got 7 tokens, was refused 0 times and waited 0 times; the stranger was told ' +
        'device-not-familiar.',
    ]);
  });

  it.each<[string, Partial<Summary>]>([
    ['a try is lost', { lost: 1 }],
    ['a try counts twice', { doubleCounted: 1 }],
    ['somebody exceeds the budget', { maxBudgetExceeded: 1 }],
    ['the victim is refused', { victim: { tokens: 6, refused: 1, waited: 0 } }],
    ['the victim has to wait', { victim: { tokens: 6, refused: 0, waited: 1 } }],
  ])('finds the day unsound when %s', (_what, wrong) => {
    expect(isSound(aSummary)).toBe(true);
    expect(isSound({ ...aSummary, ...wrong })).toBe(false);
  });
});

describe('the progress of a day', () => {
  it('is a plain line each tenth of the day when nobody watches on a terminal', () => {
    const { written, output } = anOutput(false);
    const screen = makeScreen(output);

    [0.01, 0.11, 0.12, 0.2, 1].forEach((done) => screen.progress(done, 'tokens'));
    screen.say('a flag');

    expect(written).toEqual(['11 % tokens\n', '20 % tokens\n', '100 % tokens\n', 'a flag\n']);
  });

  it('is a bar on a terminal, which stays below what is said and never wraps', () => {
    const { written, output } = anOutput(true);
    const screen = makeScreen(output);

    screen.progress(0.5, 'tokens');
    screen.say('a flag');

    const bar = `[${'#'.repeat(15)}${'.'.repeat(13)}`;
    expect(written).toEqual([`\r\u001b[K${bar}`, `\r\u001b[Ka flag\n${bar}`]);
  });
});

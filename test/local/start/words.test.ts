import { makeScreen } from '../../../local/start/screen.ts';
import { flagLine } from '../../../local/start/words.ts';

const aFlag = {
  scenario: 'brute-forcer',
  verdict: 'flagged' as const,
  pattern: 'repeated-failures',
  attemptsBeforeFlag: 4,
  tokensBeforeFlag: 4,
  reasons: ['4 failed checks within one day', 'no pass'],
  statistic: 5.560695,
  limit: 5.298317,
  at: new Date('2026-01-01T09:01:00Z'),
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

import { parseSqlFilter } from '../../../local/service-bus/filter/sql-filter.ts';
import type { MessageFields } from '../../../local/service-bus/wire/message-content.ts';

const fields: MessageFields = {
  system: new Map<MessageFields['system'] extends ReadonlyMap<infer K, unknown> ? K : never, unknown>([
    ['message-id', 'm-1'],
    ['label', 'order'],
    ['correlation-id', 'c-1'],
    ['to', 'shop'],
    ['content-type', 'application/json'],
  ]),
  user: new Map<string, unknown>([
    ['Color', 'Red'],
    ['size', 10],
    ['price', 2.5],
    ['flag', true],
    ['off', false],
    ['it', "it's"],
    ['odd name', 'odd'],
    ['percent', '100%'],
    ['when', new Date(1000)],
    ['nothing', null],
    ['AND', 1],
  ]),
};

const matches = (expression: string): boolean => parseSqlFilter(expression)(fields);

describe('a SQL filter (47)', () => {
  test.each([
    "Color = 'Red'",
    "color = 'Red'",
    "USER.COLOR = 'Red'",
    "Color <> 'Blue'",
    "Color != 'Blue'",
    'size < 11',
    'size > 9',
    'size <= 10',
    'size >= 10.0',
    'price = 2.5',
    'size = 1e1',
    'price > .5',
    'size = +10 AND -size = -10',
    "Color = 'Red' AND size = 10",
    "Color = 'Blue' OR size = 10",
    "NOT Color = 'Blue'",
    'NOT NOT flag',
    "Color = 'Blue' OR size = 10 AND flag",
    "(Color = 'Red' OR size = 0) AND flag = TRUE",
    'off = false',
    "Color IN ('Blue', 'Red')",
    "Color NOT IN ('Blue')",
    'size IN (1, 5 + 5)',
    "Color LIKE 'R%'",
    "Color LIKE '_ed'",
    "Color NOT LIKE 'r%'",
    "percent LIKE '100!%' ESCAPE '!'",
    "it = 'it''s'",
    'missing IS NULL',
    'nothing IS NULL',
    'Color IS NOT NULL',
    'EXISTS(Color)',
    'NOT EXISTS(missing)',
    'EXISTS(sys.Label)',
    'size + 1 = 11',
    'size - 1 = 9',
    'size * price = 25',
    'size / 4 = price',
    'size % 3 = 1',
    'size + 2 * 3 = 16',
    '(size + 2) * 3 = 36',
    "[odd name] = 'odd'",
    '"odd name" = \'odd\'',
    '[AND] = 1',
    "sys.Label = 'order'",
    "sys.Subject = 'order'",
    "SYS.messageid = 'm-1'",
    "sys.CorrelationId = 'c-1' AND sys.To = 'shop' AND sys.ContentType LIKE '%json'",
    'sys.ReplyTo IS NULL AND sys.SessionId IS NULL AND sys.ReplyToSessionId IS NULL',
    'when = when',
    'TRUE',
    '1=1',
  ])('takes %s', (expression) => {
    expect(matches(expression)).toBe(true);
  });

  test.each([
    "Color = 'red'",
    "Color LIKE 'r%'",
    "percent LIKE '100!_' ESCAPE '!'",
    "Color LIKE '.*'",
    'size = 11',
    "size = '10'",
    "size <> '10'",
    'flag = 1',
    'FALSE',
    'off',
    "Color NOT IN ('Red')",
    'EXISTS(nothing)',
    'size / 0 = 1',
    "when = '1970-01-01T00:00:01.000Z'",
    'Color',
  ])('leaves %s', (expression) => {
    expect(matches(expression)).toBe(false);
  });

  // Unknown is neither true nor false: the negation of what is unknown does not match either.
  test.each([
    ['missing = 1', undefined],
    ['missing <> 1', undefined],
    ['missing IN (1)', undefined],
    ['size IN (1, missing)', undefined],
    ['size IN (10, missing)', true],
    ["missing LIKE '%'", undefined],
    ['missing + 1 = 1', undefined],
    ['missing = 1 AND off', false],
    ['off AND missing = 1', false],
    ['missing = 1 AND flag', undefined],
    ['missing = 1 OR flag', true],
    ['flag OR missing = 1', true],
    ['missing = 1 OR off', undefined],
    ['NOT missing = 1', undefined],
    ['missing', undefined],
    ['missing IS NULL', true],
  ])('finds %s to be %s', (expression, truth) => {
    expect(matches(expression)).toBe(truth === true);
    expect(matches(`NOT (${expression})`)).toBe(truth === false);
  });

  test.each([
    ['', 'the expression ends too early'],
    ['size >', 'the expression ends too early'],
    ['size = 1 2', 'unexpected 2 at position 9'],
    ['(size = 1', 'the expression ends too early'],
    ["Color = 'open", "unexpected ' at position 8"],
    ['size IN ()', 'unexpected ) at position 9'],
    ['size NOT 5', 'unexpected 5 at position 9'],
    ['size IS 5', 'unexpected 5 at position 8'],
    ['newid() = 1', 'functions such as newid are not supported'],
    ['other.size = 1', 'a property is user or sys, not other'],
    ['sys.EnqueuedTimeUtc = 1', 'there is no property sys.EnqueuedTimeUtc'],
    ['size = 1; DROP', 'unexpected ; at position 8'],
    [`Color = '${'x'.repeat(1024)}'`, 'an expression has at most 1024 characters'],
  ])('refuses %s', (expression, reason) => {
    expect(() => parseSqlFilter(expression)).toThrow(reason);
  });
});

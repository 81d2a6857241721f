import type { Container, JSONValue } from '@azure/cosmos';
import { messageOf, refusalOf, resultsOf } from './support/answers.ts';
import { send } from './support/raw-request.ts';
import { inEveryWorld } from './support/worlds.ts';

// Eight people in several partitions, and one odd item that has next to nothing.
const people = [
  { id: '1', pk: 'a', name: 'Ada', age: 36, tags: ['x', 'y'], at: { city: 'London' }, score: 1 },
  { id: '2', pk: 'b', name: 'Bob', age: 17, tags: [], at: { city: 'Paris' }, score: null },
  { id: '3', pk: 'c', name: 'cyd', age: 41, tags: ['y'], at: { city: 'London' }, score: 'high' },
  { id: '4', pk: 'd', name: 'Dan_100%', age: 41, tags: [{ k: 1, v: 2 }], score: true },
  { id: '5', pk: 'a', name: 'Eve', age: 17, at: { city: 'Rome' }, score: 2 },
  { id: '6', pk: 'b', name: 'Fay', age: 60, score: [1] },
  { id: '7', pk: 'c', name: 'Gus', age: 5, score: { a: 1 } },
  { id: '8', pk: 'd' },
];

describe('queries', () => {
  inEveryWorld((world) => {
    let container: Container;
    beforeAll(async () => {
      container = await world().container({
        indexingPolicy: {
          includedPaths: [{ path: '/*' }],
          excludedPaths: [{ path: '/at/*' }],
          compositeIndexes: [
            [
              { path: '/age', order: 'ascending' },
              { path: '/name', order: 'descending' },
            ],
          ],
        },
      });
      for (const person of people) await container.items.create(person);
    });
    const query = (text: string, parameters: Record<string, JSONValue> = {}): Promise<unknown[]> =>
      resultsOf(container, {
        query: text,
        parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })),
      });
    /** The ids that a condition selects, as one text. */
    const where = async (condition: string, parameters: Record<string, JSONValue> = {}): Promise<string> => {
      const selected = await query(`SELECT VALUE c.id FROM c WHERE ${condition}`, parameters);
      return (selected as string[]).toSorted().join('');
    };

    it('(59) looks at one partition only when the key is given, at a cost independent of the others', async () => {
      const own = await world().container();
      await own.items.create({ id: '1', pk: 'small' });
      const costOf = async (): Promise<number> => {
        const { resources, requestCharge } = await own.items
          .query('SELECT * FROM c', { partitionKey: 'small' })
          .fetchAll();
        expect(resources).toHaveLength(1);
        return requestCharge;
      };
      const before = await costOf();
      for (let i = 0; i < 50; i++) await own.items.create({ id: String(i), pk: 'large' });

      expect(await costOf()).toBe(before);
    });

    it.each([
      ['c.age = 41', '34'],
      ['c.age != 41', '12567'],
      ['c.age <> 41', '12567'],
      ['c.age < 17', '7'],
      ['c.age <= 17', '257'],
      ['c.age > 41', '6'],
      ['c.age >= 41', '346'],
      ['c.age BETWEEN 17 AND 36', '125'],
      ['c.age NOT BETWEEN 17 AND 36', '3467'],
      ['c.name IN ("Ada", "Eve")', '15'],
      ['c.name NOT IN ("Ada", "Eve")', '23467'],
      ['c.name LIKE "%d%"', '13'],
      ['c.name LIKE "_ob"', '2'],
      ['c.name LIKE "[A-C]%"', '12'],
      ['c.name LIKE "[^A-F]%"', '37'],
      ['c.name LIKE "%!_100!%" ESCAPE "!"', '4'],
      ['c.name NOT LIKE "%a%"', '2357'],
      ['c.age = 17 OR c.age = 41 AND c.name = "cyd"', '235'],
      ['(c.age = 17 OR c.age = 41) AND c.name = "cyd"', '3'],
      ['NOT c.age = 17 AND c.age < 40', '17'],
      ['c.age + 1 = 42 AND c.age * 2 - 2 = 80', '34'],
      ['c.age % 2 = 0', '16'],
      ['-c.age < -40', '346'],
      ['(c.age & 1) = 1', '23457'],
      ['c.name || "!" = "Ada!"', '1'],
      ['c["at"]["city"] = "London"', '13'],
      ['c.tags[0] = "y"', '3'],
      ['c.tags = ["x", "y"]', '1'],
      ['c.score = {"a": 1}', '7'],
      ['(c.age > 40 ? c.name : "young") = "young"', '12578'],
      ['(c.age ?? 99) = 99', '8'],
      ["c.name = 'Ada' -- the first", '1'],
    ])('(60) selects by %s', async (condition, expected) => {
      expect(await where(condition)).toBe(expected);
    });

    it.each([
      ['c.missing = 1', ''],
      ['c.missing != 1', ''],
      ['NOT (c.missing = 1)', ''],
      ['c.missing = 1 OR c.id = "1"', '1'],
      ['NOT (c.missing = 1 AND c.id = "1")', '2345678'],
      ['c.missing = c.missing', ''],
      ['c.score = null', '2'],
      ['c.score != null', '134567'],
      ['c.score > 0', '15'],
      ['c.score < "z"', '3'],
      ['c.score = "1"', ''],
      ['IS_DEFINED(c.score)', '1234567'],
      ['NOT IS_DEFINED(c.score)', '8'],
      ['c.score = undefined', ''],
      ['c.name', ''],
      ['c.score', '4'],
      ['true', '12345678'],
    ])('(61) treats missing values and null as SQL does: %s', async (condition, expected) => {
      expect(await where(condition)).toBe(expected);
    });

    it('(62) takes parameters of all kinds', async () => {
      expect(await where('c.name = @name AND c.age = @age', { '@name': 'Ada', '@age': 36 })).toBe('1');
      expect(await where('c.score = @x', { '@x': null })).toBe('2');
      expect(await where('c.score = @x', { '@x': true })).toBe('4');
      expect(await where('c.score = @x', { '@x': { a: 1 } })).toBe('7');
      expect(await where('ARRAY_CONTAINS(@list, c.id)', { '@list': ['2', '4'] })).toBe('24');
      expect(await where(`c.name = @name`, { '@name': `"'\\ OR true` })).toBe('');
    });

    it('(62) takes parameters in TOP, OFFSET and LIMIT', async () => {
      expect(await query('SELECT TOP @n VALUE c.id FROM c ORDER BY c.id', { '@n': 2 })).toEqual(['1', '2']);
      const page = 'SELECT VALUE c.id FROM c ORDER BY c.id OFFSET @o LIMIT @l';
      expect(await query(page, { '@o': 3, '@l': 2 })).toEqual(['4', '5']);
      expect(await refusalOf(query('SELECT TOP @n * FROM c', { '@n': 'two' }))).toBe(400);
    });

    it.each<[string, unknown[]]>([
      ['SELECT c.id, c.name FROM c WHERE c.id = "1"', [{ id: '1', name: 'Ada' }]],
      ['SELECT c.id, c.missing FROM c WHERE c.id = "1"', [{ id: '1' }]],
      ['SELECT VALUE c.missing FROM c', []],
      ['SELECT c.at.city AS town, c.age years FROM c WHERE c.id = "1"', [{ town: 'London', years: 36 }]],
      ['SELECT p.name FROM people p WHERE p.id = "1"', [{ name: 'Ada' }]],
      ['SELECT p.name FROM people AS p WHERE p.id = "1"', [{ name: 'Ada' }]],
      ['SELECT VALUE {"n": c.name, "l": [c.age, c.missing, 1]} FROM c WHERE c.id = "1"', [{ n: 'Ada', l: [36, 1] }]],
      ['SELECT c.age + 1, "x" FROM c WHERE c.id = "1"', [{ $1: 37, $2: 'x' }]],
      ['SELECT VALUE city FROM c.at.city WHERE city = "Rome"', ['Rome']],
      ['SELECT * FROM c.at a WHERE a.city = "Rome"', [{ city: 'Rome' }]],
      ['select value c.id from c where c.id = "1"', ['1']],
      ['SELECT VALUE 1 + 1', [2]],
      ['SELECT VALUE "\\u0041\\n\\t\\"\'"', ['A\n\t"\'']],
      ['SELECT VALUE [1.5e3, .5, -2, true, null, "", {}, []]', [[1500, 0.5, -2, true, null, '', {}, []]]],
    ])('(63) projects %s', async (text, expected) => {
      expect(await query(text)).toEqual(expected);
    });

    it.each<[string, unknown]>([
      ['[IS_NULL(null), IS_NUMBER(1), IS_STRING(""), IS_BOOL(true), IS_ARRAY([]), IS_OBJECT({})]', Array(6).fill(true)],
      [
        '[IS_PRIMITIVE("x"), IS_PRIMITIVE([]), IS_INTEGER(1), IS_INTEGER(1.5), IS_OBJECT([])]',
        [true, false, true, false, false],
      ],
      ['[LOWER("AbC"), UPPER("AbC"), TRIM(" x "), LTRIM(" x "), RTRIM(" x ")]', ['abc', 'ABC', 'x', 'x ', ' x']],
      [
        '[LENGTH("abc"), CONCAT("a", "b", "c"), SUBSTRING("abcd", 1, 2), LEFT("abc", 2), RIGHT("abc", 2)]',
        [3, 'abc', 'bc', 'ab', 'bc'],
      ],
      [
        '[REPLACE("aXbX", "X", "$&"), REPLICATE("ab", 2), REVERSE("abc"), INDEX_OF("abc", "c"), INDEX_OF("abc", "z")]',
        ['a$&b$&', 'abab', 'cba', 2, -1],
      ],
      [
        '[CONTAINS("abc", "B"), CONTAINS("abc", "B", true), STARTSWITH("abc", "ab"), ENDSWITH("abc", "C", true)]',
        [false, true, true, true],
      ],
      [
        '[StringEquals("a", "A"), StringEquals("a", "A", true), ToString(1.5), ToString(true), ToString([1])]',
        [false, true, '1.5', 'true', '[1]'],
      ],
      [
        '[StringToNumber("1.5"), StringToBoolean("true"), StringToArray("[1]"), StringToObject("{}"), StringToNumber("x")]',
        [1.5, true, [1], {}],
      ],
      ['[StringSplit("a,b", ","), StringJoin(["a", "b"], "-")]', [['a', 'b'], 'a-b']],
      [
        '[ABS(-1), CEILING(1.2), FLOOR(1.8), ROUND(-2.5), ROUND(1.255, 1), TRUNC(-1.8), SIGN(-3)]',
        [1, 2, 1, -3, 1.3, -1, -1],
      ],
      ['[SQRT(9), SQUARE(3), POWER(2, 3), EXP(0), LOG(1), LOG10(100), LOG(8, 2)]', [3, 9, 8, 1, 0, 2, 3]],
      ['[PI() > 3.14, IIF(true, 1, 2), IIF("x", 1, 2), CHOOSE(2, "a", "b")]', [true, 1, 2, 'b']],
      [
        '[ARRAY_CONTAINS([1, 2], 2), ARRAY_CONTAINS([{"a": 1, "b": 2}], {"a": 1}), ARRAY_CONTAINS([{"a": 1, "b": 2}], {"a": 1}, true)]',
        [true, false, true],
      ],
      ['[ARRAY_CONTAINS_ANY([1, 2], 3, 2), ARRAY_CONTAINS_ALL([1, 2], 3, 2), ARRAY_LENGTH([1, 2])]', [true, false, 2]],
      ['[ARRAY_CONCAT([1], [2]), ARRAY_SLICE([1, 2, 3], 1), ARRAY_SLICE([1, 2, 3], -2, 1)]', [[1, 2], [2, 3], [2]]],
      [
        '[SetIntersect([1, 2, 2], [2, 3]), SetUnion([1, 2], [2, 3]), ObjectToArray({"a": 1})]',
        [[2], [1, 2, 3], [{ k: 'a', v: 1 }]],
      ],
      [
        '[1 / 0, "a" + 1, LOWER(1), 1 ?? 2, undefined ?? 2, null ?? 2, 5 >> 1, 1 << 3, 6 ^ 3, 6 | 1, ~0]',
        [1, 2, null, 2, 8, 5, 7, -1],
      ],
    ])('(64) evaluates %s', async (expression, expected) => {
      expect(await query(`SELECT VALUE ${expression}`)).toEqual([expected]);
    });

    it.each<[string, unknown[]]>([
      ['SELECT VALUE COUNT(1) FROM c', [8]],
      ['SELECT VALUE COUNT(c.age) FROM c', [7]],
      ['SELECT VALUE SUM(c.age) FROM c', [217]],
      ['SELECT VALUE COUNT(1) FROM c WHERE c.age > 1000', [0]],
      ['SELECT VALUE SUM(c.age) FROM c WHERE c.age > 1000', [0]],
      ['SELECT COUNT(1) AS people, SUM(c.age) AS years FROM c WHERE c.age > 20', [{ people: 4, years: 178 }]],
      ['SELECT COUNT(1) AS n FROM c', [{ n: 8 }]],
    ])('(66) aggregates %s', async (text, expected) => {
      expect(await query(text)).toEqual(expected);
    });

    it('(66) aggregates within one partition', async () => {
      expect(await resultsOf(container, 'SELECT VALUE COUNT(1) FROM c', { partitionKey: 'a' })).toEqual([2]);
      expect(await resultsOf(container, 'SELECT VALUE SUM(c.age) FROM c', { partitionKey: 'a' })).toEqual([53]);
      expect(await resultsOf(container, 'SELECT VALUE SUM(c.name) FROM c', { partitionKey: 'a' })).toEqual([]);
    });

    it.each<[string, unknown[]]>([
      ['SELECT VALUE c.age FROM c WHERE c.age > 0 ORDER BY c.age', [5, 17, 17, 36, 41, 41, 60]],
      ['SELECT VALUE c.age FROM c WHERE c.age > 0 ORDER BY c.age DESC', [60, 41, 41, 36, 17, 17, 5]],
      ['SELECT VALUE c.id FROM c WHERE c.age > 0 ORDER BY c.age ASC, c.name DESC', ['7', '5', '2', '1', '3', '4', '6']],
      ['SELECT VALUE c.id FROM c WHERE c.age > 0 ORDER BY c.age DESC, c.name', ['6', '4', '3', '1', '2', '5', '7']],
      ['SELECT VALUE c.id FROM c WHERE c.age > 0 ORDER BY c.name', ['1', '2', '4', '5', '6', '7', '3']],
    ])('(69) sorts: %s', async (text, expected) => {
      expect(await query(text)).toEqual(expected);
    });

    it('(69) sorts over all types within one partition, ties by rid', async () => {
      const own = await world().container();
      const values = [undefined, null, false, true, -1, 2, 'B', 'a', [1], { a: 1 }, undefined];
      for (const [i, v] of values.toReversed().entries()) {
        await own.items.create({ id: String(i), pk: 'a', ...(v === undefined ? {} : { v }) });
      }
      const sorted = (order: string): Promise<unknown[]> =>
        resultsOf(own, `SELECT VALUE c.id FROM c ORDER BY c.v ${order}`, { partitionKey: 'a' });

      expect(await sorted('ASC')).toEqual(['0', '10', '9', '8', '7', '6', '5', '4', '3', '2', '1']);
      expect(await sorted('DESC')).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '0']);
    });

    it('(69) skips and takes', async () => {
      expect(await query('SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 2 LIMIT 3')).toEqual(['3', '4', '5']);
      expect(await query('SELECT VALUE c.id FROM c ORDER BY c.id OFFSET 7 LIMIT 3')).toEqual(['8']);
      expect(await query('SELECT VALUE c.id FROM c OFFSET 6 LIMIT 5')).toHaveLength(2);
      expect(await query('SELECT TOP 3 * FROM c')).toHaveLength(3);
      expect(await query('SELECT TOP 0 * FROM c')).toHaveLength(0);
    });

    it('(70) refuses an order that no index serves', async () => {
      expect(await messageOf(query('SELECT * FROM c ORDER BY c.at.city'))).toContain('order-by item is excluded');
      expect(await messageOf(query('SELECT * FROM c ORDER BY c.age, c.name'))).toContain('composite index');
      expect(await messageOf(query('SELECT * FROM c ORDER BY LOWER(c.name)'))).toContain('ORDER BY');
    });

    it('(71) gives the same with a forced query plan', async () => {
      const forced = (text: string): Promise<unknown[]> => resultsOf(container, text, { forceQueryPlan: true });

      expect(await forced('SELECT VALUE c.id FROM c ORDER BY c.id DESC OFFSET 1 LIMIT 2')).toEqual(['7', '6']);
      expect(await forced('SELECT TOP 2 c.id FROM c ORDER BY c.id')).toEqual([{ id: '1' }, { id: '2' }]);
      expect(await forced('SELECT * FROM c WHERE c.id = "1" ORDER BY c.id')).toMatchObject([people[0]!]);
      expect(await forced('SELECT VALUE COUNT(1) FROM c')).toEqual([8]);
      expect(await forced('SELECT COUNT(1) AS n, SUM(c.age) AS s FROM c')).toEqual([{ n: 8, s: 217 }]);
      expect(await forced('SELECT VALUE SUM(c.age) FROM c WHERE c.age > 1000')).toEqual([0]);
      expect((await forced('SELECT VALUE c.id FROM c')).toSorted()).toEqual(people.map(({ id }) => id));
    });

    it('(71) answers 400/1004 with the plan where several ranges cannot answer together', async () => {
      const { status, headers, body } = await send(world().cosmos, {
        method: 'POST',
        path: `/dbs/test/colls/${container.id}/docs`,
        headers: {
          'content-type': 'application/query+json',
          'x-ms-documentdb-isquery': 'True',
          'x-ms-documentdb-query-enablecrosspartition': 'true',
        },
        body: JSON.stringify({ query: 'SELECT VALUE COUNT(1) FROM c' }),
      });

      if (world().ranges === 1) {
        expect([status, body.Documents]).toEqual([200, [8]]);
      } else {
        expect([status, headers['x-ms-substatus']]).toEqual([400, '1004']);
        expect(JSON.parse(body.additionalErrorInfo as string)).toMatchObject({ queryInfo: { aggregates: ['Count'] } });
      }
    });

    it.each([
      'SELECT',
      'SELECT * FROM',
      'SELECT * FROM c WHERE',
      'SELECT * FROM c WHERE c.a =',
      'SELECT * FROM c WHERE c.a = 1 2',
      'SELECT * FROM c ORDER c.a',
      'SELECT * FROM c WHERE c.a = "open',
      'SELECT * FROM c WHERE d.a = 1',
      'SELECT * FROM c WHERE NOSUCH(c.a)',
      'SELECT * FROM c WHERE LOWER()',
      'SELECT * FROM c WHERE c.a = @missing',
      'SELECT * FROM c WHERE COUNT(1) = 1',
      'SELECT c.id, COUNT(1) FROM c',
      'SELECT c.a, d.a FROM c',
      'SELECT c.a, c.b AS a FROM c',
      'SELECT TOP 1 * FROM c OFFSET 1 LIMIT 1',
      'SELECT * FROM c # what',
      `SELECT VALUE ${'('.repeat(300)}1${')'.repeat(300)}`,
    ])('(73) refuses %s with 400', async (text) => {
      expect(await refusalOf(query(text))).toBe(400);
    });

    it('(73) refuses a query over all partitions without the header that allows it', async () => {
      const { status } = await send(world().cosmos, {
        method: 'POST',
        path: `/dbs/test/colls/${container.id}/docs`,
        headers: { 'x-ms-documentdb-isquery': 'True' },
        body: '{"query":"SELECT * FROM c"}',
      });

      expect(status).toBe(400);
    });
  });
});

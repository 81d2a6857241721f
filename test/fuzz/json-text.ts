// JSON as texts, not as values: only so can a name come twice, a number be `-0` or `1e400`, or a member be `__proto__`.

import { fc } from '../unit/domain/support/fast-check.ts';
import { oddText, SECRET, textOfLength } from './odd-texts.ts';
import { resolved, type Schema } from './operations.ts';

export interface Member {
  name: string;
  text: string;
}

const DEEP = 2000;

const oddNumber = fc.constantFrom(
  '0',
  '-0',
  '-1',
  '1',
  '3',
  '1.5',
  '1e-400',
  '1e21',
  '1e400',
  '-1e400',
  '2147483648',
  '9007199254740993',
  '123456789012345678901234567890',
);

/** Any value at all, as JSON. */
export const oddJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '[]', '{}', '[null]', '[[]]', '""'),
  fc.constantFrom('{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '{"toString":1,"length":-1}'),
  fc.constantFrom('['.repeat(DEEP) + ']'.repeat(DEEP), '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP)),
  oddNumber,
  oddText.map((text) => JSON.stringify(text)),
  fc.json({ maxDepth: 2 }),
);

const oddName = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '', ' ', 'a/b~c', '\ud800', 'customerId'),
  fc.string({ maxLength: 8 }),
);

export const objectText = (members: readonly Member[]): string =>
  `{${members.map(({ name, text }) => `${JSON.stringify(name)}:${text}`).join(',')}}`;

/** One thing or the other, the other in `oddness` of a hundred cases. */
const mostly = <Value>(usual: fc.Arbitrary<Value>, odd: fc.Arbitrary<Value>, oddness: number): fc.Arbitrary<Value> =>
  oddness === 0 ? usual : fc.oneof({ weight: 100 - oddness, arbitrary: usual }, { weight: oddness, arbitrary: odd });

/** Members as they should be, but that some are missing, come twice, are strangers, or have another value. */
export const membersOf = (
  fields: Record<string, { value: fc.Arbitrary<string>; odd?: fc.Arbitrary<string>; required: boolean }>,
  oddness: number,
): fc.Arbitrary<Member[]> => {
  const one = ([name, { value, odd = oddJson, required }]: [string, (typeof fields)[string]]) => {
    const present = mostly(value, odd, oddness).map((text): Member[] => [{ name, text }]);
    const absent = fc.constant<Member[]>([]);
    return required ? mostly(present, absent, oddness) : fc.oneof(absent, present);
  };
  const names = Object.keys(fields);
  const stranger = fc.record({ name: fc.oneof(oddName, fc.constantFrom('', ...names)), text: oddJson });
  return fc
    .tuple(
      fc.tuple(...Object.entries(fields).map(one)).map((parts) => parts.flat()),
      mostly(fc.constant<Member[]>([]), fc.array(stranger, { minLength: 1, maxLength: 3 }), oddness),
    )
    .map(([members, strangers]) => [...members, ...strangers]);
};

/** JSON that the schema permits, but for `oddness` of a hundred of its parts. */
export const jsonFor = (given: Schema, oddness = 0): fc.Arbitrary<string> => {
  const schema = resolved(given);
  const branches = schema.anyOf ?? schema.oneOf;
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => jsonFor(branch, oddness)));
  if (schema.const !== undefined) return mostly(fc.constant(JSON.stringify(schema.const)), oddJson, oddness);
  if (schema.enum !== undefined) {
    return mostly(
      fc.constantFrom(...schema.enum).map((value) => JSON.stringify(value)),
      oddJson,
      oddness,
    );
  }
  if (schema.type === undefined) return oddJson;
  switch (schema.type) {
    case 'object':
      return membersOf(fieldsOf(schema, oddness), oddness).map(objectText);
    case 'array':
      return fc
        .array(jsonFor(schema.items ?? {}, oddness), {
          minLength: schema.minItems ?? 0,
          maxLength: schema.maxItems ?? 4,
        })
        .map((texts) => `[${texts.join(',')}]`);
    case 'string':
      return mostly(rightText(schema), fc.oneof(textAtEdge(schema), oddJson), oddness);
    case 'integer':
    case 'number':
      return mostly(rightNumber(schema), fc.oneof(oddNumber, oddJson), oddness);
    case 'boolean':
      return fc.constantFrom('true', 'false');
    case 'null':
      return fc.constant('null');
  }
};

const fieldsOf = ({ properties = {}, required = [] }: Schema, oddness: number) =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [
      name,
      { value: jsonFor(schema, oddness), required: required.includes(name) },
    ]),
  );

const formats: Record<string, fc.Arbitrary<string>> = {
  ipv4: fc.ipV4(),
  ipv6: fc.ipV6(),
  uuid: fc.uuid(),
  'date-time': fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
};

const rightText = ({ pattern, format, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> => {
  const formatted = format === undefined ? undefined : formats[format];
  if (formatted !== undefined) return formatted.map((text) => JSON.stringify(text));
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).map((text) => JSON.stringify(text));
  const named = fc.nat({ max: 99 }).map((number) => `${SECRET}-${number}`.slice(0, maxLength));
  return fc
    .oneof(
      named,
      oddText.filter(({ length }) => length >= minLength && length <= maxLength),
    )
    .map((text) => JSON.stringify(text));
};

const textAtEdge = ({ minLength = 0, maxLength = 64 }: Schema): fc.Arbitrary<string> =>
  fc
    .constantFrom(minLength - 1, minLength, minLength + 1, maxLength - 1, maxLength, maxLength + 1)
    .chain(textOfLength)
    .map((text) => JSON.stringify(text));

const rightNumber = (schema: Schema): fc.Arbitrary<string> => {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const min = minimum ?? exclusiveMinimum ?? 0;
  const max = maximum ?? exclusiveMaximum ?? 1e6;
  if (type === 'integer') return fc.integer({ min, max }).map(String);
  const edges = { minExcluded: minimum === undefined, maxExcluded: maximum === undefined };
  return fc.double({ min, max, noNaN: true, ...edges }).map((value) => JSON.stringify(value));
};

import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import openapi from '../../../docs/openapi.json' with { type: 'json' };
import { jsonFor, membersOf, objectText } from '../../fuzz/json-text.ts';
import { operations } from '../../fuzz/operations.ts';
import { fc } from '../domain/support/fast-check.ts';

const ajv = addFormats.default(new Ajv2020({ strict: false }));
ajv.addSchema(openapi, 'api');

const withJson = operations.flatMap(({ name, body }) => (body?.kind === 'json' ? [{ name, schema: body.schema }] : []));

describe('generated JSON', () => {
  it.each(withJson)('without oddness is what the schema permits: $name', ({ schema }) => {
    fc.assert(
      fc.property(jsonFor(schema), (text) => {
        const isPermitted = ajv.validate(schema, JSON.parse(text));

        expect(isPermitted ? [] : ajv.errors).toEqual([]);
      }),
    );
  });

  it.each(withJson)('with oddness is often something else: $name', ({ schema }) => {
    const texts = fc.sample(jsonFor(schema, 30), 200);

    expect(texts.some((text) => !ajv.validate(schema, JSON.parse(text)))).toBe(true);
  });

  it('can have a member twice, or one with a name that every object has', () => {
    const fields = { name: { value: fc.constant('1'), required: true } };

    const texts = fc.sample(membersOf(fields, 50).map(objectText), 500);

    expect(texts.some((text) => text.split('"name":').length > 2)).toBe(true);
    expect(texts.some((text) => text.includes('"__proto__":'))).toBe(true);
  });
});

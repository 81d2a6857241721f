import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventSchemas } from '../../scripts/event-schemas.ts';
import { openApiDocument } from '../../scripts/openapi-document.ts';
import { policyJsonSchema } from '../../scripts/policy/json-schema.ts';

const docs = join(import.meta.dirname, '../../docs');
const read = (file: string): unknown => JSON.parse(readFileSync(join(docs, file), 'utf8'));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what is published, written by "npm run schemas"', () => {
  it('has the schemas of the events that the app sends', () => {
    const published = readdirSync(join(docs, 'events')).map((file): [string, unknown] => [
      file,
      read(`events/${file}`),
    ]);

    expect(Object.fromEntries(published)).toEqual(plain(eventSchemas()));
  });

  it('has the OpenAPI document of the API', () => {
    expect(read('openapi.json')).toEqual(plain(openApiDocument()));
  });

  it('has the schema of a policy', () => {
    expect(read('policy.schema.json')).toEqual(plain(policyJsonSchema()));
  });
});

// `npm run schemas`: writes what others build on: the OpenAPI document of the API to docs/openapi.json, the JSON Schema of
// a policy to docs/policy.schema.json, that of each event to docs/events/. A test fails when they are stale.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { eventSchemas } from './event-schemas.ts';
import { openApiDocument } from './openapi-document.ts';
import { policyJsonSchema } from './policy/json-schema.ts';

const docs = join(import.meta.dirname, '../docs');

const write = async (file: string, content: object): Promise<void> => {
  writeFileSync(join(docs, file), await format(JSON.stringify(content), { parser: 'json', printWidth: 120 }));
  console.error(`wrote docs/${file}`);
};

mkdirSync(join(docs, 'events'), { recursive: true });
await write('openapi.json', openApiDocument());
await write('policy.schema.json', policyJsonSchema());
for (const [file, schema] of Object.entries(eventSchemas())) await write(`events/${file}`, schema);

// `npm run schemas`: writes the published JSON Schema of each event to docs/events/. A test fails when they are stale.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { eventSchemas } from './event-schemas.ts';

const folder = join(import.meta.dirname, '../docs/events');
mkdirSync(folder, { recursive: true });
for (const [file, schema] of Object.entries(eventSchemas())) {
  writeFileSync(join(folder, file), await format(JSON.stringify(schema), { parser: 'json', printWidth: 120 }));
  console.error(`wrote docs/events/${file}`);
}

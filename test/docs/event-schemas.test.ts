import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventSchemas } from '../../scripts/event-schemas.ts';

const folder = join(import.meta.dirname, '../../docs/events');

describe('the published schemas', () => {
  it('are those of the events that the app sends; "npm run schemas" writes them', () => {
    const published = readdirSync(folder).map((file): [string, unknown] => [
      file,
      JSON.parse(readFileSync(join(folder, file), 'utf8')),
    ]);

    expect(Object.fromEntries(published)).toEqual(eventSchemas());
  });
});

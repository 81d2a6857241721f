import * as z from 'zod';
import { cloudEvents } from '../shared/contracts/cloud-event.ts';

/** The published JSON Schema (2020-12) of each event type, by file name. */
export const eventSchemas = (): Record<string, object> =>
  Object.fromEntries(
    Object.entries(cloudEvents).map(([type, schema]) => [
      `${type}.schema.json`,
      {
        title: type,
        ...z.toJSONSchema(schema, {
          target: 'draft-2020-12',
          // Consumers must take what a newer version adds, so nothing forbids further members.
          io: 'input',
          // A format says what its long pattern says.
          override: ({ jsonSchema }) => {
            if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
          },
        }),
      },
    ]),
  );

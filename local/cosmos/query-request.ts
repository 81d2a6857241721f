// The body of a query request.

import { badRequest } from './errors.ts';
import { isObject, type Json } from './json.ts';
import type { Parameters } from './sql/program.ts';

export interface QueryRequest {
  text: string;
  parameters: Parameters;
}

export const parseQueryRequest = (body: Json | undefined): QueryRequest => {
  if (!isObject(body) || typeof body.query !== 'string') throw badRequest('A query needs a "query" text.');
  const given = body.parameters ?? [];
  if (!Array.isArray(given)) throw badRequest('The parameters of a query must be a list.');
  const parameters = given.map((parameter): [string, Json] => {
    const name = isObject(parameter) ? parameter.name : undefined;
    if (!isObject(parameter) || typeof name !== 'string' || !name.startsWith('@')) {
      throw badRequest('Each parameter needs a name that starts with @.');
    }
    // JSON has no undefined: a parameter without a value cannot be told from null here.
    return [name, parameter.value ?? null];
  });
  return { text: body.query, parameters: new Map(parameters) };
};

/** Results a page: 100 unless asked for, and never more than 1000. */
export const maxItemCount = (header: string | undefined): number => {
  if (header === undefined) return 100;
  const count = Number(header);
  if (!Number.isInteger(count) || count === 0 || count < -1) {
    throw badRequest('x-ms-max-item-count must be -1 or a whole number above 0.');
  }
  return count === -1 ? 1000 : Math.min(count, 1000);
};

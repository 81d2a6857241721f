// Every answer that a journey gets is held against the published OpenAPI document.

import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: { $ref: string } }> }>;
}

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const ajv = addFormats.default(new Ajv2020({ strict: false }));
ajv.addSchema(document, 'api');

const routes = Object.keys(document.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Undefined when the answer is one that the document describes, else what is wrong with it. */
export const undocumented = (
  method: string,
  path: string,
  answer: { status: number; contentType: string | undefined; body: unknown },
): string | undefined => {
  const route = routes.find(({ pattern }) => pattern.test(path));
  const operation = route && document.paths[route.path]?.[method.toLowerCase()];
  // The platform answers what is no route: 404 without a body.
  if (operation === undefined) return undefined;
  const described = operation.responses[String(answer.status)];
  if (described === undefined) return `${method} ${path} does not document ${answer.status}`;
  const content = described.content?.[answer.contentType ?? ''];
  if (content === undefined) {
    return described.content === undefined ? undefined : `${method} ${path} answers ${answer.contentType ?? 'nothing'}`;
  }
  return ajv.validate({ $ref: `api${content.schema.$ref}` }, answer.body) ? undefined : ajv.errorsText(ajv.errors);
};

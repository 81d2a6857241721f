// What the published OpenAPI document offers, one entry for each function.

import openapi from '../../docs/openapi.json' with { type: 'json' };
import policySchema from '../../docs/policy.schema.json' with { type: 'json' };

/** The part of JSON Schema that the documents use. */
export interface Schema {
  $ref?: string;
  allOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  const?: unknown;
  enum?: readonly unknown[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  pattern?: string;
  format?: string;
}

export type Caller = 'application' | 'person' | 'nobody';

export interface Operation {
  name: string;
  method: string;
  /** With `{name}` for each parameter. */
  path: string;
  caller: Caller;
  /** The role or scope that a caller must have. */
  permission?: string;
  body?: { kind: 'json' | 'form'; schema: Schema };
  takesIdempotencyKey: boolean;
}

interface Described {
  operationId: string;
  security?: readonly Record<string, readonly string[]>[];
  parameters?: readonly { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

const schemas = openapi.components.schemas as unknown as Record<string, Schema>;

/** The schema itself, where it is a reference; what the policy's own schema says stands in for "some object". */
export const resolved = (schema: Schema): Schema => {
  if (schema.$ref !== undefined) return resolved(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const parts = (schema.allOf ?? []).map(resolved);
  return parts.reduce(
    (whole, part) => ({
      ...part,
      ...whole,
      properties: { ...part.properties, ...whole.properties },
      required: [...(part.required ?? []), ...(whole.required ?? [])],
    }),
    schema,
  );
};

const withPolicies = (schema: Schema): Schema => {
  const whole = resolved(schema);
  if (whole.properties?.policy === undefined) return whole;
  const isNullable = whole.properties.policy.anyOf !== undefined;
  const policy: Schema = isNullable ? { anyOf: [policySchema as Schema, { type: 'null' }] } : (policySchema as Schema);
  return { ...whole, properties: { ...whole.properties, policy } };
};

const bodyOf = ({ requestBody }: Described): Operation['body'] => {
  const json = requestBody?.content['application/json'];
  if (json !== undefined) return { kind: 'json', schema: withPolicies(json.schema) };
  const form = requestBody?.content['multipart/form-data'];
  return form && { kind: 'form', schema: resolved(form.schema) };
};

const accessOf = ({ security = [] }: Described): Pick<Operation, 'caller' | 'permission'> => {
  const [[caller, permissions] = ['nobody', []]] = security.flatMap((one) => Object.entries(one));
  const [permission] = permissions;
  return permission === undefined ? { caller: 'nobody' } : { caller: caller as Caller, permission };
};

export const operations: readonly Operation[] = Object.entries(openapi.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const described = (item as Partial<Record<typeof method, Described>>)[method];
    if (described === undefined) return [];
    const body = bodyOf(described);
    return [
      {
        name: described.operationId,
        method: method.toUpperCase(),
        path,
        ...accessOf(described),
        ...(body !== undefined && { body }),
        takesIdempotencyKey: described.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false,
      },
    ];
  }),
);

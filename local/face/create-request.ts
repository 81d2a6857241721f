// Reading the request that creates a session: JSON, or multipart with one part a field and the verify image.

import * as z from 'zod';

import { FaceError } from './face-error.ts';
import { readParts } from './multipart.ts';
import { readVerifyImage, type VerifyImage } from './verify-image.ts';

const DEFAULT_TOKEN_LIFETIME_SECONDS = 600;

const livenessFields = {
  livenessOperationMode: z.enum(['Passive', 'PassiveActive']),
  deviceCorrelationId: z.string().min(1).max(64),
  deviceCorrelationIdSetInClient: z.literal(false, 'the local service takes the id from the request only').optional(),
  enableSessionImage: z.boolean().default(false),
  livenessModelVersion: z.literal('2024-11-15').optional(),
  authTokenTimeToLiveInSeconds: z.int().min(60).max(86_400).default(DEFAULT_TOKEN_LIFETIME_SECONDS),
};

const livenessSchema = z.strictObject(livenessFields);

const livenessWithVerifySchema = z.strictObject({
  ...livenessFields,
  returnVerifyImageHash: z.boolean().default(false),
  verifyConfidenceThreshold: z.number().min(0).max(1).optional(),
});

export type SessionRequest = z.output<typeof livenessSchema>;
export type SessionWithVerifyRequest = z.output<typeof livenessWithVerifySchema> & { verifyImage: VerifyImage };

/** Fields that have an error code of their own; a mistake in any other is an invalid body. */
const codeByField: Record<string, string> = {
  livenessOperationMode: 'InvalidLivenessOperationMode',
  deviceCorrelationId: 'InvalidDeviceCorrelationId',
  authTokenTimeToLiveInSeconds: 'InvalidTokenLifetime',
};

export const parseSessionRequest = (contentType: string, body: Buffer): SessionRequest => {
  if (!contentType.startsWith('application/json')) throw invalidBody('The body must be application/json.');
  return check(livenessSchema, parseJson(body));
};

export const parseSessionWithVerifyRequest = (contentType: string, body: Buffer): SessionWithVerifyRequest => {
  if (!contentType.startsWith('multipart/form-data')) throw invalidBody('The body must be multipart/form-data.');
  const parts = readParts(contentType, body);
  if (parts === undefined) throw invalidBody('The multipart body cannot be read.');
  const fields = parts.filter(({ name }) => name !== 'verifyImage');
  const values = fields.map(({ name, content }) => [name, typed(name, content.toString())] as const);
  const request = check(livenessWithVerifySchema, Object.fromEntries(values));

  const image = parts.find(({ name }) => name === 'verifyImage');
  if (image === undefined) throw invalidBody('The part verifyImage is missing.');
  if (image.filename === undefined) throw invalidBody('The part verifyImage must have a filename.');
  return { ...request, verifyImage: readVerifyImage(image.content) };
};

export const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw invalidBody('The body is not JSON.');
  }
};

const flags = ['deviceCorrelationIdSetInClient', 'enableSessionImage', 'returnVerifyImageHash'];
const numbers = ['authTokenTimeToLiveInSeconds', 'verifyConfidenceThreshold'];

/** Parts are text: `true` and `600` mean what they would in JSON; what is something else stays and is refused. */
const typed = (name: string, value: string): unknown => {
  if (flags.includes(name) && (value === 'true' || value === 'false')) return value === 'true';
  if (numbers.includes(name) && /^[\d.]+$/.test(value)) return Number(value);
  return value;
};

const check = <T>(schema: z.ZodType<T>, value: unknown): T => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? '');
  throw new FaceError(400, codeByField[field] ?? 'InvalidRequestBody', z.prettifyError(parsed.error));
};

const invalidBody = (message: string): FaceError => new FaceError(400, 'InvalidRequestBody', message);

// The message that carries one counted event. Identity comes from this body alone, never from what the trigger says
// about it: a sender's body can forge that.

import * as z from 'zod';
import type { ResultEvent } from '../application/ports.ts';
import { correlationIdOf } from '../domain/session-id.ts';
import { reasonIn } from './unusable-message.ts';

export const SCHEMA_VERSION = 1;
/** Version N reads N-1 and N+1: a deployment is never the only one running. */
const readableVersions = z
  .number()
  .int()
  .min(Math.max(1, SCHEMA_VERSION - 1))
  .max(SCHEMA_VERSION + 1);

const base = {
  schemaVersion: readableVersions,
  at: z.iso.datetime(),
  customerId: z.string().min(1),
  correlationId: z.uuid(),
  sessionId: z.string(),
  /** Part of histories, which keep texts without spaces, and of the key of a partition. */
  deviceKey: z
    .string()
    .regex(/^[\w.-]{1,128}$/, 'is not a keyed hash')
    .exactOptional(),
  appVersion: z.string().min(1).max(64).exactOptional(),
  /** How often it was put off because a dependency was unwell. */
  postponed: z.number().int().min(0).default(0),
};

const resultMessage = z
  .discriminatedUnion('type', [
    z.object({
      ...base,
      type: z.literal('attempt'),
      attemptId: z.number().int().min(1),
      outcome: z.enum(['real', 'spoof', 'uncertain', 'technical']),
      reason: z.enum(['mismatch', 'integrity']).exactOptional(),
      errorCode: z.string().max(256).exactOptional(),
    }),
    z.object({ ...base, type: z.literal('session.abandoned') }),
    z.object({ ...base, type: z.literal('session.closed'), attempts: z.number().int().min(0) }),
  ])
  .refine(({ sessionId, correlationId }) => correlationIdOf(sessionId) === correlationId, {
    path: ['correlationId'],
    message: 'is not the one that the session belongs to',
  });

export type ResultMessage = z.infer<typeof resultMessage>;

export type Decoded =
  { kind: 'decoded'; event: ResultEvent; message: ResultMessage } | { kind: 'invalid'; reason: string };

export const decodeResult = (text: string): Decoded => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'invalid', reason: 'not JSON' };
  }
  const parsed = resultMessage.safeParse(json);
  if (!parsed.success) {
    return { kind: 'invalid', reason: reasonIn(parsed.error) };
  }
  const { schemaVersion: _version, postponed: _postponed, at, ...rest } = parsed.data;
  // Fields of the next version stay in the message: should it be put off, that version may be the one that takes it.
  const message = { ...(json as ResultMessage), ...parsed.data };
  return { kind: 'decoded', event: { ...rest, atMs: Date.parse(at) }, message };
};

export const encodeResult = ({ atMs, ...event }: ResultEvent): ResultMessage => ({
  ...event,
  schemaVersion: SCHEMA_VERSION,
  at: new Date(atMs).toISOString(),
  postponed: 0,
});

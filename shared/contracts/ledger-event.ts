// One counted event as a line of JSON: what `npm run export` writes, and what replay and calibrate read. Fields that are
// not named here are ignored, so that a file of a newer version can be read.

import * as z from 'zod';
import type { ReplayEvent } from '../application/replay/replay-event.ts';

/** Opaque: ids of other systems can be replayed as well. */
const id = z.string().min(1).max(128);

/** Absent means unknown, and so does null, which many writers put for it. */
const unknownWhenAbsent = { deviceId: id.nullish(), appVersion: id.nullish() };

const attemptId = z.union([z.number().int().min(1).max(3), z.literal(['1', '2', '3'])]);

const base = {
  at: z.iso.datetime({ offset: true }).describe('When the result was first read.'),
  customerId: id,
  correlationId: id,
  sessionId: id,
  ...unknownWhenAbsent,
  clientIp: z.string().nullish(),
  endUserKey: z.string().nullish(),
};

export const ledgerEvent = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('session.issued'),
    attemptsAllowed: z.number().int().min(1).max(3).nullish().describe('1 when absent.'),
    tokenTtlSeconds: z.number().int().min(1).max(86_400).nullish().describe('600 when absent.'),
  }),
  z.object({
    ...base,
    type: z.literal('attempt'),
    attemptId,
    outcome: z.enum(['real', 'spoof', 'uncertain', 'technical']),
    reason: z.enum(['mismatch', 'integrity']).nullish(),
    errorCode: z.string().nullish(),
    otherFlaggedSessions: z
      .array(z.object({ sessionId: id, attemptId }))
      .readonly()
      .nullish(),
  }),
  z.object({ ...base, type: z.literal('session.abandoned') }),
]);

export type LedgerEvent = z.infer<typeof ledgerEvent>;

export const encodeLedgerEvent = ({ atMs, deviceKey, ...event }: ReplayEvent): LedgerEvent => ({
  at: new Date(atMs).toISOString(),
  ...event,
  ...(deviceKey !== undefined && { deviceId: deviceKey }),
});

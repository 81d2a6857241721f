// What callers may send: checked by the triggers, published in the OpenAPI document.

import * as z from 'zod';
import { MOST_MINUTES_OFF } from '../application/set-enforcement.ts';

export const sessionFields = z.strictObject({
  endUserRef: z.string().min(1).max(256).describe('Your reference of the end user. Stored only as a keyed hash.'),
  deviceId: z.string().min(1).max(256).optional().describe('Stored only as a keyed hash.'),
  platform: z.enum(['ios', 'android', 'web']).optional(),
  appVersion: z.string().min(1).max(64).optional(),
  sdkVersion: z.string().min(1).max(64).optional(),
  clientIp: z.union([z.ipv4(), z.ipv6()], 'must be an IPv4 or IPv6 address').optional(),
  operationMode: z.enum(['Passive', 'PassiveActive']).default('PassiveActive'),
});

export const completionReport = z.strictObject({
  clientDigest: z
    .string()
    .regex(/^[0-9A-Fa-f]{64}$/, 'must be 64 hexadecimal digits')
    .optional()
    .describe('The digest that the client SDK showed.'),
  clientError: z
    .string()
    .regex(/^[A-Za-z]{1,64}$/, 'must be the name of a client error')
    .optional()
    .describe('Why the device could not try, e.g. `CameraPermissionDenied`.'),
});

export const resetBody = z.strictObject({ reason: z.string().min(1).max(1000) });

const reasonOfChange = z.string().min(1).max(500).describe('Kept in the audit.');
const policyDocument = z
  .record(z.string(), z.unknown())
  .describe('As in policy.schema.json: a whole policy, or what differs from the one that it changes.');

export const activePolicyBody = z.strictObject({
  policy: policyDocument,
  reason: reasonOfChange,
  previousHash: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the hash of a policy')
    .optional()
    .describe('The policy to replace; when another one is active, nothing happens.'),
});

export const customerPolicyBody = z.strictObject({
  policy: policyDocument.nullable().describe('Laid over the active policy; null: the active policy as it is.'),
  reason: reasonOfChange,
});

const appVersion = z.string().min(1).max(64).optional().describe('One version of the app; all when it is left out.');

export const enforcementBody = z.discriminatedUnion(
  'enforced',
  [
    z.strictObject({ enforced: z.literal(true), appVersion, reason: reasonOfChange }),
    z.strictObject({
      enforced: z.literal(false),
      appVersion,
      forMinutes: z
        .int()
        .min(1)
        .max(MOST_MINUTES_OFF, 'must be at most a day: whoever needs longer decides again')
        .describe('Then it is on again by itself.'),
      reason: reasonOfChange,
    }),
  ],
  'must be true or false',
);

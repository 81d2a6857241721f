// What callers may send: checked by the triggers, published in the OpenAPI document.

import * as z from 'zod';

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

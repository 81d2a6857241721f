// What a device shows the service in one attempt. The real body is not public; this one says who stands before the
// camera, and with what.

import * as z from 'zod';

import { FaceError } from './face-error.ts';

/** What an attempt can fail with. Only the first is confirmed as a code of the service; the others are the names that
 *  the client SDK has for its errors, which the service probably shares. */
export const attemptErrors = [
  'FaceWithMaskDetected',
  'NoFaceDetected',
  'FaceTrackingFailed',
  'FaceMouthRegionNotVisible',
  'FaceEyeRegionNotVisible',
  'ExcessiveImageBlurDetected',
  'ExcessiveFaceBrightness',
  'EnvironmentNotSupported',
  'TimedOut',
  'ServerRequestTimedOut',
  'SmileNotPerformed',
  'RandomPoseNotPerformed',
  'Unexpected',
  'UnexpectedServerError',
] as const;

const presentationSchema = z.strictObject({
  person: z.string().min(1).max(100),
  media: z.enum(['live', 'print', 'screen', 'mask', 'injected']),
  quality: z.enum(['good', 'poor']).default('good'),
  /** Forces what the service decides, instead of a draw. */
  outcome: z.enum(['real', 'spoof', 'uncertain']).optional(),
  /** Forces an attempt that ends with this error. */
  error: z.enum(attemptErrors).optional(),
});

export type Presentation = z.output<typeof presentationSchema>;
export type PresentationBody = z.input<typeof presentationSchema>;
export type Medium = Presentation['media'];
export type Quality = Presentation['quality'];
export type AttemptErrorCode = (typeof attemptErrors)[number];

export const parsePresentation = (body: unknown): Presentation => {
  const parsed = presentationSchema.safeParse(body);
  if (!parsed.success) throw new FaceError(400, 'InvalidRequestBody', z.prettifyError(parsed.error));
  return parsed.data;
};

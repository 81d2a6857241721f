import type { PresentationBody } from '../face/presentation.ts';
import type { Chance } from './chance.ts';

/** Chances of the ends of one try of an honest person. */
export interface Rates {
  real: number;
  spoof: number;
  uncertain: number;
  technical: number;
}

/** Drawn here and not by the service: calls run side by side, and a seed stands for one day. */
export const liveEnd = (rates: Rates, chance: Chance): Pick<PresentationBody, 'outcome' | 'error'> => {
  let left = chance.fraction();
  for (const outcome of ['real', 'spoof', 'uncertain'] as const) {
    if (left < rates[outcome]) return { outcome };
    left -= rates[outcome];
  }
  return { error: chance.oneOf(technicalErrors) };
};

const technicalErrors = [
  'NoFaceDetected',
  'ExcessiveImageBlurDetected',
  'ExcessiveFaceBrightness',
  'FaceTrackingFailed',
  'FaceWithMaskDetected',
  'TimedOut',
] as const;

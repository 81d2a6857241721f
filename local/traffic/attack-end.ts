import type { PresentationBody } from '../face/presentation.ts';
import type { Chance } from './chance.ts';

/** No try of an attack passes on this day, so that what is counted does not depend on luck. */
export const attackEnd = (chance: Chance): Pick<PresentationBody, 'outcome' | 'error'> => {
  const fraction = chance.fraction();
  if (fraction < 0.74) return { outcome: 'spoof' };
  return fraction < 0.89 ? { outcome: 'uncertain' } : { error: 'FaceTrackingFailed' };
};

import { abandonBeforeResult } from './abandon-before-result.ts';
import type { Attack } from './attack.ts';
import { breadthFirst } from './breadth-first.ts';
import { depthFirstFast } from './depth-first-fast.ts';
import { idRotation } from './id-rotation.ts';
import { impostorLiveFace } from './impostor-live-face.ts';
import { interleavingOwnFace } from './interleaving-own-face.ts';
import { lowQualityProbing } from './low-quality-probing.ts';
import { machineCadence } from './machine-cadence.ts';
import { manyIdsOneDevice } from './many-ids-one-device.ts';
import { manyIdsOneFace } from './many-ids-one-face.ts';
import { patient } from './patient.ts';
import { reviewerFlooding } from './reviewer-flooding.ts';
import { slowDrip } from './slow-drip.ts';
import { thirdPartyVictim } from './third-party-victim.ts';
import { tokenHoarding } from './token-hoarding.ts';

export const attacks: readonly Attack[] = [
  depthFirstFast,
  slowDrip,
  interleavingOwnFace,
  idRotation,
  manyIdsOneFace,
  manyIdsOneDevice,
  tokenHoarding,
  abandonBeforeResult,
  lowQualityProbing,
  patient,
  thirdPartyVictim,
  reviewerFlooding,
  machineCadence,
  impostorLiveFace,
  breadthFirst,
];

// What devices do with a token.

import type { PlayedAttempt } from '../../../../shared/adapters/memory/memory-face.ts';

export const pass: PlayedAttempt = { status: 'Succeeded', livenessDecision: 'realface' };
export const spoof: PlayedAttempt = { status: 'Succeeded', livenessDecision: 'spoofface' };
export const uncertain: PlayedAttempt = { status: 'Succeeded', livenessDecision: 'uncertain' };
export const technical: PlayedAttempt = { status: 'Failed', errorCode: 'TimedOut' };

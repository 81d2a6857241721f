// The named ways of being abusive, the more telling name first.

export const patternNames = [
  'impostor',
  'unfamiliar-device',
  'linked-device',
  'linked-lineage',
  'repeated-failures',
  'machine-cadence',
  'token-hoarding',
  'face-reuse',
] as const;

export type Pattern = (typeof patternNames)[number];

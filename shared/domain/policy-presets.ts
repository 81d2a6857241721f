// Policies by name. Each is a few changes of the default, with where they come from.

import type { PartialPolicy } from './partial-policy.ts';

export const presetNames = ['default', 'strict', 'fido'] as const;

export type PresetName = (typeof presetNames)[number];

export interface Preset {
  changes: PartialPolicy;
  source: string;
}

export const presets: Record<PresetName, Preset> = {
  default: { changes: {}, source: 'the default' },
  strict: {
    changes: { name: 'strict', gate: { budget: { breach: 0.05 } } },
    source: 'One breach in twenty abusers at an attack that passes once in a hundred tries.',
  },
  fido: {
    changes: {
      name: 'fido',
      gate: {
        budget: { breach: 0.017, pass: 0.001, windowDays: 12.8 },
        delay: { after: 3, seconds: 30, factor: 2 },
      },
    },
    source:
      'FIDO Authenticator Security Requirements 3.9: false acceptances times tries below 0.017 in 12.8 days; ' +
      'three tries free, then 30 s, doubling.',
  },
};
